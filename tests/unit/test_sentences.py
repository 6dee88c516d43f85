"""The generated sentences, word for word."""

from datetime import date
from decimal import Decimal

import pytest

from send_data import sentences
from send_data.sentences import Figure

OCTOBER, SEPTEMBER, LAST_OCTOBER = date(2026, 10, 1), date(2026, 9, 1), date(2025, 10, 1)
MEASURE = {
    "measure_id": "reviews_completed_on_time", "title": "Annual reviews completed on time", "kind": "rate",
    "unit": "percent", "decimals": 1, "better": "higher", "cadence": "monthly", "is_cumulative": False,
    "counted_in": None,
    "recording_breaks": None,
    "targets": [{"value": 0.8, "from": "2024-09-01"}], "law_value": Decimal(1),
}  # fmt: skip
MONEY = MEASURE | {"kind": "sum", "unit": "gbp", "decimals": 0, "is_cumulative": True, "law_value": None,
                   "targets": [{"value": 512000, "from": "2024-04-01"}]}  # fmt: skip
GAPS = MEASURE | {"kind": "count", "unit": "count", "decimals": 0, "better": "lower", "law_value": None,
                  "targets": [{"value": 0, "from": "2024-04-01"}]}  # fmt: skip


def rate(met: int, of: int, month: date = OCTOBER) -> Figure:
    return Figure(month, Decimal(met) / of, Decimal(met), Decimal(of))


def say(measure: dict, *series: Figure) -> str:
    return sentences.sentence(measure, series, OCTOBER)


def test_a_figure_beside_last_year_its_target_and_the_law():
    assert say(MEASURE, rate(31, 66), rate(40, 66, LAST_OCTOBER)) == (
        "In October 2026 the figure was 47.0% (31 of 66), lower than the 60.6% of October 2025. "
        "It is below the target of 80% and below the law, which requires 100%."
    )


def test_without_last_year_the_month_before_serves():
    assert "higher than the 45.5% of September 2026" in say(MEASURE, rate(31, 66), rate(30, 66, SEPTEMBER))


def test_alone_it_is_not_compared():
    assert (
        say(MEASURE | {"targets": [], "law_value": None}, rate(31, 66))
        == "In October 2026 the figure was 47.0% (31 of 66)."
    )


def test_figures_that_print_the_same_are_the_same():
    assert ", the same as in October 2025." in say(MEASURE, rate(31, 66), rate(62, 132, LAST_OCTOBER))


def test_meeting_the_target_but_not_the_law_is_below_the_law():
    assert say(MEASURE, rate(60, 66)).endswith("It meets the target of 80% and is below the law, which requires 100%.")
    standing = sentences.standing(MEASURE, rate(60, 66))
    assert standing.words == "Meets the target, below the law"
    assert standing.is_exception


def test_meeting_both():
    assert say(MEASURE, rate(66, 66)).endswith("It meets the target of 80% and the law, which requires 100%.")
    assert sentences.standing(MEASURE, rate(66, 66)).words == "Meets the target and the law"


def test_a_soft_target_not_yet_begun_is_no_target():
    assert sentences.target_of(MEASURE, date(2024, 8, 1)) is None
    assert sentences.target_of(MEASURE, date(2024, 9, 1)).value == Decimal("0.8")


def test_the_last_target_to_begin_is_in_force():
    rising = MEASURE | {"targets": [{"value": 0.45, "from": "2024-12-01"}, {"value": 0.8, "from": "2025-06-01"}]}
    assert [sentences.target_of(rising, month).value for month in (date(2025, 5, 1), date(2025, 6, 1))] == [
        Decimal("0.45"), Decimal("0.8")]  # fmt: skip


def test_where_fewer_are_better_above_the_target_misses_it():
    gap = Figure(OCTOBER, Decimal(12), Decimal(12))
    assert say(GAPS, gap).endswith("It is above the target of 0.")
    assert sentences.standing(GAPS, gap).words == "Above the target"
    assert sentences.standing(GAPS, Figure(OCTOBER, Decimal(0), Decimal(0))).words == "Meets the target"


FEW = Figure(OCTOBER, None, None, Decimal(66), "c", Decimal(0), Decimal(4), Decimal(0), Decimal(4) / 66)
MOST = Figure(OCTOBER, None, None, Decimal(66), "c", Decimal(62), Decimal(66), Decimal(62) / 66, Decimal(1))


def test_a_small_numerator():
    assert say(MEASURE, FEW) == (
        "In October 2026 it was fewer than 5 of 66: too few to show exactly. "
        "It is below the target of 80% and below the law, which requires 100%."
    )


def test_a_small_remainder_is_never_all():
    assert say(MEASURE, MOST) == (
        "In October 2026 it was at least 62 of 66: the others are too few to show. "
        "It meets the target of 80% and is below the law, which requires 100%."
    )


def test_a_hidden_figure_is_too_few_to_show():
    hidden = Figure(OCTOBER, symbol="c")
    assert say(MEASURE, hidden) == "In October 2026 the numbers are too few to show."
    assert sentences.figure_text(MEASURE, hidden) == "too few to show"
    assert sentences.standing(MEASURE, hidden).words == "Cannot be said"


def test_a_range_beside_another_measure():
    close = Figure(OCTOBER, symbol="c", lower_value=Decimal("0.612"), upper_value=Decimal("0.694"))
    assert say(MEASURE | {"targets": []}, close) == (
        "In October 2026 the figure was between 61.2% and 69.4%: "
        "the exact one would give away a number too few to show. It is below the law, which requires 100%."
    )
    assert sentences.figure_text(MEASURE, close) == "61.2% to 69.4%"


def test_a_held_figure_says_which_month_it_is():
    held = Figure(OCTOBER, Decimal(198000), None, None, "b", as_of_month=date(2026, 7, 1))
    assert say(MONEY, held) == (
        "Held at £198,000, the figure for July 2026, until five more learners have moved. "
        "The target is £512,000 by the end of March."
    )
    assert sentences.standing(MONEY, held).words == "Year not over"


def test_before_five_have_moved():
    few = Figure(OCTOBER, symbol="b", as_of_month=OCTOBER)
    assert say(MONEY, few) == "By October 2026 fewer than five learners had been counted this year: too few to show."


def test_in_march_the_year_is_over():
    march = Figure(date(2027, 3, 1), Decimal(198000), as_of_month=date(2027, 3, 1))
    assert sentences.standing(MONEY, march).words == "Below the target"


def test_a_mean_is_judged_all_year():
    mean = MONEY | {"kind": "ratio", "targets": [{"value": 32000, "from": "2024-04-01"}]}
    assert sentences.standing(mean, Figure(OCTOBER, Decimal(30000))).words == "Below the target"


def test_no_figure_this_month():
    assert say(MEASURE, rate(30, 66, SEPTEMBER)) == (
        "There is no figure for October 2026. The latest is 45.5% (30 of 66), for September 2026. "
        "It is below the target of 80% and below the law, which requires 100%."
    )
    assert say(MEASURE) == "There is no figure for October 2026. None has been published yet."


def test_a_yearly_figure_says_so():
    yearly = MEASURE | {"cadence": "yearly, tracked weekly from November"}
    assert say(yearly, rate(30, 66, date(2026, 2, 1))).startswith(
        "This is a yearly figure. The latest is 45.5% (30 of 66), for February 2026."
    )


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [("0.47", 1, "47.0%"), ("0.9996", 1, "99.9%"), ("1", 1, "100.0%"), ("0.0001", 1, "0.1%"), ("0", 1, "0.0%"),
     ("0.125", 0, "13%"), ("0.999", 0, "99%"), ("1.07", 1, "107.0%")],
)  # fmt: skip
def test_percentages_keep_their_decimals_and_never_round_to_all_or_nothing(share, decimals, text):
    assert sentences.percent(Decimal(share), decimals) == text


@pytest.mark.parametrize(("number", "text"), [(512000, "£512,000"), (-1234.6, "−£1,235"), (0, "£0")])
def test_pounds(number, text):
    assert sentences.pounds(number) == text


@pytest.mark.parametrize(("change", "text"), [("0.0624", "+6.2%"), ("-0.031", "−3.1%"), ("0", "0.0%")])
def test_a_change_carries_its_sign(change, text):
    assert sentences.value_text(MEASURE | {"unit": "percent_change"}, Decimal(change)) == text


def test_hours_are_named():
    hours = MEASURE | {"kind": "ratio", "counted_in": "hours"}
    figure = Figure(OCTOBER, Decimal("0.7"), Decimal("1204.4"), Decimal(1377))
    assert sentences.counts_text(hours, figure) == "1,204 of 1,377 hours"


@pytest.mark.parametrize(
    ("measure", "counts"),
    [
        ({"kind": "ratio", "counted_in": "fte"}, "12.4 of 15.0 FTE"),
        ({"kind": "ratio", "counted_in": "fte", "unit": "count"}, "12 for 15.0 FTE"),
        ({"kind": "ratio", "counted_in": "gbp"}, "£12 of £15"),
        ({"kind": "outturn", "counted_in": "gbp"}, "£12 spent of a budget of £15"),
        ({"kind": "median", "counted_in": "waiting over 52 weeks"}, "12 of 15 waiting over 52 weeks"),
    ],
)
def test_counts_say_in_what_they_are(measure, counts):
    assert sentences.counts_text(MEASURE | measure, Figure(OCTOBER, Decimal(1), Decimal("12.4"), Decimal(15))) == counts


@pytest.mark.parametrize(
    ("unit", "decimals", "value", "text"),
    [
        ("per_100", 1, "0.0417", "4.2 per 100"),
        ("points", 1, "0.333", "33.3 percentage points"),
        ("weeks", 1, "31.5", "31.5 weeks"),
        ("fte", 1, "12.25", "12.3 FTE"),
        ("count", 1, "141.44", "141.4"),
        ("count", 0, "1204", "1,204"),
    ],
)
def test_a_value_is_in_its_unit(unit, decimals, value, text):
    assert sentences.value_text(MEASURE | {"unit": unit, "decimals": decimals}, Decimal(value)) == text


def test_nothing_is_compared_across_a_break_in_recording():
    series = [rate(30, 60), rate(20, 60, SEPTEMBER), rate(10, 60, LAST_OCTOBER)]
    broken = MEASURE | {"law_value": None, "targets": []}
    assert sentences.sentence(broken | {"recording_breaks": "2025-10-01"}, series, OCTOBER).endswith("of October 2025.")
    assert sentences.sentence(broken | {"recording_breaks": "2025-11-05"}, series, OCTOBER).endswith(
        "of September 2026."
    )
    assert sentences.sentence(broken | {"recording_breaks": "2024-01-01,2026-10-31"}, series, OCTOBER) == (
        "In October 2026 the figure was 50.0% (30 of 60)."
    )


def test_a_quarter_is_named_by_its_months_and_compared_with_the_quarter_before():
    quarterly = MEASURE | {"cadence": "quarterly", "law_value": None, "targets": []}
    series = [rate(30, 60, SEPTEMBER), rate(20, 60, date(2026, 6, 1))]
    assert sentences.sentence(quarterly, series, SEPTEMBER) == (
        "In July to September 2026 the figure was 50.0% (30 of 60), higher than the 33.3% of April to June 2026."
    )
    assert sentences.sentence(quarterly, series, OCTOBER) == (
        "This is a quarterly figure. The latest is 50.0% (30 of 60), for July to September 2026."
    )


def test_nothing_is_ever_said_to_improve():
    figures = [rate(met, 66) for met in (0, 20, 40, 60, 66)] + [FEW, MOST, Figure(OCTOBER, symbol="c")]
    for figure in figures:
        for measure in (MEASURE, GAPS, MEASURE | {"better": "neutral"}):
            text = say(measure, figure, rate(33, 66, LAST_OCTOBER)).lower()
            assert not any(word in text for word in ("improv", "better", "worse", "good", "progress", "!"))


def test_nothing_of_nobody_meets_no_target():
    nobody = Figure(OCTOBER, Decimal(0), Decimal(0), Decimal(0))
    assert sentences.standing(GAPS, nobody).target is None
    assert say(GAPS, nobody) == "In October 2026 the figure was 0 (0 of 0)."


def test_a_figure_held_back_is_judged_by_nothing_and_no_other_symbol_reads_like_it():
    held = Figure(OCTOBER, symbol="h")
    assert sentences.figure_text(MEASURE, held) == "held back"
    assert sentences.standing(MEASURE, held) == sentences.Standing(None, None, "Held back")
    assert sentences.standing(MEASURE, Figure(OCTOBER, symbol="c")).words == "Cannot be said"


@pytest.mark.parametrize(
    ("month", "name"),
    [
        (12, "the autumn term of 2026"),
        (3, "the spring term of 2026"),
        (8, "the summer term of 2026"),
        (10, "October 2026"),
    ],
)
def test_a_term_is_named_and_a_month_before_its_first_figure_too(month, name):
    termly = MEASURE | {"cadence": "termly", "reported_in": "3,8,12"}
    assert sentences.period_name(termly, date(2026, month, 1)) == name
