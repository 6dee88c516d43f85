"""A month is approved once, by a role that may; after that only a correction that says what it corrects replaces it."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from send_data import approval, charts, corrections, dashboard, documents, editions, outputs, paper, published
from send_data import warehouse as store
from send_data.corrections import Correction
from tests.unit import sample_marts
from tests.unit.test_editions import freeze, rows
from tests.unit.test_history import revised

APRIL, AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in (4, 8, 9, 10))
CHAIR = "Jo Example, Chair of the SEND Improvement Board"
WHY = "the service sent August again with requests that had been left out"


@pytest.fixture
def clean(warehouse, tmp_path, monkeypatch):
    """A warehouse without editions and builds; outputs go into a folder of the test's own."""
    monkeypatch.setenv("SEND_EDITIONS_DIR", str(tmp_path / "editions"))
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")


def sample() -> dict:
    """Sample marts of five measures and seven months: what is approved does not depend on how much it is."""
    kept = {"requests_received", "reviews_overdue", "reviews_completed_on_time", "plans_issued_within_20_weeks",
            "plans_issued_with_exceptions"}  # fmt: skip
    return {
        name: [
            row
            for row in table
            if row.get("measure_id", "requests_received") in kept and row.get("month_start", OCTOBER) >= APRIL
        ]
        for name, table in sample_marts.tables().items()
    }


def more_requests(extra: int = 10) -> dict:
    """Sample marts in which so many more requests came in August."""
    contents = sample()
    total = next(r for r in contents["fct_measures"] if (r["measure_id"], r["month_start"], r["breakdown"]) ==
                 ("requests_received", AUGUST, "all"))  # fmt: skip
    count = total["numerator_count"] + extra
    return revised(contents, "requests_received", AUGUST, numerator_count=count, value=count, contributor_count=count)


def correct(contents: dict, because: str = WHY, what: tuple = ()) -> int:
    return freeze(contents, correction=Correction(because, what))


def status(edition_id: int) -> str:
    return rows("select status from published.editions where edition_id = :e", e=edition_id)[0]["status"]


def test_the_role_and_the_servers_moment_are_kept(clean):
    edition = freeze(sample())
    with store.engine().connect() as connection:
        before = connection.exec_driver_sql("select pg_postmaster_start_time()").scalar_one()
    assert approval.approve("2026-10", "Jo Example, chair of the SEND improvement board") == edition
    (kept,) = rows("select * from published.approvals")
    assert (kept["edition_id"], kept["approved_by"], kept["role"]) == (edition, *CHAIR.split(", "))
    assert kept["approved_at"] > before
    assert status(edition) == "approved"


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("Jo Example, Tea maker", "a Tea maker may not approve; those who may: Chair of the SEND Improvement Board; "),
        ("Chair of the SEND Improvement Board", "NAME, ROLE"),
        (", Chair of the SEND Improvement Board", "NAME, ROLE"),
        ("", "NAME, ROLE"),
    ],
)
def test_only_a_named_person_in_a_role_that_may(clean, by, said):
    edition = freeze(sample())
    with pytest.raises(approval.ApprovalError, match=said):
        approval.approve("2026-10", by)
    assert status(edition) == "draft"
    assert rows("select * from published.approvals") == []


def test_nothing_and_nothing_twice_is_approved(clean):
    with pytest.raises(approval.ApprovalError, match="no edition of 2026-10"):
        approval.approve("2026-10", CHAIR)
    freeze(sample())
    approval.approve("2026-10", CHAIR)
    with pytest.raises(approval.ApprovalError, match="approved already"):
        approval.approve("2026-10", CHAIR)
    assert len(rows("select * from published.approvals")) == 1


def test_an_edition_that_was_replaced_cannot_be_approved(clean):
    first, second = freeze(sample()), freeze(more_requests())
    with pytest.raises(sa.exc.DatabaseError, match="only the newest"), store.engine().begin() as connection:
        approval.approve_edition(connection, first, "Jo Example", "Chair of the SEND Improvement Board")
    assert approval.approve("2026-10", CHAIR) == second
    assert (status(first), status(second)) == ("draft", "approved")


@pytest.mark.parametrize(
    "statement",
    [
        "update published.editions set status = 'draft'",
        "update published.approvals set role = 'Tea maker'",
        "delete from published.approvals",
        "update published.editions set known_at = known_at + interval '1 day'",
    ],
)
def test_an_approval_is_never_taken_back(clean, statement):
    freeze(sample())
    approval.approve("2026-10", CHAIR)
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), store.engine().begin() as connection:
        connection.exec_driver_sql(statement)


def test_an_edition_is_approved_by_an_approval_alone(clean):
    freeze(sample())
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), store.engine().begin() as connection:
        connection.exec_driver_sql("update published.editions set status = 'approved'")


def test_an_approved_month_stays_as_it_is(clean):
    edition = freeze(sample())
    approval.approve("2026-10", CHAIR)
    assert freeze(sample()) == edition
    with pytest.raises(editions.ApprovedError, match=f"edition {edition} of 2026-10 is .*send correct 2026-10"):
        freeze(more_requests())
    assert len(rows("select * from published.editions")) == 1


def test_a_draft_that_was_replaced_does_not_come_back_over_an_approved_edition(clean):
    freeze(sample())
    freeze(more_requests())
    approval.approve("2026-10", CHAIR)
    with pytest.raises(editions.ApprovedError):
        freeze(sample())


def test_another_month_stays_open(clean):
    freeze(sample(), SEPTEMBER)
    approval.approve("2026-09", CHAIR)
    assert freeze(more_requests()) != freeze(sample())


def test_a_correction_says_what_it_corrects_and_why(clean):
    approved = freeze(sample())
    approval.approve("2026-10", CHAIR)
    edition = correct(more_requests(), what=("requests_received",))
    assert rows("select status, supersedes from published.editions where edition_id = :e", e=edition) == [
        {"status": "draft", "supersedes": approved}
    ]
    assert rows("select * from published.corrections") == [
        {"edition_id": edition, "corrects_edition_id": approved, "because": WHY, "parts": ["figures", "public_figures"],
         "measures": ["requests_received"]}
    ]  # fmt: skip
    (figure,) = rows("select * from published.corrected_figures")
    assert (figure["measure_id"], figure["month_start"], figure["shown"]) == ("requests_received", AUGUST, "in_full")
    assert figure["is_value"] - figure["was_value"] == 10
    assert approval.approve("2026-10", CHAIR) == edition


def test_a_correction_by_four_children_is_not_spelt_out(clean):
    freeze(sample())
    approval.approve("2026-10", CHAIR)
    correct(more_requests(4))
    (figure,) = rows("select shown, was_value, is_value from published.corrected_figures")
    assert figure == {"shown": "fewer_than_5", "was_value": None, "is_value": None}


def test_a_second_correction_starts_from_what_was_approved(clean):
    approved = freeze(sample())
    approval.approve("2026-10", CHAIR)
    first, second = correct(more_requests(10)), correct(more_requests(20))
    found = rows("select e.edition_id, e.supersedes, c.corrects_edition_id as corrects from published.editions as e "
                 "inner join published.corrections as c on e.edition_id = c.edition_id order by 1")  # fmt: skip
    assert [tuple(r.values()) for r in found] == [(first, approved, approved), (second, first, approved)]
    differences = rows("select is_value - was_value as d from published.corrected_figures order by edition_id")
    assert [r["d"] for r in differences] == [10, 20]


def changed_nothing() -> dict:
    """Sample marts that differ in a number that no edition prints: how many rows of a delivery were read."""
    contents = sample()
    contents["fct_deliveries_in_use"][0] |= {"rows_read": 213}
    return contents


@pytest.mark.parametrize(
    ("contents", "because", "what", "said"),
    [
        (sample, WHY, (), "says this already"),
        (changed_nothing, WHY, (), "nothing that edition .* prints would change"),
        (more_requests, " ", (), "is empty"),
        (more_requests, "the plan of 943 476 5919 was left out", (), "a number of ten digits or more"),
        (more_requests, "the pupil A123456789012 was left out", (), "a number of ten digits or more"),
        (more_requests, WHY, ("reviews_overdue",), "these differ too: requests_received"),
        (more_requests, WHY, ("requests_received", "reviews_overdue"), "these do not differ: reviews_overdue"),
    ],
)
def test_what_is_no_correction_is_refused_whole(clean, contents, because, what, said):
    freeze(sample())
    approval.approve("2026-10", CHAIR)
    with pytest.raises((editions.EditionError, corrections.CorrectionError), match=said):
        correct(contents(), because, what)
    assert len(rows("select * from published.editions")) == 1
    assert rows("select * from published.corrections") == []


def test_a_draft_needs_no_correction(clean):
    with pytest.raises(editions.EditionError, match="no edition of 2026-10 is approved"):
        correct(more_requests())
    assert rows("select * from published.editions") == []


def test_a_replaced_draft_comes_out_again_to_the_byte(clean, tmp_path):
    first = freeze(sample())
    written = contents_of(outputs.write(first), outputs.folder_of("2026-10"))
    freeze(more_requests())
    approval.approve("2026-10", CHAIR)
    again = contents_of(outputs.write_again(first, tmp_path / "again"), tmp_path / "again")
    assert set(outputs.ALWAYS) <= set(again)
    assert [name for name in written.keys() | again.keys() if written.get(name) != again.get(name)] == []
    with pytest.raises(outputs.OutputError, match="not empty"):
        outputs.write_again(first, tmp_path / "again")
    with pytest.raises(outputs.OutputError, match="was replaced"):
        outputs.write_again(first, None)


def contents_of(paths: list[Path], folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def papers(edition_id: int) -> dict[str, str]:
    """The paper, and the pages of the dashboard one after the other."""
    edition = published.read(edition_id)
    pages = [page.decode() for name, page in dashboard.files(edition).items() if name.endswith(".html")]
    paper_page = documents.render("board_paper.html", paper.build_context(edition), chart=charts.svg)
    return {"paper": paper_page, "dashboard": "\n".join(pages)}


def test_the_papers_say_who_approved_and_what_was_corrected(clean):
    first = freeze(sample())
    draft = papers(first)
    approval.approve("2026-10", CHAIR)
    approved = papers(first)
    assert papers(first) == approved
    day = published.read(first).header["approved_on"]
    second = papers(correct(more_requests()))
    by = f"approved by the Chair of the SEND Improvement Board on {day.day} {day:%B %Y}"
    parts = "figures of measures; figures as the public is shown them"
    assert "a draft that nobody has approved yet" in draft["paper"]
    assert f"Edition {first}, draft" in draft["dashboard"]
    for name in draft:
        assert by not in draft[name] + second[name]
        assert by in approved[name]
        assert "Correction." not in approved[name]
        assert f"This edition corrects edition {first}, which was approved. Why: {WHY}" in second[name]
        assert f"What differs from edition {first}: {parts}." in second[name]
        assert f"Corrected since edition {first}" in second[name]


def test_checks_are_frozen_as_counts(clean):
    with store.engine().begin() as connection:
        ask = "select max(build_id) from ops.build"
        freeze(sample())
        connection.exec_driver_sql("delete from ops.check where build_id is not null")
        connection.execute(
            sa.text(
                "insert into ops.check (build_id, subject, rule_number, because, expectation, on_failure, "
                "evaluated_count, unexpected_count, passed) values "
                f"(({ask}), 'fct_clocks', 1, 'days are whole', 'x', 'warn', 212, 3, false), "
                f"(({ask}), 'fct_clocks', 2, 'the table is not empty', 'x', 'stop', 212, 0, true)"
            )
        )
    edition = freeze(more_requests())
    found = rows("select * from published.checks where edition_id = :e order by because", e=edition)
    assert [tuple(r.values())[1:] for r in found] == [
        ("mart", "fct_clocks", "days are whole", "warn", 1, 1, 210, 214, 1, 4),
        ("mart", "fct_clocks", "the table is not empty", "stop", 1, 0, 210, 214, 0, 0),
    ]
