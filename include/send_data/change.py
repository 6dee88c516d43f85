"""Whether a measure truly changed, and whether its target can be expected: fixed phrases for a control chart.

Each sentence says the rule by which it speaks, so that a reader can check it on the chart. What is no more than chance
is never called better or worse.
"""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from send_data import sentences, xmr
from send_data.disclosure import HELD_BACK
from send_data.sentences import Figure, Line

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
VARIATIONS = {
    "improvement_high": "improving", "improvement_low": "improving",
    "concern_high": "worsening", "concern_low": "worsening",
    "neutral_high": "changed_high", "neutral_low": "changed_low",
    "common_cause": "no_real_change",
}  # fmt: skip
VARIATION_WORDS = {
    "improving": "A real change for the better",
    "worsening": "A real change for the worse",
    "changed_high": "A real change: higher",
    "changed_low": "A real change: lower",
    "no_real_change": "No real change",
    "cannot_be_charted": "Cannot be charted",
}
ASSURANCES = {
    "consistent_pass": "always_meets", "inconsistent": "sometimes_meets", "consistent_fail": "never_meets",
}  # fmt: skip
ASSURANCE_WORDS = {
    "always_meets": "Target met every month",
    "sometimes_meets": "Target met some months, missed in others",
    "never_meets": "Target missed unless something changes",
    "cannot_be_said": "Cannot be said",
    "no_target": "No target",
}
# What a special cause is called when it is good, bad, or neither.
_CHANGES = {
    "special_cause_improvement": "a real change for the better, not chance",
    "special_cause_concern": "a real change for the worse, not chance",
    "special_cause_neutral_high": "a real change, not chance",
    "special_cause_neutral_low": "a real change, not chance",
}
_PERIODS = {"quarterly": "quarter", "termly": "term", "yearly": "year"}


class Change(NamedTuple):
    """What a control chart says in the reporting month: two codes, their words, and the sentence with its rule."""

    variation: str
    variation_words: str
    assurance: str
    assurance_words: str
    sentence: str


def change_of(measure: Mapping, chart: Sequence[Mapping], series: Sequence[Figure], month: date) -> Change:
    """What the chart of a measure says in a month.

    `chart`: its rows of published.control_charts by month. `series`: its published totals.
    """
    row = next((row for row in chart if row["month_start"] == month), None)
    figures = {figure.month_start: figure for figure in series}
    has_target = sentences.target_of(measure, month) is not None
    reason = _why_no_chart(measure, row, figures.get(month))
    variation = "cannot_be_charted" if reason else VARIATIONS[row["variation_icon"]]
    known = ASSURANCES.get(row["assurance_icon"]) if row else None
    assurance = known or ("cannot_be_said" if has_target else "no_target")
    return Change(
        variation,
        VARIATION_WORDS[variation] + (f": {reason}" if reason else ""),
        assurance,
        ASSURANCE_WORDS[assurance],
        _sentence(measure, chart, row, figures, reason),
    )


def range_words(measure: Mapping, row: Mapping) -> str:
    """The range that chance would explain, no wider than figures can be: `60.7% to 92.7%`."""
    return " to ".join(number_text(measure, end) for end in possible_range(measure, row))


def possible_range(measure: Mapping, row: Mapping) -> tuple[Decimal, Decimal]:
    """The limits, cut where figures end: a share at 0 and 1, what is counted at 0."""
    low, high = row["lower_limit"], row["upper_limit"]
    if measure["unit"] not in ("percent_change", "gbp", "points"):
        low = max(low, Decimal(0))
    return low, min(high, Decimal(1)) if measure["unit"] == "percent" else high


def number_text(measure: Mapping, number: Decimal) -> str:
    """A mean or a limit in the measure's unit."""
    return sentences.value_text(finer(measure), number)


def finer(measure: Mapping) -> Mapping:
    """The measure as its mean and limits are rounded: whole counts get one decimal, as no mean of them is whole."""
    return measure | {"decimals": max(int(measure["decimals"]), 0 if measure["unit"] == "gbp" else 1)}


def _sentence(
    measure: Mapping, chart: Sequence[Mapping], row: Mapping | None, figures: Mapping[date, Figure], reason: str
) -> str:
    """The rule, the target, and what was left out, as one to four sentences."""
    parts = [f"This cannot be charted: {reason}."] if reason else [f"{_rule(measure, chart, row, figures)}."]
    parts += [*_target_sentence(measure, row), *_restart(chart, row), *_left_out(row)]
    return " ".join(parts)


def _rule(measure: Mapping, chart: Sequence[Mapping], row: Mapping, figures: Mapping[date, Figure]) -> str:
    """The rule that the month breaks, with its numbers; or that there is none."""
    cause = row["special_cause"]
    if cause == xmr.COMMON_CAUSE:
        within = range_words(measure, row).replace(" to ", " and ")
        return f"No real change: the figure moves no more than chance would explain, between {within}"
    way = xmr.way_of(cause)
    side, edge = ("above", "upper") if way > 0 else ("below", "lower")
    values = _newest_first(chart, row, figures)
    if cause in ("Above UCL", "Below LCL"):
        what = f"This month is {side} the range that chance would explain, {range_words(measure, row)}"
    elif "Trend" in cause:
        moves = _run((now - before) * way > 0 for now, before in itertools.pairwise(values))
        what = f"The figure has {'risen' if way > 0 else 'fallen'} in each of the last {_number(moves)} months"
    elif "2 in 3" in cause:
        what = f"{_near(values[:3], row, way)} the {edge} end of the range that chance would explain, "
        what += range_words(measure, row)
    else:
        months = _run((value - row["mean"]) * way > 0 for value in values)
        what = f"The last {_number(months)} months are all {side} the average of {number_text(measure, row['mean'])}"
    return f"{what}: {_CHANGES[row['point_type']]}"


def is_near(value: Decimal, row: Mapping, way: int) -> bool:
    """Whether a value lies more than two thirds of the way from the mean to the limit on one side."""
    return (value - row["mean"]) * way * 3 > (row["upper_limit"] - row["mean"]) * 2


def _near(values: Sequence[Decimal], row: Mapping, way: int) -> str:
    """How many of three months are near a limit; by NHS England's own rules those past it count too."""
    limit = row["upper_limit"] if way > 0 else row["lower_limit"]
    near = [value for value in values if is_near(value, row, way)]
    inside = [value for value in near if (limit - value) * way >= 0]
    count, where = (len(inside), "near") if len(inside) > 1 else (len(near), "near or past")
    if count == len(values):
        return f"The last three months are all {where}"
    return f"{_number(count).capitalize()} of the last three months are {where}"


def _newest_first(chart: Sequence[Mapping], row: Mapping, figures: Mapping[date, Figure]) -> list[Decimal]:
    """The shown values of the month's segment, back to the first month without one."""
    values = []
    for month in reversed(
        [r for r in chart if r["segment"] == row["segment"] and r["month_start"] <= row["month_start"]]
    ):
        figure = figures.get(month["month_start"])
        if figure is None or figure.symbol or figure.value is None:
            break
        values.append(figure.value)
    return values


def _run(holds) -> int:
    """How many in a row hold from the first on."""
    count = 0
    for does in holds:
        if not does:
            break
        count += 1
    return count


def _target_sentence(measure: Mapping, row: Mapping | None) -> list[str]:
    """Whether the target can be expected, as a list of no or one sentence."""
    if row is None or row["assurance_icon"] is None:
        return []
    line = Line(row["target_value"], "target", measure["better"] != "lower")
    target = f"The target of {sentences.line_text(measure, line)}"
    meets = row["assurance_icon"] == "consistent_pass"
    if row["lower_limit"] is None:
        return [f"{target} is {'met' if meets else 'missed'} by every one of these months."]
    within = (
        "that range" if _names_the_range(row) else f"the range that chance would explain, {range_words(measure, row)}"
    )
    if row["assurance_icon"] == "inconsistent":
        words = [f"{target} lies inside {within}, so it will be met some months and missed in others."]
        return words + ([_only_always(measure, line)] if _is_the_end(measure, line) else [])
    side = "below" if meets == line.higher_is_better else "above"
    future = "be met every month" if meets else "not be met"
    return [f"{target} lies {side} {within}, so it will {future} unless something changes."]


def _is_the_end(measure: Mapping, line: Line) -> bool:
    """Whether a target is the best there can be: no range ever lies beyond it."""
    if not line.higher_is_better:
        return line.value == 0
    return measure["unit"] == "percent" and line.value == 1


def _only_always(measure: Mapping, line: Line) -> str:
    return f"Only a figure that is always {sentences.line_text(measure, line)} meets it every month."


def _names_the_range(row: Mapping) -> bool:
    """Whether the sentence of the rule has said the range already."""
    cause = row["special_cause"] or ""
    return not ("Trend" in cause or "7 Points" in cause)


def _restart(chart: Sequence[Mapping], row: Mapping | None) -> list[str]:
    """From when on months are compared, and why, where the chart has started again."""
    first = next((r for r in chart if row and r["segment"] == row["segment"] and r["restart_reason"]), None)
    if first is None:
        return []
    month = sentences.month_name(first["month_start"])
    return [f"Only months from {month} on are compared: {_begun_small(first['restart_reason'])}."]


def _begun_small(reason: str) -> str:
    """A reason inside a sentence; a name or an abbreviation keeps its capital."""
    first = reason.split()[0]
    return reason if any(letter.isupper() for letter in first[1:]) else reason[0].lower() + reason[1:]


def _left_out(row: Mapping | None) -> list[str]:
    """That months too few to show are not judged, where the chart is drawn without them."""
    if row is None or not row["left_out_count"] or row["mean"] is None:
        return []
    count = row["left_out_count"]
    months = "One month" if count == 1 else f"{_number(count).capitalize()} months"
    return [f"{months} with numbers too few to show {'is' if count == 1 else 'are'} not judged."]


def _why_no_chart(measure: Mapping, row: Mapping | None, figure: Figure | None) -> str:
    """Why the month says nothing of change; empty where it does."""
    if row is None:
        return _why_none_ever(measure)
    if row["variation_icon"] is not None:
        return ""
    if figure is not None and figure.symbol == HELD_BACK:
        return "the figure is held back"
    count = row["segment_point_count"]
    if row["spc_state"] == "too_few_points":
        have = f"{_number(count)} {'has' if count == 1 else 'have'} a figure"
        return f"change can be told from chance after {xmr.FEWEST_POINTS} months, and {have}"
    if row["spc_state"] == "no_data_this_month":
        return "this month has no figure"
    if row["spc_state"] == "too_little_variation":
        return "its figures hardly differ"
    if row["mean"] is not None:
        return "this month’s numbers are too few to show"
    return f"in {count_of(row['left_out_count'])} of its {count_of(count)} months the numbers are too few to show"


def count_of(number: int) -> str:
    """A count in a sentence, in figures."""
    return sentences.count(number)


def _why_none_ever(measure: Mapping) -> str:
    if measure["is_cumulative"]:
        return "it adds up over the year, so one month is not like another"
    period = next((name for cadence, name in _PERIODS.items() if str(measure["cadence"]).startswith(cadence)), None)
    if period and "tracked" in measure["cadence"]:
        return f"it is a figure of the whole {period}, so one month is not like another"
    if period:
        return f"it has one figure a {period}"
    return "this edition keeps no chart of it"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else sentences.count(count)
