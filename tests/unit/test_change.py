"""What is said of change: every phrase there can be, and each claim true of the figures that are printed."""

import re
from decimal import Decimal
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from send_data import change
from send_data.sentences import Figure
from tests import control_charts as second_way
from tests.unit.test_signals import MONTHS, mart

MEASURE = {
    "measure_id": "m", "title": "M", "kind": "ratio", "unit": "number", "decimals": 0, "better": "higher",
    "cadence": "monthly", "is_cumulative": False, "recording_breaks": None, "law_value": None,
    "targets": [{"value": 60, "from": "2020-01-01"}],
}  # fmt: skip
DIRECTIONS = {"higher": "increase", "lower": "decrease", "neutral": "neutral"}
ICONS = {"increase": {1: "improvement_high", -1: "concern_low"}, "decrease": {1: "concern_high", -1: "improvement_low"},
         "neutral": {1: "neutral_high", -1: "neutral_low"}}  # fmt: skip
WORDS = {word: number for number, word in enumerate(change.NUMBERS)}
JUDGES = re.compile(r"improv|worse|better|deteriorat|declin|progress", re.IGNORECASE)


def rows_of(values, better="higher", target=60) -> list[dict]:
    """Rows of published.control_charts in which all is shown."""
    rows = mart(values, None if target is None else Decimal(target), DIRECTIONS[better])
    return [row | {"left_out_count": 0} for row in rows]


def told(values, better="higher", target=60, **more) -> change.Change:
    """What is said of a series in its last month."""
    rows = rows_of(values, better, target)
    measure = MEASURE | {"better": better, "targets": MEASURE["targets"] if target is not None else []} | more
    return change.change_of(measure, rows, figures(values), rows[-1]["month_start"])


def figures(values) -> list[Figure]:
    return [Figure(m, v) for m, v in zip(MONTHS, values, strict=False) if v is not None]


# --- every phrase -----------------------------------------------------------------------------------------------------

LAST = MONTHS[20]
FLAT = [Decimal(50)] * 14
ENDINGS = {
    "Above UCL": [50] * 6 + [99],
    "Below LCL": [50] * 6 + [1],
    "7 Point Trend (Increasing)": [46, 47, 48, 50, 52, 53, 54],
    "7 Point Trend (Decreasing)": [54, 53, 52, 50, 48, 47, 46],
    "2 in 3 Above CL": [50] * 4 + [58, 51, 58],
    "2 in 3 Below CL": [50] * 4 + [42, 49, 42],
    "7 Points Above CL": [51, 53, 52, 53, 51, 53, 52],
    "7 Points Below CL": [49, 47, 48, 47, 49, 47, 48],
    "Common Cause": [50, 51, 49, 50, 51, 49, 50],
}
ASSURANCE = {"consistent_pass": 20, "inconsistent": 50, "consistent_fail": 95, None: None}


def a_chart(cause: str, better: str, assurance: str | None) -> change.Change:
    """A chart whose last month has a label and an assurance, mean 50 and limits 40 and 60."""
    way = 0 if cause == "Common Cause" else 1 if cause in second_way.UP else -1
    direction = DIRECTIONS[better]
    target = ASSURANCE[assurance]
    if assurance in ("consistent_pass", "consistent_fail") and better == "lower":
        target = 100 - target
    row = {
        "segment": 0, "segment_point_count": 21, "left_out_count": 0, "mean": Decimal(50), "lower_limit": Decimal(40),
        "upper_limit": Decimal(60), "spc_state": "charted", "special_cause": cause, "restart_reason": None,
        "point_type": second_way.point_type(cause, second_way.BETTER[direction]),
        "target_value": None if target is None else Decimal(target),
        "variation_icon": ICONS[direction][way] if way else "common_cause",
        "assurance_icon": None if better == "neutral" else assurance,
    }  # fmt: skip
    values = [*FLAT, *map(Decimal, ENDINGS[cause])]
    rows = [row | {"measure_id": "m", "month_start": month} for month in MONTHS[:21]]
    targets = [] if target is None else [{"value": target, "from": "2020-01-01"}]
    return change.change_of(MEASURE | {"better": better, "targets": targets}, rows, figures(values), LAST)


@pytest.mark.parametrize(("cause", "better", "assurance"), list(product(ENDINGS, DIRECTIONS, ASSURANCE)))
def test_every_signal_direction_and_assurance_has_a_phrase(cause, better, assurance):
    said = a_chart(cause, better, assurance)
    assert said.variation in change.VARIATION_WORDS
    assert said.assurance in change.ASSURANCE_WORDS
    opening = said.sentence.split(". ")[0]
    is_up = cause in second_way.UP
    if cause == "Common Cause":
        assert said.variation == "no_real_change"
        assert opening.startswith("No real change: the figure moves no more than chance would explain, between 40.0")
    elif better == "neutral":
        assert said.variation == ("changed_high" if is_up else "changed_low")
        assert "a real change, not chance" in opening
    else:
        is_better = is_up == (better == "higher")
        assert said.variation == ("improving" if is_better else "worsening")
        assert f"a real change for the {'better' if is_better else 'worse'}, not chance" in opening
    assert ("target" in said.sentence) == (assurance is not None and better != "neutral")


@pytest.mark.parametrize("better", DIRECTIONS)
@pytest.mark.parametrize("assurance", ASSURANCE)
def test_chance_is_never_called_better_or_worse(better, assurance):
    said = a_chart("Common Cause", better, assurance)
    assert not JUDGES.search(said.sentence + said.variation_words)


def test_all_labels_of_the_rules_are_tried():
    assert set(ENDINGS) == second_way.LABELS


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ("Above UCL", "This month is above the range that chance would explain, 40.0 to 60.0: a real change for the"
         " better, not chance."),
        ("7 Point Trend (Decreasing)", "The figure has fallen in each of the last six months: a real change for the"
         " worse, not chance."),
        ("2 in 3 Above CL", "Two of the last three months are near the upper end of the range that chance would"
         " explain, 40.0 to 60.0: a real change for the better, not chance."),
        ("7 Points Below CL", "The last seven months are all below the average of 50.0: a real change for the worse,"
         " not chance."),
    ],
)  # fmt: skip
def test_the_rule_is_said_with_its_numbers(cause, sentence):
    assert a_chart(cause, "higher", None).sentence == sentence


@pytest.mark.parametrize(
    ("assurance", "better", "sentence"),
    [
        ("inconsistent", "higher", "lies inside that range, so it will be met some months and missed in others."),
        ("consistent_fail", "higher", "lies above that range, so it will not be met unless something changes."),
        ("consistent_pass", "higher", "lies below that range, so it will be met every month unless something changes."),
        ("consistent_fail", "lower", "lies below that range, so it will not be met unless something changes."),
        ("consistent_pass", "lower", "lies above that range, so it will be met every month unless something changes."),
    ],
)
def test_whether_the_target_can_be_expected(assurance, better, sentence):
    assert a_chart("Common Cause", better, assurance).sentence.endswith(sentence)


@pytest.mark.parametrize(
    ("unit", "better", "target", "words"),
    [
        ("percent", "higher", 1, "Only a figure that is always 100% meets it every month."),
        ("count", "lower", 0, "Only a figure that is always 0 meets it every month."),
        ("count", "higher", 1, ""),
    ],
)
def test_no_range_lies_beyond_the_best_there_can_be(unit, better, target, words):
    row = rows_of([Decimal(target)] * 10 + [Decimal(n) / 4 for n in (3, 4, 2, 4, 4)], better, target)[-1]
    row |= {"lower_limit": Decimal("-0.2"), "upper_limit": Decimal("1.2"), "assurance_icon": "inconsistent"}
    measure = MEASURE | {"unit": unit, "better": better, "targets": [{"value": target, "from": "2020-01-01"}]}
    said = change.change_of(measure, [row], [Figure(row["month_start"], Decimal(1))], row["month_start"])
    assert said.sentence.split("missed in others.")[1].strip() == words


def test_after_a_run_the_range_is_said_with_the_target():
    assert "lies inside the range that chance would explain, 40.0 to 60.0, so" in (
        a_chart("7 Points Above CL", "higher", "inconsistent").sentence
    )


# --- each claim is true -----------------------------------------------------------------------------------------------

VALUES = st.lists(st.integers(40, 60).map(Decimal), min_size=13, max_size=36)
DRIFT = st.builds(
    lambda steps: [Decimal(50 + sum(steps[: n + 1])) for n in range(len(steps))],
    st.lists(st.integers(-2, 3), min_size=14, max_size=36),
)
LIFTED = st.builds(lambda low, high: [*low, *(v + 6 for v in high)],
                   st.lists(st.integers(45, 55).map(Decimal), min_size=8, max_size=24),
                   st.lists(st.integers(45, 55).map(Decimal), min_size=5, max_size=10))  # fmt: skip


@given(values=st.one_of(VALUES, DRIFT, LIFTED), better=st.sampled_from(list(DIRECTIONS)))
def test_what_a_sentence_claims_holds_of_the_figures(values, better):
    said, row = told(values, better).sentence, rows_of(values, better)[-1]
    if row["spc_state"] != "charted":
        assert said.startswith("This cannot be charted: ")
        return
    assert claim_holds(said, values, row)


def claim_holds(said: str, values: list[Decimal], row: dict) -> bool:
    """Whether the rule that a sentence names is true of the values, worked out anew."""
    mean, low, high = row["mean"], row["lower_limit"], row["upper_limit"]
    if found := re.match(r"The last (\w+) months are all (above|below) the average", said):
        run, side = values[-number(found[1]) :], 1 if found[2] == "above" else -1
        return len(run) >= 7 and all((v - mean) * side > 0 for v in run)
    if found := re.match(r"The figure has (risen|fallen) in each of the last (\w+) months", said):
        run, side = values[-number(found[2]) - 1 :], 1 if found[1] == "risen" else -1
        return len(run) >= 7 and all((b - a) * side > 0 for a, b in pairwise(run))
    if found := re.match(r"This month is (above|below) the range", said):
        return values[-1] > high if found[1] == "above" else values[-1] < low
    if found := re.match(
        r"(\w+|The last three) (?:of the last three )?months are (?:all )?near the (upper|lower)", said
    ):
        end, side = (high, 1) if found[2] == "upper" else (low, -1)
        near = [v for v in values[-3:] if (v - mean) * side * 3 > abs(end - mean) * 2 and (end - v) * side >= 0]
        return len(near) == (3 if found[1] == "The last three" else number(found[1].lower())) >= 2
    return said.startswith("No real change") and not any(rules_broken(values, mean, low, high))


def rules_broken(values, mean, low, high) -> list[bool]:
    """Which rules the last month breaks: beyond a limit, seven on one side, six steps one way, two of three near."""
    run, steps = values[-7:], [b - a for a, b in pairwise(values[-7:])]
    sides = [(v > mean) - (v < mean) for v in values]
    near = [low <= v <= high and abs(v - mean) * 3 > (high - mean) * 2 for v in values[-3:]]
    return [
        not low <= values[-1] <= high,
        len(run) == 7 and abs(sum(sides[-7:])) == 7,
        len(steps) == 6 and (all(s > 0 for s in steps) or all(s < 0 for s in steps)),
        abs(sum(sides[-3:])) == 3 and sum(near) >= 2 and near[-1],
    ]


def number(word: str) -> int:
    return WORDS[word] if word in WORDS else int(word)


@given(values=VALUES, better=st.sampled_from(["higher", "lower"]), target=st.integers(20, 80))
def test_what_is_said_of_the_target_holds_of_the_range(values, better, target):
    row = rows_of(values, better, target)[-1]
    said = told(values, better, target).sentence
    if row["spc_state"] == "charted":
        low, high = row["lower_limit"], row["upper_limit"]
        where = "above" if target > high else "below" if target < low else "inside"
        assert f"lies {where} " in said
        meets = where == ("below" if better == "higher" else "above")
        assert ("be met every month" in said) == meets
        assert ("some months and missed in others" in said) == (where == "inside")


# --- no chart ---------------------------------------------------------------------------------------------------------


def test_too_few_months_say_how_many():
    said = told([Decimal(n) for n in (50, 51, 49, 52, 50, 51, 49)])
    assert (said.variation, said.assurance) == ("cannot_be_charted", "cannot_be_said")
    assert (
        said.sentence
        == "This cannot be charted: change can be told from chance after 13 months, and seven have a figure."
    )
    assert said.variation_words == f"Cannot be charted: {said.sentence.split(': ')[1][:-1]}"


def test_figures_all_alike_are_held_against_the_target():
    rows = [row | {"spc_state": "too_little_variation", "special_cause": None, "point_type": None,
                    "assurance_icon": "consistent_pass"} for row in rows_of([Decimal(60)] * 14)]  # fmt: skip
    said = change.change_of(MEASURE, rows, figures([Decimal(60)] * 14), rows[-1]["month_start"])
    assert said.sentence == (
        "This cannot be charted: its figures hardly differ. The target of 60 is met by every one of these months."
    )
    assert (said.variation, said.assurance) == ("cannot_be_charted", "always_meets")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"cadence": "quarterly"}, "it has one figure a quarter"),
        ({"cadence": "yearly"}, "it has one figure a year"),
        ({"cadence": "termly, tracked monthly"}, "it is a figure of the whole term, so one month is not like another"),
        ({"is_cumulative": True}, "it adds up over the year, so one month is not like another"),
        ({}, "this edition keeps no chart of it"),
    ],
)
def test_a_measure_without_a_chart_says_why(more, reason):
    said = change.change_of(MEASURE | more, [], [], LAST)
    assert said.sentence == f"This cannot be charted: {reason}."


@pytest.mark.parametrize(
    ("state", "figure", "more", "reason"),
    [
        ("no_data_this_month", None, {}, "this month has no figure"),
        ("not_shown", Figure(LAST, symbol="c"), {"left_out_count": 1}, "this month’s numbers are too few to show"),
        ("not_shown", Figure(LAST, Decimal(1)), {"mean": None, "left_out_count": 5},
         "in 5 of its 21 months the numbers are too few to show"),
        ("not_shown", Figure(LAST, symbol="h"), {"mean": None}, "the figure is held back"),
    ],
)  # fmt: skip
def test_a_month_that_is_not_charted_says_why(state, figure, more, reason):
    row = rows_of([Decimal(50 + n % 3) for n in range(21)])[-1]
    row |= {"spc_state": state, "variation_icon": None, "assurance_icon": None, "special_cause": None} | more
    said = change.change_of(MEASURE, [row], [figure] if figure else [], LAST)
    assert said.variation_words == f"Cannot be charted: {reason}"
    assert said.assurance == "cannot_be_said"


def test_a_chart_that_has_started_again_says_from_when_and_why():
    values = [Decimal(50 + n % 3) for n in range(21)]
    rows = [
        row | {"restart_reason": "A new form was used" if at == 0 else None} for at, row in enumerate(rows_of(values))
    ]
    said = change.change_of(MEASURE, rows, figures(values), LAST)
    assert said.sentence.endswith("Only months from January 2023 on are compared: a new form was used.")


def test_months_left_out_are_said():
    values = [Decimal(50 + n % 3) for n in range(21)]
    rows = [row | {"left_out_count": 2} for row in rows_of(values)]
    said = change.change_of(MEASURE, rows, figures(values), LAST)
    assert said.sentence.endswith("Two months with numbers too few to show are not judged.")


def test_a_range_stops_where_figures_end():
    share = MEASURE | {"unit": "percent", "decimals": 1}
    row = {"lower_limit": Decimal("-0.1"), "upper_limit": Decimal("1.2")}
    assert change.range_words(share, row) == "0.0% to 100.0%"
    assert change.range_words(share | {"unit": "percent_change"}, row) == "−10.0% to +120.0%"
