"""What was revised, by how much and why; and nothing that tells of fewer than five children."""

from datetime import date

import pytest

from send_data import history
from tests.unit import sample_marts
from tests.unit.test_editions import freeze, rows

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)


@pytest.fixture
def clean(warehouse):
    """A warehouse without editions and builds."""
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")


def measure(kind: str = "rate", **said) -> dict:
    return {"measure_id": "m", "kind": kind, "rows_are": "children", "counted_in": None, "sources": ["sen2"]} | said


def figure(value, numerator=None, denominator=None, symbol="") -> dict:
    return {"value": value, "numerator_count": numerator, "denominator_count": denominator, "symbol": symbol,
            "lower_bound": None, "upper_bound": None}  # fmt: skip


def rests(month: date, definition="d", deliveries=None, late=()) -> history.Rests:
    return history.Rests(month, {"m": definition}, deliveries or {"sen2": {"s": AUGUST}}, frozenset(late))


BEFORE, AFTER = rests(SEPTEMBER), rests(OCTOBER, deliveries={"sen2": {"o": OCTOBER}})


@pytest.mark.parametrize(
    ("kind", "was", "now", "shown"),
    [
        ("count", (60, 60), (64, 64), "fewer_than_5"),
        ("count", (60, 60), (65, 65), "in_full"),
        ("count", (60, 60), (56, 56), "fewer_than_5"),
        ("rate", (0.5, 20, 40), (0.6, 24, 40), "fewer_than_5"),
        ("rate", (0.5, 20, 40), (0.625, 25, 40), "in_full"),
        # Ten more are counted, of whom eight were met: two more were missed.
        ("rate", (0.5, 20, 40), (0.56, 28, 50), "fewer_than_5"),
        ("rate", (0.5, 20, 40), (0.5, 25, 50), "in_full"),
        ("median", (9, 20, 40), (8, 20, 40), "not_shown"),
        ("growth", (0.1, 110, 100), (0.11, 111, 100), "fewer_than_5"),
        ("mean", (900, None, 40), (910, None, 44), "not_shown"),
        ("mean", (900, None, 40), (910, None, 45), "in_full"),
        ("sum", (900, None, 40), (950, None, 40), "not_shown"),
        ("largest", (900,), (950,), "not_shown"),
    ],
)
def test_two_figures_stand_side_by_side_when_five_apart(kind, was, now, shown):
    assert history.how_shown(figure(*was), figure(*now), measure(kind)) == shown


def test_a_share_of_hours_could_be_one_childs():
    was, now = figure(0.9, 900, 1000), figure(0.8, 800, 1000)
    assert history.how_shown(was, now, measure("ratio", counted_in="hours")) == "not_shown"
    assert history.how_shown(was, now, measure("ratio", counted_in="hours", rows_are="things")) == "in_full"
    assert history.how_shown(was, now, measure("ratio", counted_in="suspensions")) == "in_full"


def test_a_hidden_figure_is_never_put_beside_another():
    assert history.how_shown(figure(60, 60), figure(None, symbol="c"), measure("count")) == "not_shown"
    assert history.how_shown(figure(None, symbol="c"), figure(60, 60), measure("count")) == "not_shown"


def test_a_month_without_a_figure_counts_nobody():
    assert history.how_shown(None, figure(0.5, 5, 10), measure()) == "in_full"
    assert history.how_shown(figure(1, 5, 5), None, measure()) == "in_full"


@pytest.mark.parametrize(
    ("was", "now", "before", "after", "reasons"),
    [
        ((0.5, 20, 40), (0.5, 25, 50), BEFORE, AFTER, ["late_record"]),
        ((0.5, 25, 50), (0.5, 20, 40), BEFORE, AFTER, ["late_record"]),
        ((0.5, 20, 40), (0.75, 30, 40), BEFORE, AFTER, ["correction"]),
        # By another definition, who is counted says nothing of records.
        ((0.5, 20, 40), (0.5, 25, 50), BEFORE, rests(OCTOBER, "e"), ["definition"]),
        # A build that kept no definition is not said to have had another.
        ((0.5, 20, 40), (0.5, 25, 50), rests(SEPTEMBER, None), rests(OCTOBER, "e"), ["late_record"]),
        # September's own delivery came after September was published.
        ((0.5, 20, 40), (0.5, 25, 50), BEFORE, rests(OCTOBER, deliveries={"sen2": {"s": AUGUST, "t": SEPTEMBER}}),
         ["late_delivery", "late_record"]),
        # It had not come; October's brings it all.
        ((0.5, 20, 40), (0.75, 30, 40), rests(SEPTEMBER, late=["sen2"]), AFTER, ["late_delivery", "correction"]),
        # It had not come, and has not yet.
        ((0.5, 20, 40), (0.75, 30, 40), rests(SEPTEMBER, late=["sen2"]), rests(OCTOBER), ["correction"]),
        # Another source's delay is no reason.
        ((0.5, 20, 40), (0.75, 30, 40), rests(SEPTEMBER, late=["csds"]), AFTER, ["correction"]),
        ((0.5, 20, 40), (0.75, 30, 40), rests(SEPTEMBER, late=["sen2"]), rests(OCTOBER, "e", {"sen2": {"o": OCTOBER}}),
         ["definition", "late_delivery"]),
    ],
    ids=["more", "fewer", "as many", "definition", "no definition kept", "came for a month reported", "had been late",
         "still late", "another is late", "both on record"],
)  # fmt: skip
def test_why_a_figure_was_revised(was, now, before, after, reasons):
    assert history.reasons(figure(*was), figure(*now), measure(), before, after) == reasons


def test_a_hidden_count_does_not_say_why():
    hidden = figure(None, symbol="c")
    assert history.reasons(figure(60, 60), hidden, measure("count"), BEFORE, AFTER) == ["not_known"]


def test_a_year_before_that_is_as_large_does_not_hide_a_plan_recorded_late():
    was, now = figure(0.1, 110, 100), figure(0.15, 115, 100)
    assert history.reasons(was, now, measure("growth"), BEFORE, AFTER) == ["late_record"]


def test_only_months_of_both_editions_are_compared():
    was = {("m", date(2023, 10, 1)): figure(9, 9), ("m", AUGUST): figure(60, 60), ("m", SEPTEMBER): figure(70, 70)}
    now = {
        ("m", date(2023, 11, 1)): figure(5, 5), ("m", AUGUST): figure(60, 60), ("m", SEPTEMBER): figure(80, 80),
        ("m", OCTOBER): figure(90, 90), ("new", AUGUST): figure(7, 7),
    }  # fmt: skip
    found = history.revisions(was, now, {"m": measure("count"), "new": measure("count")}, BEFORE, AFTER)
    assert [(r["measure_id"], r["month_start"], r["was_value"], r["is_value"], r["reasons"]) for r in found] == [
        ("m", date(2023, 11, 1), None, 5, ["late_record"]), ("m", SEPTEMBER, 70, 80, ["late_record"]),
    ]  # fmt: skip


def test_a_figure_that_is_held_is_not_revised():
    assert not history.is_revised(figure(10, 10, symbol="b"), figure(None, symbol="b"))
    assert not history.is_revised(figure(10, 10, symbol="b"), figure(15, 15))
    assert not history.is_revised(figure(10, 10), figure(None, symbol="h"))
    assert history.is_revised(figure(10, 10), figure(15, 15))


def revised(contents: dict, measure_id: str, month: date, **change) -> dict:
    """Sample marts with one total changed."""
    for row in contents["fct_measures"]:
        if (row["measure_id"], row["month_start"], row["breakdown"]) == (measure_id, month, "all"):
            row |= change
    return contents


def test_the_next_edition_lists_what_was_revised(clean):
    first = freeze(sample_marts.tables(), SEPTEMBER)
    contents = sample_marts.tables()
    requests = next(r for r in contents["fct_measures"] if (r["measure_id"], r["month_start"], r["breakdown"]) ==
                    ("requests_received", AUGUST, "all"))  # fmt: skip
    more = requests["numerator_count"] + 10
    second = freeze(revised(contents, "requests_received", AUGUST, numerator_count=more, value=more))
    listed = rows("select * from published.revisions")
    assert [(r["edition_id"], r["since_edition_id"], r["measure_id"], r["month_start"], r["shown"], r["reasons"])
            for r in listed] == [(second, first, "requests_received", AUGUST, "in_full", ["late_record"])]  # fmt: skip
    assert listed[0]["is_value"] - listed[0]["was_value"] == 10


def test_a_difference_of_four_is_not_spelt_out(clean):
    freeze(sample_marts.tables(), SEPTEMBER)
    contents = sample_marts.tables()
    mean = {"denominator_count": 122, "contributor_count": 122, "value": 41300}
    second = freeze(revised(contents, "cost_per_placement", AUGUST, **mean))
    listed = rows("select * from published.revisions")
    assert [(r["measure_id"], r["shown"], r["was_value"], r["is_value"]) for r in listed] == [
        ("cost_per_placement", "not_shown", None, None)
    ]
    first = rows("select * from published.first_published where edition_id = :e and shown <> 'unchanged'", e=second)
    assert [(r["measure_id"], r["month_start"], r["first_value"], r["value"]) for r in first] == [
        ("cost_per_placement", AUGUST, None, 41300)
    ]


def test_two_editions_alike_have_no_revisions(clean):
    freeze(sample_marts.tables(), SEPTEMBER)
    second = freeze(sample_marts.tables())
    assert rows("select * from published.revisions") == []
    held = rows("select count(*) as n from published.first_published where edition_id = :e and shown = 'unchanged' "
                "and month_start < '2026-10-01' and first_edition_id < :e", e=second)  # fmt: skip
    assert held[0]["n"] > 100


def test_an_edition_names_the_bytes_it_rests_on(clean):
    edition = freeze(sample_marts.tables())
    found = rows("select source, sha256, rows_low, rows_high from published.deliveries where edition_id = :e "
                 "order by source", e=edition)  # fmt: skip
    assert [tuple(r.values()) for r in found] == [
        ("finance__placement_cost", "b" * 64, 1, 4), ("sen2__request", "a" * 64, 210, 214),
    ]  # fmt: skip


def test_an_edition_carries_the_kitemark_of_each_newest_figure(clean):
    edition = freeze(sample_marts.tables())
    found = rows("select measure_id, month_start, count(*) as parts from published.kitemarks where edition_id = :e "
                 "group by measure_id, month_start", e=edition)  # fmt: skip
    months = {r["measure_id"]: r["month_start"] for r in found}
    assert set(months) == set(sample_marts.CATALOGUE)
    assert {r["parts"] for r in found} == {6}
    assert months["phase_transfers_final_by_deadline"] == date(2026, 3, 1)
    assert months["requests_received"] == OCTOBER
