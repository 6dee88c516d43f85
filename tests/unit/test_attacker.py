"""The attacker finds nothing in what is published, and finds what is left open on purpose."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from send_data import disclosure
from send_data.cells import Key
from send_data.disclosure import NOTHING_PRINTED, Printed
from tests import attacker
from tests.unit.test_disclosure import COLUMNS, MEASURES, MONTH, RULES, rate, table

DESCRIBED = MEASURES.assign(is_cumulative=False)
EXEMPT = ("actions",)


def count_table(counts: list[int]) -> list[tuple]:
    rows = [("count", MONTH, "age", f"{i}", n, None, n, n) for i, n in enumerate(counts) if n]
    return [("count", MONTH, "all", "all", sum(counts), None, sum(counts), sum(counts)), *rows]


def freeze(rows: list[tuple], printed: Printed = NOTHING_PRINTED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is published of rows of fct_measures, and these."""
    truth = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    figures = disclosure.protect(truth, MEASURES, RULES, printed)
    return figures[~figures["is_withheld"].astype(bool)], truth


def printed_in(*editions: pd.DataFrame) -> Printed:
    shown, hidden = {}, set()
    for figures in editions:
        for row in figures.to_dict("records"):
            place = (row["month_start"], Key(row["measure_id"], row["breakdown"], row["breakdown_value"]))
            if row["symbol"]:
                hidden.add(place)
            else:
                shown[place] = tuple(
                    None if pd.isna(row[n]) else row[n] for n in ("numerator_count", "denominator_count")
                )
    return Printed(shown, hidden)


def attack(*editions: tuple[pd.DataFrame, pd.DataFrame]) -> list[attacker.Recovered]:
    figures = {number: figures for number, (figures, _) in enumerate(editions)}
    truth = {number: truth for number, (_, truth) in enumerate(editions)}
    return attacker.attack(figures, truth, DESCRIBED, exempt=EXEMPT)


def open_up(edition: tuple[pd.DataFrame, pd.DataFrame], measure_id: str, value: str) -> tuple:
    """The edition with one hidden cell shown."""
    figures, truth = edition[0].copy(), edition[1]
    at = (figures["measure_id"] == measure_id) & (figures["breakdown_value"] == value)
    assert list(figures.loc[at, "symbol"]) == ["c"]
    for column in ("numerator_count", "denominator_count", "value"):
        figures.loc[at, column] = truth.loc[figures.index[at], column]
    figures.loc[at, "symbol"] = ""
    return figures, truth


def test_a_cell_shown_too_many_gives_the_count_away():
    edition = freeze(count_table([3, 9, 40, 60]))
    assert attack(edition) == []
    (found,) = attack(open_up(edition, "count", "1"))
    assert (found.measure_id, found.breakdown_value, found.low, found.high) == ("count", "0", 3, 3)


def test_a_hidden_share_is_given_away_by_the_count_of_all_in_each_group():
    """103 + 3 in independent special schools: the 103 among all plans by type of setting would leave the 3."""
    edition = freeze(count_table([103, 3, 6, 400]) + table([(103, 103), (3, 3), (0, 6), (0, 400)]))
    assert attack(edition) == []
    opened = open_up(edition, "count", "0")
    assert {(found.measure_id, found.breakdown_value) for found in attack(opened)} >= {("count", "1")}


def test_an_earlier_edition_gives_away_what_a_later_one_hides():
    rows = count_table([3, 9, 40, 60])
    edition = freeze(rows)
    found = attack(open_up(edition, "count", "1"), edition)
    assert {(one.edition, one.breakdown_value) for one in found} == {(0, "0"), (1, "0")}


def test_a_cell_hidden_once_stays_hidden_when_a_late_record_makes_it_larger():
    before = freeze(count_table([4, 9, 40, 60]))
    after = freeze(count_table([5, 9, 40, 60]), printed_in(before[0]))
    hidden = after[0][(after[0]["symbol"] == "c")]
    assert set(hidden["breakdown_value"]) >= {"0"}
    assert len(hidden) >= 2


def test_none_or_all_of_a_small_group_is_not_told():
    edition = freeze(table([(0, 6), (9, 20), (20, 40), (7, 14)]))
    assert attack(edition) == []
    rows = edition[0].set_index("breakdown_value")["symbol"]
    assert rows["0"] == "c"
    assert rows["all"] == ""
    assert attack(open_up(edition, "rate", "0"))


def test_all_of_a_large_group_is_told():
    rows = freeze(table([(0, 12), (9, 20), (20, 40)]))[0]
    assert list(rows["symbol"]) == ["", "", "", ""]


def test_what_is_so_of_everybody_may_be_told_of_each_group():
    rows = freeze(table([(0, 6), (0, 9), (0, 20)]))[0]
    assert list(rows["symbol"]) == ["", "", "", ""]


def test_a_breakdown_that_nothing_could_cover_is_withheld_with_its_rows():
    """Of 1, 1 and 3 under 5 none could be 4 if all three were known to be there."""
    figures, _ = freeze(count_table([1, 1, 3]))
    assert list(figures["breakdown"]) == ["all"]
    assert list(figures["numerator_count"]) == [5]


cell = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda p: (p[0], p[0] + p[1]))
with_more = st.tuples(cell, st.integers(0, 3), st.integers(0, 3))


def borough(cells: list) -> list[tuple]:
    """A part, the whole it belongs to, and the count of all: three measures that tell of each other."""
    part = [(met, of) for (met, of), _, _ in cells]
    whole = [(met + a, of + a + b) for (met, of), a, b in cells]
    rows = table(part, "part") + table(whole, "whole") + count_table([of for _, of in whole])
    return [row for row in rows if row[0] == "count" or row[2] == "all" or row[5]]


@settings(max_examples=60, deadline=None)
@given(st.lists(with_more, min_size=2, max_size=5))
@example(cells=[((0, 0), 1, 0), ((0, 0), 5, 0)])  # nobody in the part, 1 and 5 in the whole
@example(cells=[((0, 0), 0, 1), ((0, 0), 0, 5)])
@example(cells=[((0, 0), 0, 0), ((1, 9), 0, 1)])  # "fewer than 5 of 9" beside "fewer than 5 of 10"
def test_nothing_is_recovered_from_measures_that_tell_of_each_other(cells):
    assert attack(freeze(borough(cells))) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(with_more, min_size=2, max_size=4), st.integers(0, 3), st.integers(1, 2))
@example(cells=[((0, 0), 0, 0), ((0, 8), 0, 0)], place=0, late=1)  # "fewer than 5 of 9", of which 8 were known
def test_nothing_is_recovered_when_records_come_late(cells, place, late):
    """The count of all and the whole are revised in one cell; the part is printed again as it was."""
    (met, of), a, b = cells[place % len(cells)]
    revised = [*cells]
    revised[place % len(cells)] = ((met, of), a + late, b)
    before = freeze(borough(cells))
    after = freeze(borough(revised), printed_in(before[0]))
    assert [found for found in attack(before, after) if found.edition == 1] == []


def test_money_does_not_stand_alone():
    rows = [("money", MONTH, "all", "all", None, 40, 1000.0, 40)]
    rows += [("money", MONTH, "age", f"{i}", None, n, 1000.0, n) for i, n in enumerate([3, 17, 20])]
    figures, _ = freeze(rows)
    kinds = MEASURES.assign(
        kind=["sum" if m == "money" else k for m, k in zip(MEASURES.measure_id, MEASURES.kind, strict=True)]
    )
    assert attacker.lone_amounts(figures, kinds) == []
    alone = figures.assign(symbol=["c" if v == "0" else "" for v in figures["breakdown_value"]])
    assert attacker.lone_amounts(alone, kinds) == [("money", MONTH, "age")]


@pytest.mark.parametrize(("values", "close"), [([0, 6, 11], 0), ([6, 9], 1), ([3], 1)])
def test_learners_shown_one_to_four_apart_are_found(values, close):
    items = pd.DataFrame({"financial_year": "2026-27", "basis": "promise", "item": "learners", "value": values})
    assert len(attacker.close_steps(items)) == close


def test_ranges_that_leave_one_number_are_found():
    def rows(name, *pairs):
        return pd.DataFrame(
            [{name: i, "due_band": "overdue", "lower_bound": a, "upper_bound": b} for i, (a, b) in enumerate(pairs)]
        )

    assert attacker.narrow_ranges(rows("kind", (5, 9), (1, 4)), rows("case_team", (5, 9), (1, 4))) == []
    assert attacker.narrow_ranges(rows("kind", (1, 4), (1, 4)), rows("case_team", (1, 4), (1, 4), (1, 4), (1, 4))) == []
    assert attacker.narrow_ranges(rows("kind", (1, 4)), rows("case_team", (1, 4), (1, 4), (1, 4), (1, 4)))


def test_a_rate_of_nobody_asks_for_nothing():
    assert attack(freeze([rate(0, 0)])) == []
    assert isinstance(MONTH, date)
