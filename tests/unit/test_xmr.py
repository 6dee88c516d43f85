"""The chart of what is shown: the same limits and labels as the second way in tests/control_charts.py."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from send_data import xmr
from tests import control_charts as second_way

MONTHS = [date(2023 + n // 12, n % 12 + 1, 1) for n in range(36)]
BETTER = {1: "increase", -1: "decrease", 0: "neutral"}
# Few different values make ties, runs and trends; gaps break them.
VALUES = st.lists(st.one_of(st.none(), st.integers(0, 9).map(Fraction)), min_size=13, max_size=30).filter(
    lambda values: len({v for v in values if v is not None}) > 1
)
DRIFT = st.builds(
    lambda start, steps: [Fraction(start + sum(steps[: n + 1])) for n in range(len(steps))],
    st.integers(50, 60), st.lists(st.integers(-2, 3), min_size=14, max_size=30),
)  # fmt: skip


def known(values, better: int, target=None, is_mdc_2023: bool = False) -> list[dict]:
    points = [second_way.Point(m, v, target=target) for m, v in zip(MONTHS, values, strict=False)]
    return second_way.chart(points, BETTER[better], second_way.Rules(not is_mdc_2023, None, is_mdc_2023))


@given(values=st.one_of(VALUES, DRIFT), better=st.sampled_from([1, -1, 0]), is_mdc_2023=st.booleans())
def test_limits_and_labels_are_those_of_the_second_way(values, better, is_mdc_2023):
    found, rows = xmr.limits(values, is_screened=not is_mdc_2023), known(values, better, is_mdc_2023=is_mdc_2023)
    has_width = rows[0]["upper_limit"] is not None
    if has_width or not is_mdc_2023:
        assert found.mean == rows[0]["mean"]
        assert found.width == (rows[0]["upper_limit"] - rows[0]["mean"] if has_width else None)
    if has_width and found.width:
        causes = xmr.special_causes(values, found, better, is_mdc_2023)
        assert causes == [row["special_cause"] for row in rows]
        assert [xmr.point_type(cause, better) for cause in causes] == [row["point_type"] for row in rows]


@given(values=st.one_of(VALUES, DRIFT), better=st.sampled_from([1, -1, 0]), target=st.integers(0, 60).map(Fraction))
def test_icons_are_those_of_the_second_way(values, better, target):
    last = known(values, better, target)[-1]
    found = xmr.limits(values)
    if values[-1] is not None and found.width:
        cause = xmr.special_causes(values, found, better)[-1]
        assert xmr.variation_icon(cause, better) == last["variation_icon"]
        assert xmr.assurance_icon(target, found, better) == last["assurance_icon"]


def test_seven_above_the_mean_are_a_shift_and_six_are_not():
    six = [Fraction(n) for n in (1, 9, 1, 9, 1, 9, 1, 6, 6, 6, 7, 6, 6)]
    limits = xmr.Limits(Fraction(5), Fraction(20))
    assert xmr.special_causes(six, limits, 1)[-6:] == ["Common Cause"] * 6
    assert xmr.special_causes([*six, Fraction(6)], limits, 1)[-7:] == ["7 Points Above CL"] * 7


@pytest.mark.parametrize(("target", "icon"), [(29, "consistent_pass"), (30, "inconsistent"), (51, "consistent_fail")])
def test_a_target_on_a_limit_is_inside(target, icon):
    assert xmr.assurance_icon(Fraction(target), xmr.Limits(Fraction(40), Fraction(10)), 1) == icon
