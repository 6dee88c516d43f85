"""What is published of change and promises follows from what is shown, and from nothing else."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from send_data import signals
from tests import control_charts as second_way

MONTHS = [date(2023 + n // 12, n % 12 + 1, 1) for n in range(36)]
MEASURE = {
    "measure_id": "m", "better": "higher", "kind": "rate", "is_cumulative": False, "targets": [], "law_value": None,
}  # fmt: skip
ALL = {"measure_id": "m", "breakdown": "all", "breakdown_value": "all", "numerator_count": None,
       "denominator_count": None, "lower_bound": None, "upper_bound": None}  # fmt: skip


def mart(values, target=None, direction="increase") -> list[dict]:
    """Rows of fct_measure_spc, worked out the second way; a value of None is a month without a figure."""
    points = [
        second_way.Point(m, None if v is None else Fraction(v), target=target and Fraction(target))
        for m, v in zip(MONTHS, values, strict=False)
    ]
    rows = second_way.chart(points, direction, second_way.Rules())
    count = sum(v is not None for v in values)
    is_charted = count >= 13 and bool(rows[0]["upper_limit"]) and rows[0]["upper_limit"] > rows[0]["mean"]
    charted = [
        {
            "measure_id": "m", "month_start": row["at"], "value": value, "segment": 0, "segment_point_count": count,
            "mean": decimal(row["mean"]), "lower_limit": decimal(row["lower_limit"]) if is_charted else None,
            "upper_limit": decimal(row["upper_limit"]) if is_charted else None,
            "spc_state": "charted" if is_charted and value is not None else "too_few_points",
            "special_cause": row["special_cause"] if is_charted and value is not None else None,
            "point_type": row["point_type"] if is_charted and value is not None else None, "restart_reason": None,
            "target_value": target, "variation_icon": row["variation_icon"] if is_charted else None,
            "assurance_icon": row["assurance_icon"] if is_charted else None,
        }
        for row, value in zip(rows, values, strict=True)
    ]  # fmt: skip
    return charted


def decimal(number: Fraction) -> Decimal:
    return round(Decimal(number.numerator) / number.denominator, 10)


def shown(values, hidden=(), ranges=None) -> list[dict]:
    """Rows of published.figures: those of `hidden` places hidden, with a range where `ranges` has one."""
    rows = []
    for at, (month, value) in enumerate(zip(MONTHS, values, strict=False)):
        low, high = (ranges or {}).get(at, (None, None))
        hide = at in hidden
        rows.append(ALL | {"month_start": month, "as_of_month": month, "value": None if hide else value,
                           "symbol": "c" if hide else "", "lower_value": low if hide else None,
                           "upper_value": high if hide else None})  # fmt: skip
    return [row for row, value in zip(rows, values, strict=True) if value is not None]


def published(values, hidden=(), ranges=None, target=None) -> list[dict]:
    return signals.chart_rows(mart(values, target), shown(values, hidden, ranges), [MEASURE])


WAVE = [Decimal(n) for n in (50, 54, 49, 55, 51, 53, 48, 56, 50, 52, 49, 57, 51, 53, 50, 54, 52, 49, 55, 51, 58)]


def test_where_all_is_shown_the_chart_is_the_marts_own():
    rows = published(WAVE, target=Decimal(60))
    assert [{**row, "value": value} for row, value in zip(rows, WAVE, strict=True)] == [
        row | {"left_out_count": 0} for row in mart(WAVE, Decimal(60))
    ]
    assert {"mean", "variation_icon"} < set(rows[0])
    assert "value" not in rows[0]


@given(st.lists(st.integers(1, 99).map(Decimal), min_size=2, max_size=2))
def test_a_hidden_value_changes_nothing_that_is_published(pair):
    """What cannot be told from two publications of different hidden values is not given away."""
    told = [published([*WAVE[:4], value, *WAVE[4:]], hidden={4}, target=Decimal(60)) for value in pair]
    assert told[0] == told[1]
    assert told[0][-1]["variation_icon"] == "common_cause"


@given(st.integers(0, 20), st.integers(1, 99), st.integers(1, 99))
def test_too_many_hidden_leave_no_chart_and_nothing_behind(at, one, other):
    hidden = {at, (at + 5) % 21, (at + 10) % 21}
    told = [
        published([Decimal(n) if i in hidden else v for i, v in enumerate(WAVE)], hidden=hidden) for n in (one, other)
    ]
    assert told[0] == told[1]
    assert {row["spc_state"] for row in told[0]} == {"not_shown"}
    assert all(row[name] is None for row in told[0] for name in ("mean", "upper_limit", "point_type", "assurance_icon"))


def test_what_is_hidden_takes_part_as_the_middle_of_its_range():
    hidden = published(WAVE, hidden={4}, ranges={4: (Decimal(40), Decimal(60))})
    as_shown = published([*WAVE[:4], Decimal(50), *WAVE[5:]])
    assert [row["mean"] for row in hidden] == [row["mean"] for row in as_shown]
    assert [row["upper_limit"] for row in hidden] == [row["upper_limit"] for row in as_shown]
    assert hidden[4]["spc_state"] == "not_shown"
    assert hidden[4]["special_cause"] is None
    assert {row["left_out_count"] for row in hidden} == {1}


def test_a_hidden_last_month_has_no_icon_and_a_hidden_month_breaks_a_run():
    assert published(WAVE, hidden={20}, target=Decimal(60))[-1]["variation_icon"] is None
    lifted = [*WAVE[:14], *[Decimal(60)] * 7]
    assert published(lifted)[-1]["special_cause"].startswith("7 Points")
    assert published(lifted, hidden={17})[-1]["special_cause"] == "Common Cause"


def test_a_segment_is_judged_by_itself_and_the_icons_by_the_last():
    rows = mart([*WAVE, *WAVE[:10]])
    first, second = rows[:21], [row | {"segment": 1, "segment_point_count": 10} for row in rows[21:]]
    figures = shown([*WAVE, *WAVE[:10]], hidden={25})
    told = signals.chart_rows([*first, *second], figures, [MEASURE])
    assert told[0]["mean"] == first[0]["mean"]
    assert {row["spc_state"] for row in told[21:]} == {"too_few_points"}
    assert {row["variation_icon"] for row in told} == {None}


def test_a_held_back_measure_has_no_chart():
    figures = [row | {"symbol": "h", "value": None} for row in shown(WAVE)]
    told = signals.chart_rows(mart(WAVE), figures, [MEASURE])
    assert {row["spc_state"] for row in told} == {"not_shown"}


# --- promises ---------------------------------------------------------------------------------------------------------

LAST = MONTHS[20]
JUDGED = MEASURE | {"targets": [{"value": 55, "from": "2020-01-01"}], "law_value": None}


def link(figures, measure=JUDGED, charts=()) -> dict:
    rows = signals.link_rows([{"action_id": "a", "measure_id": "m"}], [measure], figures, charts, LAST)
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(("value", "signal"), [(58, "met"), (55, "met"), (54, "not_met")])
def test_a_measure_is_judged_by_the_figure_that_is_shown(value, signal):
    row = link(shown([*WAVE[:20], Decimal(value)]))
    assert (row["law_signal"], row["target_signal"], row["measure_signal"]) == ("no_law", signal, signal)
    assert row["figure_month"] == LAST


@given(st.integers(40, 70))
def test_a_hidden_figure_is_judged_by_its_range_alone(value):
    hidden = shown([*WAVE[:20], Decimal(value)], hidden={20}, ranges={20: (Decimal(40), Decimal(70))})
    assert link(hidden)["measure_signal"] == "not_shown"
    below = shown([*WAVE[:20], Decimal(value)], hidden={20}, ranges={20: (Decimal(40), Decimal(54))})
    assert link(below)["measure_signal"] == "not_met"


def test_a_measure_without_a_line_or_a_figure_says_so():
    assert link(shown(WAVE), MEASURE)["measure_signal"] == "no_line"
    assert link([])["measure_signal"] == "no_figure"


@pytest.mark.parametrize(
    ("measures", "signal"),
    [
        ([], "no_measure"), (["met", "not_met"], "partly_met"), (["met", "no_figure"], "met"),
        (["not_met", "no_line"], "not_met"), (["under_way", "no_line"], "under_way"), (["no_figure"], "no_figure"),
        (["no_line", "no_figure"], "no_line"), (["not_shown", "met"], "not_shown"),
        (["not_shown", "not_met"], "not_met"),
    ],
)  # fmt: skip
def test_a_promise_comes_to_what_its_measures_say(measures, signal):
    links = [{"action_id": "a", "measure_signal": said} for said in measures]
    row = signals.promise_rows([{"action_id": "a"}], links, "action_id")[0]
    assert row["measure_signal"] == signal
    assert row["measure_count"] == len(measures)
