"""Fixed phrases for figures: what a measure shows this month, beside its target, the law and an earlier month.

Nothing here judges: a figure is higher or lower than another, meets a line or does not; it never "improves".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from send_data.disclosure import HELD, HELD_BACK, HIDDEN, THRESHOLD

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
LAST_MONTH_OF_YEAR = 3
# The month in which the figure of a term stands, and the term's name.
TERMS = {12: "autumn", 3: "spring", 8: "summer"}
NO_DATA = "no figure"
TOO_FEW = "too few to show"


@dataclass(frozen=True)
class Figure:
    """One published figure of a measure: its month, its numbers, and what may be said where they are hidden."""

    month_start: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    symbol: str = ""
    lower_bound: Decimal | None = None
    upper_bound: Decimal | None = None
    lower_value: Decimal | None = None
    upper_value: Decimal | None = None
    as_of_month: date | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is a number to print (a held one too)."""
        return self.value is not None


@dataclass(frozen=True)
class Line:
    """A target or the law: the value, what it is called, and whether larger figures are the better ones."""

    value: Decimal
    name: str
    higher_is_better: bool


@dataclass(frozen=True)
class Standing:
    """Where a figure stands to its lines: `met`, `not_met` or `unknown` for each, None where there is no line."""

    target: str | None
    law: str | None
    words: str

    @property
    def is_exception(self) -> bool:
        """Whether the figure misses its target or the law."""
        return "not_met" in (self.target, self.law)


def figure_of(row: Mapping) -> Figure:
    """A row of published.figures as a figure."""
    numbers = {field: row.get(column) for field, column in _COLUMNS.items()}
    exact = {field: None if number is None else Decimal(str(number)) for field, number in numbers.items()}
    return Figure(row["month_start"], symbol=row["symbol"], as_of_month=row["as_of_month"], **exact)


def month_name(month: date) -> str:
    """`October 2026`."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def period_name(measure: Mapping, month: date) -> str:
    """What a figure stands for: its month, the quarter that ends with it, `July to September 2026`, or its term.

    A measure of a term that has no figure yet is asked in any month, and is named by that.
    """
    if measure["cadence"] == "quarterly":
        return f"{MONTHS[month.month - 3]} to {month_name(month)}"
    if is_of_a_term(measure) and month.month in TERMS:
        return f"the {TERMS[month.month]} term of {month.year}"
    return month_name(month)


def is_of_a_term(measure: Mapping) -> bool:
    """Whether a figure is of a whole term and stands in its last month; that of a census day stands in the day's."""
    months = {int(month) for month in (measure.get("reported_in") or "").split(",") if month}
    return measure["cadence"] == "termly" and months == set(TERMS)


def day_name(day: date) -> str:
    """`5 November 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def count(number: Decimal | float) -> str:
    """A whole number with thousands separators; a true minus sign."""
    return _rounded(number, 0)


def range_text(low: object, high: object) -> str:
    """A range of five as words: `none`, `fewer than 5`, `10 to 14`."""
    if high == 0:
        return "none"
    return f"fewer than {THRESHOLD}" if high < THRESHOLD else f"{count(low)} to {count(high)}"


def pounds(number: Decimal | float) -> str:
    """Whole pounds: `£512,000`, `−£1,200`."""
    return _signed(Decimal(str(number)).quantize(Decimal(1), ROUND_HALF_UP), "£")


def percent(share: Decimal | float, decimals: int) -> str:
    """A share of 0 to 1 as a percentage. What is not quite all never rounds to 100%, what is something never to 0%."""
    return f"{percent_number(share, decimals)}%"


def percent_number(share: Decimal | float, decimals: int) -> Decimal:
    """The number of `percent`."""
    exact, step = Decimal(str(share)) * 100, Decimal(1).scaleb(-decimals)
    rounded = exact.quantize(step, ROUND_HALF_UP)
    if exact < 100 <= rounded:
        rounded = exact.quantize(step, ROUND_FLOOR)
    return step if rounded == 0 < exact else rounded


def value_text(measure: Mapping, value: Decimal | float) -> str:
    """A value in the measure's unit and decimals."""
    unit, decimals = measure["unit"], int(measure["decimals"])
    if unit == "percent":
        return percent(value, decimals)
    if unit == "percent_change":
        exact = (Decimal(str(value)) * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return ("+" if exact > 0 else "−" if exact < 0 else "") + f"{abs(exact)}%"
    if unit == "gbp":
        return pounds(value)
    if unit == "points":
        return f"{_rounded(Decimal(str(value)) * 100, decimals)} percentage points"
    if unit == "per_100":
        return f"{_rounded(Decimal(str(value)) * 100, decimals)} per 100"
    if unit in ("hours", "weeks"):
        return f"{_rounded(value, decimals)} {unit}"
    if unit == "fte":
        return f"{_rounded(value, decimals)} FTE"
    return _rounded(value, decimals)


def line_text(measure: Mapping, line: Line) -> str:
    """A target or the law in the measure's unit, without decimals that say nothing: `80%`, `£512,000`."""
    text = value_text(measure, line.value)
    return re.sub(r"\.0+(?=%)", "", text)


def figure_text(measure: Mapping, figure: Figure | None) -> str:
    """The figure as it stands in a table: a number, a range, or why there is none."""
    if figure is None:
        return NO_DATA
    if figure.is_shown:
        return value_text(measure, figure.value)
    if figure.lower_bound is not None and figure.denominator is None:
        return f"fewer than {THRESHOLD}"
    if figure.lower_bound is not None:
        return _bounded_counts(figure)
    if figure.lower_value is not None:
        low, high = (value_text(measure, v) for v in (figure.lower_value, figure.upper_value))
        return f"{low} to {high}"
    return "held back" if figure.symbol in (HELD, HELD_BACK) else TOO_FEW


def counts_text(measure: Mapping, figure: Figure | None) -> str:
    """Numerator and denominator: `31 of 66`, `fewer than 5 of 66`, `1,204 of 1,377 hours`, `over 118`; or nothing."""
    if figure is None or figure.denominator is None:
        return ""
    if figure.symbol == HIDDEN:
        return _bounded_counts(figure) if figure.lower_bound is not None else ""
    if figure.numerator is None:
        return f"over {count(figure.denominator)}"
    if measure["kind"] == "growth":
        return f"{count(figure.numerator)} now, {count(figure.denominator)} a year before"
    if measure["kind"] == "outturn":
        return f"{pounds(figure.numerator)} spent of a budget of {pounds(figure.denominator)}"
    if measure["counted_in"] == "gbp":
        return f"{pounds(figure.numerator)} of {pounds(figure.denominator)}"
    if measure["counted_in"] == "fte" and measure["unit"] == "count":
        return f"{count(figure.numerator)} for {_rounded(figure.denominator, 1)} FTE"
    of_what = f" {measure['counted_in']}" if measure["counted_in"] else ""
    decimals = 1 if measure["counted_in"] == "fte" else 0
    numbers = (_rounded(number, decimals) for number in (figure.numerator, figure.denominator))
    return f"{' of '.join(numbers)}{of_what.replace(' fte', ' FTE')}"


def breaks_of(measure: Mapping) -> list[date]:
    """First days of the months from which the measure records something else; nothing is compared across one."""
    days = (date.fromisoformat(day) for day in (measure["recording_breaks"] or "").split(",") if day)
    return [day.replace(day=1) for day in days]


def target_of(measure: Mapping, month: date) -> Line | None:
    """The target in force in a month: the last one whose day has come."""
    begun = [t for t in measure["targets"] if not t.get("from") or str(t["from"])[:7] <= f"{month:%Y-%m}"]
    if not begun:
        return None
    target = max(begun, key=lambda t: str(t.get("from") or ""))
    return Line(Decimal(str(target["value"])), "target", measure["better"] != "lower")


def law_of(measure: Mapping) -> Line | None:
    """The law's line, where there is one."""
    if measure["law_value"] is None:
        return None
    return Line(Decimal(str(measure["law_value"])), "law", measure["better"] != "lower")


def standing(measure: Mapping, figure: Figure | None) -> Standing:
    """Where the figure stands to its target and to the law, with the words for it."""
    if figure is None:
        return Standing(None, None, "No figure")
    if figure.symbol == HELD_BACK:
        return Standing(None, None, "Held back")
    if figure.denominator == 0:
        return Standing(None, None, "Nobody to count")
    lines = (target_of(measure, figure.month_start), law_of(measure))
    target, law = (None if line is None else _meets(figure, line) for line in lines)
    adds_up = measure["is_cumulative"] and measure["kind"] in ("count", "sum")
    if target == "not_met" and adds_up and figure.month_start.month != LAST_MONTH_OF_YEAR:
        return Standing("under_way", law, "Year not over")
    return Standing(target, law, _standing_words(target, law, measure["better"] == "lower"))


def sentence(measure: Mapping, series: Sequence[Figure], month: date) -> str:
    """What the measure shows in the reporting month, in one or two plain sentences.

    `series`: its published totals, any order. No figure this month: the latest one is named.
    """
    figures = {f.month_start: f for f in series}
    figure = figures.get(month)
    if figure is None:
        return _nothing_this_month(measure, series, month)
    if figure.symbol == HELD:
        return _held(measure, figure)
    if not figure.is_shown:
        return " ".join([_hidden(measure, figure), *_line_sentence(measure, figure)])
    opening = f"In {period_name(measure, month)} the figure was {_with_counts(measure, figure)}"
    return " ".join([f"{opening}{_comparison(measure, figure, figures)}.", *_line_sentence(measure, figure)])


def latest(series: Sequence[Figure], month: date) -> Figure | None:
    """The last figure up to a month, for measures that have none every month."""
    past = [f for f in series if f.month_start <= month and (f.is_shown or f.symbol)]
    return max(past, key=lambda f: f.month_start, default=None)


def _rounded(number: Decimal | float, decimals: int) -> str:
    return _signed(Decimal(str(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), "")


def _signed(number: Decimal, currency: str) -> str:
    return f"{'−' if number < 0 else ''}{currency}{abs(number):,}"


def _bounded_counts(figure: Figure) -> str:
    of = f" of {count(figure.denominator)}"
    if figure.lower_bound == 0:
        return f"fewer than {THRESHOLD}{of}"
    return f"at least {count(figure.lower_bound)}{of}"


def _meets(figure: Figure, line: Line) -> str:
    """`met`, `not_met` or `unknown`; a hidden figure is judged by its range."""
    low, high = (figure.value, figure.value) if figure.is_shown else (figure.lower_value, figure.upper_value)
    if low is None or high is None:
        return "unknown"
    worst, best = (low, high) if line.higher_is_better else (high, low)
    sign = 1 if line.higher_is_better else -1
    if (worst - line.value) * sign >= 0:
        return "met"
    # A hidden share of a known denominator is never all of it: 100% would have been shown.
    is_short_of_all = not figure.is_shown and figure.denominator is not None and line.value == 1
    return "not_met" if (best - line.value) * sign < 0 or is_short_of_all else "unknown"


def _standing_words(target: str | None, law: str | None, lower_is_better: bool) -> str:
    misses = "Above" if lower_is_better else "Below"
    if target is None and law is None:
        return "No target or law"
    if "unknown" in (target, law) and "not_met" not in (target, law):
        return "Cannot be said"
    missed = [f"the {name}" for name, state in (("target", target), ("law", law)) if state == "not_met"]
    met = [f"the {name}" for name, state in (("target", target), ("law", law)) if state == "met"]
    words = f"{misses} {' and '.join(missed)}" if missed else f"Meets {' and '.join(met)}"
    return f"Meets {met[0]}, {misses.lower()} {missed[0]}" if met and missed else words


def _line_sentence(measure: Mapping, figure: Figure) -> list[str]:
    """How the figure stands to its lines, as a list of no or one sentence."""
    target, law = target_of(measure, figure.month_start), law_of(measure)
    state = standing(measure, figure)
    misses = "above" if measure["better"] == "lower" else "below"
    if state.target == "under_way":
        return [f"The target is {line_text(measure, target)} by the end of March."]
    parts = []
    for line, met in ((target, state.target), (law, state.law)):
        if met in ("met", "not_met"):
            says = f"the target of {line_text(measure, line)}"
            if line.name == "law":
                says = f"the law, which requires {line_text(measure, line)}"
            parts.append(f"meets {says}" if met == "met" else f"is {misses} {says}")
    if not parts:
        return []
    if len(parts) == 2 and parts[0].split()[0] == parts[1].split()[0]:
        parts[1] = parts[1].removeprefix("is ").removeprefix("meets ")
    return [f"It {' and '.join(parts)}."]


def _with_counts(measure: Mapping, figure: Figure) -> str:
    text, counts = figure_text(measure, figure), counts_text(measure, figure)
    return f"{text} ({counts})" if counts else text


def _comparison(measure: Mapping, figure: Figure, figures: Mapping[date, Figure]) -> str:
    """`, lower than the 60.1% of October 2025`: the same month last year, else the one before, else nothing.

    Where what is recorded changed in between, the two are not compared.
    """
    latest_before = 3 if measure["cadence"] == "quarterly" else 1
    for month in (_months_before(figure.month_start, 12), _months_before(figure.month_start, latest_before)):
        earlier = figures.get(month)
        if any(month < first_month <= figure.month_start for first_month in breaks_of(measure)):
            continue
        if earlier is not None and earlier.is_shown and not earlier.symbol:
            then, now = value_text(measure, earlier.value), value_text(measure, figure.value)
            period = period_name(measure, month)
            if then == now:
                return f", the same as in {period}"
            word = "higher" if figure.value > earlier.value else "lower"
            return f", {word} than the {then} of {period}"
    return ""


def _hidden(measure: Mapping, figure: Figure) -> str:
    month = period_name(measure, figure.month_start)
    if figure.lower_bound is not None:
        who = f"the others are {TOO_FEW}" if figure.lower_bound > 0 else f"{TOO_FEW} exactly"
        return f"In {month} it was {figure_text(measure, figure)}: {who}."
    if figure.lower_value is not None:
        low, high = (value_text(measure, v) for v in (figure.lower_value, figure.upper_value))
        return f"In {month} the figure was between {low} and {high}: the exact one would give away a number {TOO_FEW}."
    return f"In {month} the numbers are {TOO_FEW}."


def _held(measure: Mapping, figure: Figure) -> str:
    """A cumulative figure between two showings."""
    if not figure.is_shown:
        return f"By {month_name(figure.month_start)} fewer than five learners had been counted this year: {TOO_FEW}."
    held = f"{value_text(measure, figure.value)}, the figure for {month_name(figure.as_of_month)}"
    return " ".join([f"Held at {held}, until five more learners have moved.", *_line_sentence(measure, figure)])


def _nothing_this_month(measure: Mapping, series: Sequence[Figure], month: date) -> str:
    before = latest(series, month)
    cadence = re.match(r"(yearly|termly|quarterly)(?!, tracked monthly)", str(measure["cadence"]))
    opening = f"This is a {cadence[1]} figure." if cadence else f"There is no figure for {month_name(month)}."
    if before is None:
        return f"{opening} None has been published yet."
    text = _with_counts(measure, before) if before.is_shown else figure_text(measure, before)
    says = f"The latest is {text}, for {period_name(measure, before.month_start)}."
    return " ".join([opening, says, *_line_sentence(measure, before)])


def _months_before(month: date, months: int) -> date:
    index = month.year * 12 + month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


_COLUMNS = {
    "value": "value", "numerator": "numerator_count", "denominator": "denominator_count", "lower_bound": "lower_bound",
    "upper_bound": "upper_bound", "lower_value": "lower_value", "upper_value": "upper_value",
}  # fmt: skip
