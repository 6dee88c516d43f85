"""No count of 1 to 4 is shown, and no attacker with a pencil finds one."""

from datetime import date
from itertools import pairwise, product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from send_data import disclosure
from send_data.cells import Cell, Link
from send_data.disclosure import BOARD, Point

MONTH = date(2026, 10, 1)
COLUMNS = ["measure_id", "month_start", "breakdown", "breakdown_value", "numerator_count", "denominator_count", "value",
           "contributor_count"]  # fmt: skip
MEASURES = pd.DataFrame(
    [("rate", "rate", None, True), ("count", "count", None, False), ("money", "mean", None, False),
     ("part", "rate", "whole", False), ("whole", "rate", None, False), ("events", "ratio", None, False),
     ("hours", "ratio", None, False), ("actions", "rate", None, False)],
    columns=["measure_id", "kind", "within_measure_id", "has_line"],
).assign(rows_are="children", counted_in=None, beside_breakdown=None, beside_value=None)  # fmt: skip
MEASURES.loc[MEASURES.measure_id == "actions", "rows_are"] = "things"
MEASURES.loc[MEASURES.measure_id == "hours", "counted_in"] = "hours"
RULES = BOARD._replace(exempt=frozenset({"actions"}))


def rate(met: int, of: int, measure_id: str = "rate", breakdown: str = "all", name: str = "all") -> tuple:
    return (measure_id, MONTH, breakdown, name, met, of, met / of if of else None, of)


def table(cells: list[tuple[int, int]], measure_id: str = "rate") -> list[tuple]:
    """A total and its breakdown, from (met, of) pairs."""
    rows = [rate(met, of, measure_id, "age", f"{i}") for i, (met, of) in enumerate(cells)]
    return [rate(sum(m for m, _ in cells), sum(d for _, d in cells), measure_id), *rows]


def protect(rows: list[tuple], measures: pd.DataFrame = MEASURES) -> list[dict]:
    frame = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    return disclosure.protect(frame, measures, RULES).to_dict("records")


def is_none(value: object) -> bool:
    return value is None or pd.isna(value)


@pytest.mark.parametrize(
    ("met", "of", "shown"),
    [(30, 66, True), (0, 66, True), (66, 66, True), (5, 10, True), (3, 66, False), (63, 66, False), (2, 3, False),
     (0, 3, False), (0, 8, True)],
)  # fmt: skip
def test_a_rate_is_shown_when_numerator_denominator_and_complement_are_zero_or_five(met, of, shown):
    (row,) = protect([rate(met, of)])
    assert (row["symbol"] == "") == shown
    assert is_none(row["numerator_count"]) != shown
    assert is_none(row["value"]) != shown


@pytest.mark.parametrize(("met", "bounds"), [(m, (0, 4)) for m in range(1, 5)] + [(m, (62, 66)) for m in range(62, 66)])
def test_the_range_is_the_same_whatever_the_hidden_number(met, bounds):
    (row,) = protect([rate(met, 66)])
    assert (row["lower_bound"], row["upper_bound"], row["denominator_count"]) == (*bounds, 66)


@pytest.mark.parametrize(("met", "of"), [(m, d) for d in range(1, 9) for m in range(1, d)])
def test_below_nine_nothing_is_said(met, of):
    (row,) = protect([rate(met, of)])
    assert [is_none(row[c]) for c in ("denominator_count", "lower_bound", "upper_value")] == [True] * 3


def test_what_is_said_of_a_rate_never_leaves_one_possibility():
    """For every published row of one rate: all the pairs that would print the same; no small number is alone."""
    prints: dict[tuple, set] = {}
    for of in range(41):
        for met in range(of + 1):
            (row,) = protect([rate(met, of)])
            printed = tuple(None if is_none(v) else v for k, v in row.items() if k != "month_start")
            prints.setdefault(printed, set()).add((met, of))
    for pairs in prints.values():
        for quantity in (lambda p: p[0], lambda p: p[1], lambda p: p[1] - p[0]):
            found = {quantity(p) for p in pairs}
            assert len(found) > 1 or not disclosure.is_small(found.pop())


def test_few_contributors_hide_money_and_the_mean():
    (row,) = protect([("money", MONTH, "all", "all", None, 7, 41000.0, 4)])
    assert row["symbol"] == "c"
    assert is_none(row["value"])
    (row,) = protect([("money", MONTH, "all", "all", None, 7, 41000.0, 7)])
    assert row["value"] == 41000.0


def test_a_hidden_total_hides_its_breakdowns():
    rows = protect(table([(1, 20), (1, 20), (1, 20)]))
    assert [r["symbol"] for r in rows] == ["c"] * 4
    assert all(is_none(r["denominator_count"]) for r in rows[1:])


def cells_of(rows: list[dict], measure_id: str = "rate") -> list[dict]:
    return [r for r in rows if r["measure_id"] == measure_id and r["breakdown"] != "all"]


def sums_of_hidden(cells: list[tuple[int, int]], rows: list[dict]) -> list[int]:
    hidden = [cell for cell, row in zip(cells, cells_of(rows), strict=True) if row["symbol"]]
    return [sum(m for m, _ in hidden), sum(d for _, d in hidden), sum(d - m for m, d in hidden), len(hidden)]


pairs = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1]))


@settings(max_examples=300, deadline=None)
@given(st.lists(pairs, min_size=2, max_size=7))
def test_hidden_cells_never_add_up_to_a_small_number(cells):
    rows = protect(table(cells))
    if rows[0]["symbol"]:
        assert all(r["symbol"] for r in rows)
        return
    met, of, missed, hidden = sums_of_hidden(cells, rows)
    assert not any(disclosure.is_small(q) for q in (met, of, missed))
    assert hidden != 1


@settings(max_examples=200, deadline=None)
@given(st.lists(pairs, min_size=2, max_size=7))
def test_nothing_small_is_printed(cells):
    for row in protect(table(cells)):
        for count in (row["numerator_count"], row["denominator_count"]):
            assert is_none(count) or not disclosure.is_small(count)
        if not is_none(row["numerator_count"]) and not is_none(row["denominator_count"]):
            assert not disclosure.is_small(row["denominator_count"] - row["numerator_count"])


def possible_tables(total: tuple[int, int], shown: dict[int, tuple[int, int]], hidden: list[int]):
    """Every way to fill the hidden cells that agrees with all that is printed; a true 0 of 0 would have no row."""
    left = [total[side] - sum(pair[side] for pair in shown.values()) for side in (0, 1)]
    choices = [(m, d) for d in range(1, left[1] + 1) for m in range(min(d, left[0]) + 1)]
    for filled in product(choices, repeat=len(hidden) - 1):
        met, of = (left[side] - sum(pair[side] for pair in filled) for side in (0, 1))
        if 0 <= met <= of and of > 0:
            yield (*filled, (met, of))


small_pairs = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda p: (p[0], p[0] + p[1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(small_pairs, min_size=2, max_size=3))
def test_an_attacker_who_tries_every_table_finds_no_small_number(cells):
    cells = [cell for cell in cells if cell[1]]
    rows = protect(table(cells)) if cells else []
    hidden = [i for i, row in enumerate(cells_of(rows)) if row["symbol"]]
    if not hidden or rows[0]["symbol"]:
        return
    total = (rows[0]["numerator_count"], rows[0]["denominator_count"])
    shown = {i: cell for i, cell in enumerate(cells) if i not in hidden}
    found = list(possible_tables(total, shown, hidden))
    assert found
    for place in range(len(hidden)):
        for quantity in (lambda p: p[0], lambda p: p[1], lambda p: p[1] - p[0]):
            values = {quantity(filled[place]) for filled in found}
            assert len(values) > 1 or not disclosure.is_small(values.pop())


def test_two_measures_with_the_same_counts_hide_the_same_cells():
    """Plans by age are the denominators of the share in mainstream: neither gives away what the other hides."""
    plans = [3, 9, 40, 60]
    shares = [(0, 3), (5, 9), (20, 40), (30, 60)]
    rows = protect(
        [("count", MONTH, "all", "all", sum(plans), None, sum(plans), 99)]
        + [("count", MONTH, "age", str(i), n, None, n, n) for i, n in enumerate(plans)]
        + table(shares)
    )
    seen = {i for name in ("count", "rate") for i, r in enumerate(cells_of(rows, name)) if not r["symbol"]}
    assert seen == {2, 3}


def test_a_share_that_is_the_sum_of_two_cells_is_not_undone_by_the_count_of_all():
    """103 + 3 plans in independent special schools; all plans by type must not show the 103 beside a total of 106."""
    plans = [103, 3, 6, 400]
    rows = protect(
        [("count", MONTH, "all", "all", sum(plans), None, sum(plans), 99)]
        + [("count", MONTH, "age", str(i), n, None, n, n) for i, n in enumerate(plans)]
        + table([(103, 103), (3, 3), (0, 6), (0, 400)])
    )
    shown = {i for i, row in enumerate(cells_of(rows, "count")) if not row["symbol"]}
    assert rows[5]["numerator_count"] == 106
    assert 0 not in shown
    assert 1 not in shown


def linked(part: list[tuple[int, int]], whole: list[tuple[int, int]], part_has_line: bool = False) -> list[dict]:
    measures = MEASURES.assign(has_line=[m == "part" and part_has_line for m in MEASURES["measure_id"]])
    return protect(table(part, "part") + table(whole, "whole"), measures)


def test_a_part_too_close_to_its_whole_is_given_as_a_range():
    rows = linked([(20, 40)], [(22, 43)])
    part = next(r for r in rows if r["measure_id"] == "part" and r["breakdown"] == "all")
    assert is_none(part["numerator_count"])
    assert is_none(part["denominator_count"])
    assert part["lower_value"] == pytest.approx(18 / 39)
    assert part["upper_value"] == pytest.approx(22 / 39)
    assert all(r["symbol"] == "" for r in rows if r["measure_id"] == "whole")


def test_the_whole_is_given_up_when_the_part_alone_has_a_target_or_law():
    rows = linked([(20, 40)], [(22, 43)], part_has_line=True)
    whole = next(r for r in rows if r["measure_id"] == "whole" and r["breakdown"] == "all")
    assert whole["symbol"] == "c"
    assert whole["lower_value"] <= 22 / 43 <= whole["upper_value"]
    assert all(r["symbol"] == "" for r in rows if r["measure_id"] == "part")


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 4), st.integers(0, 4), st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_range_holds_the_hidden_value_and_is_told_by_the_visible_one(
    met, missed, more_met, more_missed, part_leads
):
    whole = (met + more_met, met + missed + more_met + more_missed)
    rows = linked([(met, met + missed)], [whole], part_leads) if met + missed else []
    for row in rows:
        if row["breakdown"] == "all" and not is_none(row["lower_value"]):
            n, d = whole if row["measure_id"] == "whole" else (met, met + missed)
            assert row["lower_value"] - 1e-12 <= n / d <= row["upper_value"] + 1e-12


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(pairs, st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=6))
def test_the_difference_of_two_linked_measures_is_never_small(cells):
    """What a reader can form: the whole less the part, over the cells hidden in the part and shown in the whole."""
    part = [pair for pair, _, _ in cells]
    whole = [(m + a, d + a + b) for (m, d), a, b in cells]
    rows = linked(part, whole)
    part_rows, whole_rows = cells_of(rows, "part"), cells_of(rows, "whole")
    for p_row, w_row, p, w in zip(part_rows, whole_rows, part, whole, strict=True):
        if not p_row["symbol"] and not w_row["symbol"]:
            assert not any(disclosure.is_small(q) for q in (w[0] - p[0], w[1] - p[1], w[1] - w[0] - p[1] + p[0]))
    total = next(r for r in rows if r["measure_id"] == "part" and r["breakdown"] == "all")
    if not total["symbol"]:
        hidden = [i for i, r in enumerate(part_rows) if r["symbol"]]
        if any(whole_rows[i]["symbol"] for i in hidden):
            return
        assert not disclosure.is_small(sum(whole[i][0] - part[i][0] for i in hidden))
        assert not disclosure.is_small(sum(whole[i][1] - part[i][1] for i in hidden))


def test_links_follow_one_another():
    measures = pd.DataFrame(
        [("a", "rate", "b", False), ("b", "rate", "c", False), ("c", "rate", None, False)],
        columns=["measure_id", "kind", "within_measure_id", "has_line"],
    )
    assert disclosure.links_between(measures) == [Link("c", "b"), Link("b", "a")]


def test_a_cell_of_hours_is_judged_by_its_children_alone():
    assert Cell(3, 4, 12, is_count=False).quantities == {"people": 12}


@pytest.mark.parametrize(
    ("measure_id", "symbol"),
    [("actions", ""), ("hours", ""), ("events", "c"), ("rate", "c")],
)
def test_three_of_ninety_are_hidden_where_the_three_are_people_or_what_they_did(measure_id, symbol):
    """Three actions of ninety are nobody; three hours are no three children; three suspensions are."""
    figures = pd.DataFrame([rate(3, 90, measure_id)], columns=COLUMNS)
    assert disclosure.protect(figures, MEASURES, RULES).symbol.tolist() == [symbol]


def test_who_stands_beside_a_figure_covers_no_part_of_it():
    """Three with a plan and nine at SEN support make twelve; the six without either do not come into it."""
    measures = MEASURES.assign(beside_breakdown="sen_group", beside_value="no_sen")
    rows = [rate(12, 90, "events")] + [
        rate(met, 90, "events", "sen_group", group)
        for group, met in (("ehc_plan", 3), ("sen_support", 9), ("no_sen", 6))
    ]
    assert [row["symbol"] for row in protect(rows, measures)] == ["", "c", "c", ""]


# Cumulative figures


def year(counts: list[int], start: int = 4) -> list[tuple[date, dict[str, int]]]:
    months = [date(2026 + (start + i - 1) // 12, (start + i - 1) % 12 + 1, 1) for i in range(len(counts))]
    return [(month, {"learners": n}) for month, n in zip(months, counts, strict=True)]


def shown_values(counts: list[int], before: list[Point] = ()) -> list[int | None]:
    series = year(counts)
    held = disclosure.held_months("promise", series, before, {})
    by_month = {m: c["learners"] for m, c in series} | {p.month_start: p.learners for p in before}
    return [None if held[m] is None else by_month[held[m]] for m, _ in series]


def test_a_figure_is_held_until_five_more_learners_have_moved():
    assert shown_values([0, 2, 4, 6, 8, 10, 11, 13, 16]) == [0, None, None, 6, 6, 6, 11, 11, 16]


def test_a_fall_is_held_like_a_rise():
    assert shown_values([10, 9, 8, 5, 4]) == [10, 10, 10, 5, 5]


def test_an_earlier_edition_is_not_contradicted_by_less_than_five():
    before = [Point("promise", "learners", date(2026, 7, 1), 6)]
    assert shown_values([0, 2, 4, 7, 9, 10, 11], before) == [0, None, None, 6, 6, 6, 11]


moves_by_month = st.lists(st.integers(-2, 4), min_size=1, max_size=12).map(
    lambda steps: [max(0, sum(steps[: i + 1])) for i in range(len(steps))]
)


@settings(max_examples=300, deadline=None)
@given(moves_by_month, st.lists(moves_by_month, max_size=3))
def test_no_two_showings_of_a_year_differ_by_one_to_four(first, revisions):
    """Editions month after month, each free to revise the past: all that was ever shown stays five apart."""
    shown: list[Point] = []
    for counts in [first, *revisions]:
        series = year(counts)
        held = disclosure.held_months("promise", series, shown, {})
        known = {p.month_start for p in shown}
        shown += [
            Point("promise", "learners", month, by_name["learners"])
            for month, by_name in series
            if held[month] == month and by_name["learners"] and month not in known
        ]
    values = sorted({0, *(p.learners for p in shown)})
    assert all(b - a >= 5 for a, b in pairwise(values))


def test_a_wider_basis_stays_five_apart_from_the_one_it_contains():
    before = [Point("promise", "learners", date(2026, 6, 1), 6)]
    series = [(date(2026, 6 + i, 1), {"valve": n}) for i, n in enumerate([8, 10, 11])]
    held = disclosure.held_months("safety_valve", series, before, {"valve": "learners"})
    assert list(held.values()) == [None, None, date(2026, 8, 1)]


@pytest.mark.parametrize(
    ("count", "range_of_five"), [(0, (0, 0)), (1, (1, 4)), (4, (1, 4)), (5, (5, 9)), (13, (10, 14))]
)
def test_a_range_of_five(count, range_of_five):
    assert disclosure.band(count) == range_of_five
