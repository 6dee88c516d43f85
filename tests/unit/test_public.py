"""What anybody may see: nothing of 1 to 7, the rest to the nearest 5, and nothing the Board is not shown."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from send_data import public

MONTH = date(2026, 10, 1)
BASE = {"rows_are": "children", "counted_in": None}
MEASURES = [
    {"measure_id": "rate", "kind": "rate", **BASE}, {"measure_id": "count", "kind": "count", **BASE},
    {"measure_id": "cost", "kind": "mean", **BASE}, {"measure_id": "longest", "kind": "largest", **BASE},
    {"measure_id": "actions_overdue", "kind": "count", **BASE, "rows_are": "things"},
]  # fmt: skip


def row(measure_id, met, base, value, symbol="", breakdown="all", name="all") -> dict:
    return {
        "la_code": "303", "measure_id": measure_id, "month_start": MONTH,
        "breakdown": breakdown, "breakdown_value": name,
        "numerator_count": met, "denominator_count": base, "value": None if value is None else Decimal(str(value)),
        "symbol": symbol, "as_of_month": MONTH, "is_count": measure_id in ("rate", "count"),
        "lower_bound": None, "upper_bound": None, "lower_value": None, "upper_value": None,
    }  # fmt: skip


def rate(met: int, base: int, **place) -> dict:
    return row("rate", met, base, met / base, **place)


def shown(*rows: dict, people: int = 100) -> list[tuple]:
    behind = {tuple(r[n] for n in ("measure_id", "month_start", "breakdown", "breakdown_value")): people for r in rows}
    found = public.public_rows(rows, behind, MEASURES)
    return [(r["numerator_count"], r["denominator_count"], r["value"], r["symbol"]) for r in found]


def test_a_percentage_comes_from_the_rounded_counts():
    assert shown(rate(22, 43)) == [(20, 45, Decimal(20) / 45, "")]


@pytest.mark.parametrize(("met", "base"), [(7, 40), (1, 40), (33, 40), (39, 40), (3, 7)])
def test_one_to_seven_are_hidden_on_either_side(met, base):
    assert shown(rate(met, base)) == [(None, None, None, "c")]


@pytest.mark.parametrize(("met", "base"), [(0, 40), (40, 40), (8, 40), (32, 40)])
def test_none_all_and_eight_are_shown(met, base):
    ((numerator, denominator, _, symbol),) = shown(rate(met, base))
    assert (numerator % 5, denominator, symbol) == (0, 40, "")


def test_few_people_behind_an_amount_hide_it_and_many_leave_it_rough():
    cost = row("cost", None, 118, 41250.37)
    assert shown(cost, people=7) == [(None, None, None, "c")]
    assert shown(cost) == [(None, None, Decimal("4.13e4"), "")]


def test_the_longest_wait_is_one_childs():
    assert shown(row("longest", None, None, 61)) == [(None, None, None, "c")]


def test_things_are_shown_as_they_are():
    assert shown(row("actions_overdue", 3, None, 3)) == [(3, None, 3, "")]


def test_what_the_board_is_not_shown_stays_hidden_and_what_is_held_back_too():
    assert shown(row("count", None, None, None, "c"), people=50)[0][3] == "c"
    assert shown(row("count", None, None, None, "h"), people=50)[0][3] == "h"


def test_no_hidden_cell_stands_alone():
    cells = [rate(9, 20, breakdown="sex", name="F"), rate(6, 30, breakdown="sex", name="M"),
             rate(20, 60, breakdown="sex", name="unknown")]  # fmt: skip
    assert [entry[3] for entry in shown(*cells)] == ["c", "c", ""]


def test_a_hidden_cell_among_zeros_takes_one_of_them_along():
    cells = [rate(6, 30, breakdown="sex", name="F"), rate(0, 20, breakdown="sex", name="M")]
    assert [entry[3] for entry in shown(*cells)] == ["c", "c"]


def test_none_or_all_of_a_small_group_is_not_told():
    assert shown(rate(0, 14, breakdown="sex", name="F"))[0][3] == "c"
    assert shown(rate(0, 15, breakdown="sex", name="F"))[0][3] == ""


@given(st.integers(0, 200), st.integers(0, 200))
def test_whatever_is_shown_is_a_multiple_of_five_from_ten_and_near(met, missed):
    if met + missed:
        ((numerator, denominator, value, _),) = shown(rate(met, met + missed))
        for exact, rounded in ((met, numerator), (met + missed, denominator)):
            assert rounded is None or (rounded % 5 == 0 and abs(rounded - exact) <= 2 and (rounded >= 10 or exact == 0))
        assert value is None or Fraction(value).limit_denominator(1000) == Fraction(int(numerator), int(denominator))
