"""What the Board's paper chooses: the grid, exceptions with what managers write, changes, the plan, the strategy."""

import dataclasses
import re
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from send_data import board, documents, pages, paper, published
from send_data import words as wording
from send_data.settings import settings
from tests.unit import sample_marts
from tests.unit.test_commentary import FILE
from tests.unit.test_editions import freeze
from tests.unit.test_paper import Reader, words_of

WORDS = wording.words()
VARIATIONS = ("improving", "no_real_change", "changed_high", "changed_low", "worsening", "cannot_be_charted")
ASSURANCES = ("always_meets", "sometimes_meets", "never_meets", "no_target", "cannot_be_said")
SECTIONS = ("asked", "contents", "summary", "voice", "exceptions", "notice", "plan", "repatriation", "money", "coming",
            "revisions", "quality", "measures", "actions", "agreement", "reading", "definitions")  # fmt: skip


@pytest.fixture(scope="module")
def edition(warehouse, tmp_path_factory) -> published.Edition:
    """The sample's edition, with a file of commentary on one of its exceptions."""
    folder = tmp_path_factory.mktemp("commentary")
    (folder / "2026-10.yml").write_text(yaml.safe_dump(FILE, allow_unicode=True))
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEND_COMMENTARY_DIR", str(folder))
        return published.read(freeze(sample_marts.tables()))


@pytest.fixture(scope="module")
def measures(edition) -> list[pages.MeasurePage]:
    return pages.measure_pages(edition, WORDS)


def render(edition: published.Edition) -> str:
    return documents.render("board_paper.html", paper.build_context(edition), chart=paper.beside_text)


@pytest.fixture(scope="module")
def page(edition) -> str:
    return render(edition)


def section(page: str, name: str) -> str:
    """The words of one section."""
    start = page.index(f'<section id="{name}"')
    rest = re.search(r'<section id="(?!learners|plans|phase|reviews|requests)', page[start + 9 :])
    return words_of(page[start : start + 9 + rest.start()] if rest else page[start:])


def of(measures, measure_id: str) -> pages.MeasurePage:
    return next(page for page in measures if page.measure["measure_id"] == measure_id)


def test_the_sections_stand_in_order(page):
    found = [name for name in Reader(page).ids if name in SECTIONS]
    assert found == list(SECTIONS)


def test_the_cover_says_what_a_secretary_asks(page):
    text = words_of(page.split('<section id="summary"')[0])
    for said in ("SEND Improvement Board, 18 November 2026", "October 2026: everything known by 5 November 2026",
                 "Author SEND performance analyst", "a draft that nobody has approved yet",
                 "Considered before by nobody has said", "Decide Whether to keep the second review officer.",
                 "3 of 10 measures that got worse, miss their target or break the law; 3 of them break the law",
                 "The managers of 2 of these, who have sent no commentary."):  # fmt: skip
        assert said in text


@given(st.lists(st.tuples(st.sampled_from(VARIATIONS), st.sampled_from(ASSURANCES), st.sampled_from("✓✗…?!–"))))
def test_every_measure_stands_once_in_the_grid_or_beside_it(kinds):
    measures = [Measured(variation, assurance, mark) for variation, assurance, mark in kinds]
    shown = [p for row in board.grid(measures) for cell in row["cells"] for p in cell]
    shown += [p for listed in board.uncharted(measures).values() for p in listed]
    assert sorted(map(id, shown)) == sorted(map(id, measures))
    assert sum(board.grid_widths(board.grid(measures))) <= 100


@dataclasses.dataclass
class Measured:
    """As much of a page as the grid asks for."""

    variation: str
    assurance: str
    mark: str


def test_the_summary_is_three_sentences(edition, measures):
    told = board.summary(measures, pages.repatriation_page(edition.repatriations, sample_marts.LAST, WORDS))
    assert told == [
        "Of 10 measures 3 can be charted: 0 truly improved, 0 got worse, and 3 show no real change.",
        "Of 4 measures that have a target or the law to meet, 0 meet it, 3 miss it, and 1 cannot be judged yet.",
        "By July 2026 6 learners had come back of 16 promised for the financial year, which saves £198,000 in a full "
        "year of £512,000 promised.",
    ]  # fmt: skip


def test_exceptions_are_chosen_by_rule_the_worst_first(edition, measures):
    missed = {"reviews_completed_on_time", "plans_issued_within_20_weeks", "phase_transfers_final_by_deadline"}
    found = [exception.page.measure["measure_id"] for exception in board.exceptions(edition, measures)]
    assert set(found) == missed
    worse = dataclasses.replace(of(measures, "requests_received"), variation="worsening")
    never = dataclasses.replace(of(measures, "reviews_overdue"), assurance="never_meets")
    others = [page for page in measures if page.measure["measure_id"] in missed]
    found = [e.page for e in board.exceptions(edition, [never, *others, worse, of(measures, "repatriation_saving")])]
    assert found == [worse, *others, never]


def test_an_exception_has_its_managers_words_or_says_whose_are_missing(page):
    text = section(page, "exceptions")
    assert "Why: Schools sent the papers of the summer late. What we are doing: Papers are chased each Friday." in text
    assert "By when, and who: 31 January 2027, SEN Annual Review Manager." in text
    assert "Written by the SEN Annual Review Manager on 10 November 2026." in text
    assert text.count("No commentary received from the Head of SEND, due by 13 November 2026.") == 2


def test_what_is_written_of_another_measure_is_not_lost(edition):
    row = edition.comments[0] | {"measure_id": "requests_received"}
    text = section(render(edition._replace(comments=[row])), "exceptions")
    assert "What managers write of other measures Requests for an assessment Why: Schools sent" in text
    assert text.count("No commentary received") == 3


def test_free_text_is_never_markup(edition):
    row = edition.comments[0] | {"why": "<script>alert(1)</script>"}
    assert "&lt;script&gt;" in render(edition._replace(comments=[row]))


def test_the_forums_words_are_printed_or_said_to_be_missing(edition, page):
    assert "Letters are too long. A page in plain words goes with each letter." in section(page, "voice")
    without = section(render(edition._replace(voices=[], decisions=[])), "voice")
    assert "Nothing was received from the youth forum or the parent carer forum this month." in without


def test_changes_since_the_last_paper(measures):
    def as_of(name, **fields):
        return dataclasses.replace(of(measures, name), **fields)

    was = [
        as_of("requests_received", variation="improving"),
        as_of("reviews_overdue", variation="worsening"),
        as_of("cost_per_placement", measure=of(measures, "cost_per_placement").measure | {"definition_sha256": "x"}),
    ]
    now = [as_of("requests_received", variation="worsening"), as_of("reviews_overdue", variation="improving"),
           of(measures, "cost_per_placement"), of(measures, "repatriation_saving")]  # fmt: skip
    found = {change["title"]: [p.measure["measure_id"] for p in change["pages"]] for change in board.changes(now, was)}
    assert found == {
        "new_exception": ["requests_received"], "no_exception": ["reviews_overdue"],
        "now_worsening": ["requests_received"], "now_improving": ["reviews_overdue"],
        "defined_otherwise": ["cost_per_placement"], "new_measure": ["repatriation_saving"],
    }  # fmt: skip
    assert set(found) | {"no_longer_changing"} == set(WORDS["board"]["changes"])
    assert board.changes(was, was) == []


@pytest.mark.parametrize("month", range(1, 13))
def test_the_strategy_is_looked_at_every_three_months(month):
    assert board.is_strategy_month(date(2026, month, 1)) == (month in (3, 6, 9, 12))


def test_the_strategy_view_stands_in_its_months_alone(edition, page):
    assert "strategy" not in Reader(page).ids
    september = published.read(freeze(sample_marts.tables(), date(2026, 9, 1)))
    ids = Reader(render(september)).ids
    assert ids.index("plan") < ids.index("strategy") < ids.index("repatriation")


def test_the_strategy_names_measures_that_there_are():
    named = {name for one in WORDS["ambitions"].values() for names in one["signs"].values() for name in names}
    assert named <= {path.stem for path in settings().dbt_dir.glob("models/measures/*.sql")}
    assert set(WORDS["ambitions"]) == {1, 2, 3}


def test_the_plan_keeps_what_is_done_apart_from_what_worked(edition, page):
    themes = {theme["title"]: theme for theme in board.themes(edition, WORDS)}
    assert themes["Reviews"]["statuses"] == "1 complete"
    assert themes["Reviews"]["signal"] == "0 of 1 met; 1 not judged"
    assert [action["is_behind"] for action in themes["Repatriation"]["actions"]] == [True]
    assert "Actions that are overdue, off track or at risk" in section(page, "plan")


def test_every_measure_has_its_row_and_its_definition(page):
    appendix = page.split('<section id="measures"')[1]
    for measure_id, entry in sample_marts.CATALOGUE.items():
        assert f'data-figure="{measure_id}|' in appendix
        assert f"<strong>{entry['title']}.</strong>" in appendix
        assert f'id="{measure_id}"' in page


def test_no_month_of_a_figure_is_guessed(page):
    printed = set(re.findall(r'data-figure="([^"]+)">([^<]*)<', page))
    assert ("reviews_completed_on_time|2026-10|all|all", "66.7%") in printed
    assert ("phase_transfers_final_by_deadline|2026-03|all|all", "71.7%") in printed
    assert {key.split("|")[0] for key, _ in printed} == set(sample_marts.CATALOGUE)
