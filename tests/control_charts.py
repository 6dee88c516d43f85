"""XmR charts a second way: plain Python over exact fractions, written from the rules and not from the macro's SQL.

One function for one chart; the rules are those of NHSRplotthedots 0.2.2, with NHS England's own as an option.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise

RISING, FALLING = "7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"
ABOVE = {"limit": "Above UCL", "two": "2 in 3 Above CL", "shift": "7 Points Above CL"}
BELOW = {"limit": "Below LCL", "two": "2 in 3 Below CL", "shift": "7 Points Below CL"}
UP = {RISING, *ABOVE.values()}
LABELS = {"Common Cause", RISING, FALLING, *ABOVE.values(), *BELOW.values()}
BETTER = {"increase": 1, "decrease": -1, "neutral": 0}


@dataclass(frozen=True)
class Point:
    """One row of a chart; a value of None is missing."""

    at: date
    value: Fraction | None
    is_rebase: bool = False
    target: Fraction | None = None


@dataclass(frozen=True)
class Rules:
    """What a caller of the macro may choose."""

    screen_outliers: bool = True
    fix_after: int | None = None
    mdc_2023: bool = False


@dataclass(frozen=True)
class Limits:
    """Mean and half width of a segment; None where there is nothing to work them out from."""

    mean: Fraction | None
    width: Fraction | None

    def has_any(self) -> bool:
        return bool(self.width)


def chart(points: Sequence[Point], direction: str, rules: Rules) -> list[dict]:
    """The macro's columns from segment to assurance_icon for each point, in order of date."""
    rows = []
    for number, segment in _segments(sorted(points, key=lambda p: p.at)):
        limits = limits_of([p.value for p in segment], rules)
        labels = labels_of([p.value for p in segment], limits, BETTER[direction], rules)
        rows += [
            {
                "at": point.at,
                "value": point.value,
                "segment": number,
                "mean": limits.mean,
                "lower_limit": None if limits.width is None else limits.mean - limits.width,
                "upper_limit": None if limits.width is None else limits.mean + limits.width,
                "special_cause": label,
                "point_type": point_type(label, BETTER[direction]),
            }
            for point, label in zip(segment, labels, strict=True)
        ]
    last = segment[-1]
    icons = {
        "variation_icon": variation(last, limits, rows[-1]["point_type"], direction),
        "assurance_icon": assurance([p.value for p in segment], last, limits, direction, rules),
    }
    return [row | icons for row in rows]


def limits_of(values: Sequence[Fraction | None], rules: Rules) -> Limits:
    used = values[: rules.fix_after]
    known = [v for v in used if v is not None]
    ranges = [abs(b - a) for a, b in pairwise(used) if a is not None and b is not None]
    if rules.screen_outliers and ranges:
        bar = Fraction("3.267") * _mean(ranges)
        ranges = [r for r in ranges if r < bar]
    too_few = rules.mdc_2023 and sum(v is not None for v in values) < 13
    return Limits(_mean(known), None if too_few or not ranges else Fraction("2.66") * _mean(ranges))


def labels_of(values: Sequence[Fraction | None], limits: Limits, better: int, rules: Rules) -> list[str]:
    count = len(values)
    if limits.width == 0:
        return ["Common Cause"] * count
    sides = [_side(v, limits.mean) for v in values]
    reach = [0 if v is None or not limits.width else abs(v - limits.mean) / limits.width for v in values]
    close = [r > Fraction(2, 3) and (r <= 1 or rules.mdc_2023) for r in reach]
    said: list[list[str]] = [[] for _ in values]
    for i, side in enumerate(sides):
        if reach[i] > 1:
            said[i].append(_of(side)["limit"])
    for i, name in _trends(values).items():
        said[i].append(name)
    pairs = set()
    for start in range(count - 2):
        window = range(start, start + 3)
        if abs(sum(sides[i] for i in window)) == 3 and sum(close[i] for i in window) >= 2:
            pairs |= {i for i in window if close[i]}
    shifts = set()
    for start in range(count - 6):
        if abs(sum(sides[start : start + 7])) == 7:
            shifts |= set(range(start, start + 7))
    for i, side in enumerate(sides):
        said[i] += [_of(side)["two"]] * (i in pairs) + [_of(side)["shift"]] * (i in shifts)
    return [_first(names, better, rules) for names in said]


def point_type(label: str, better: int) -> str:
    if label == "Common Cause":
        return "common_cause"
    way = 1 if label in UP else -1
    if not better:
        return "special_cause_neutral_high" if way > 0 else "special_cause_neutral_low"
    return "special_cause_improvement" if way == better else "special_cause_concern"


def variation(last: Point, limits: Limits, kind: str, direction: str) -> str | None:
    if last.value is None or not limits.has_any():
        return None
    names = {
        "special_cause_improvement": {"increase": "improvement_high", "decrease": "improvement_low"},
        "special_cause_concern": {"increase": "concern_low", "decrease": "concern_high"},
        "special_cause_neutral_high": {"neutral": "neutral_high"},
        "special_cause_neutral_low": {"neutral": "neutral_low"},
    }
    return "common_cause" if kind == "common_cause" else names[kind][direction]


def assurance(
    values: Sequence[Fraction | None], last: Point, limits: Limits, direction: str, rules: Rules
) -> str | None:
    known = [v for v in values if v is not None]
    if last.value is None or last.target is None or direction == "neutral" or (rules.mdc_2023 and len(known) < 13):
        return None
    if len(known) > 1 and len(set(known)) == 1:
        met = last.value >= last.target if direction == "increase" else last.value <= last.target
        return "consistent_pass" if met else "consistent_fail"
    if not limits.has_any():
        return None
    out_of_reach = {"increase": "consistent_fail", "decrease": "consistent_pass"}
    surpassed = {"increase": "consistent_pass", "decrease": "consistent_fail"}
    if last.target > limits.mean + limits.width:
        return out_of_reach[direction]
    return surpassed[direction] if last.target < limits.mean - limits.width else "inconsistent"


def _segments(points: Sequence[Point]) -> list[tuple[int, list[Point]]]:
    number, numbered = 0, []
    for point in points:
        number += point.is_rebase
        numbered.append((number, point))
    return [(key, [p for _, p in rows]) for key, rows in groupby(numbered, key=lambda pair: pair[0])]


def _trends(values: Sequence[Fraction | None]) -> dict[int, str]:
    """{position: name}; where two trends share their turning point the later one names it."""
    found = {}
    for start in range(len(values) - 6):
        window = values[start : start + 7]
        if None in window:
            continue
        if all(a < b for a, b in pairwise(window)):
            found |= dict.fromkeys(range(start, start + 7), RISING)
        if all(a > b for a, b in pairwise(window)):
            found |= dict.fromkeys(range(start, start + 7), FALLING)
    return found


def _first(names: list[str], better: int, rules: Rules) -> str:
    """The first rule in order; NHS England's tool prefers improvement."""
    improving = [n for n in names if point_type(n, better) == "special_cause_improvement"]
    return ((improving if rules.mdc_2023 else []) + names + ["Common Cause"])[0]


def _of(side: int) -> dict[str, str]:
    return ABOVE if side > 0 else BELOW


def _side(value: Fraction | None, mean: Fraction | None) -> int:
    return 0 if value is None or mean is None else (value > mean) - (value < mean)


def _mean(numbers: list[Fraction]) -> Fraction | None:
    return sum(numbers, Fraction(0)) / len(numbers) if numbers else None
