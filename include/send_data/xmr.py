"""A control chart of figures that are shown, by the same rules as the dbt macro `xmr` (docs/decisions/0008, 0032).

The marts chart every figure. Where some may not be shown, their chart would give them away, so it is drawn again
without them: here. Pure functions over exact fractions; a value of None is missing and breaks every run.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from typing import NamedTuple

COMMON_CAUSE = "Common Cause"
FEWEST_POINTS = 13
RUN = 7
# Half the width of the limits in mean moving ranges, and the range from which one is left out of their mean.
WIDTH, OUTLIER = Fraction("2.66"), Fraction("3.267")
BETTER = {"higher": 1, "lower": -1}


class Limits(NamedTuple):
    """Mean of a segment and half the width of its limits; None where there is nothing to work them out from."""

    mean: Fraction | None
    width: Fraction | None


def limits(values: Sequence[Fraction | None], is_screened: bool = True) -> Limits:
    """Mean and limits of one segment; `is_screened` leaves ranges of 3.267 mean ranges out of the width."""
    known = [value for value in values if value is not None]
    ranges = [abs(after - before) for before, after in pairwise(values) if before is not None and after is not None]
    bar = OUTLIER * _mean(ranges) if ranges else None
    kept = [size for size in ranges if not is_screened or size < bar]
    return Limits(_mean(known) if known else None, WIDTH * _mean(kept) if kept else None)


def special_causes(
    values: Sequence[Fraction | None], found: Limits, better: int, is_mdc_2023: bool = False
) -> list[str]:
    """The rule that each month of a segment breaks, or `Common Cause`; `better` is 1, -1 or 0 for neutral.

    Of several the first in order: beyond a limit, trend, two in three, seven on one side. `is_mdc_2023`: by NHS
    England's own tool improvement goes first, and a point beyond a limit counts for two in three.
    """
    sides = [None if v is None else (v > found.mean) - (v < found.mean) for v in values]
    reach = [None if v is None else abs(v - found.mean) / found.width for v in values]
    rules = (
        [side if r is not None and r > 1 else 0 for side, r in zip(sides, reach, strict=True)],
        _trends(values),
        _pairs(sides, [r is not None and r > Fraction(2, 3) and (r <= 1 or is_mdc_2023) for r in reach]),
        _shifts(sides),
    )
    return [_label(ways, better if is_mdc_2023 else 0) for ways in zip(*rules, strict=True)]


def way_of(special_cause: str) -> int:
    """1 for what is high or rises, -1 for what is low or falls, 0 for common cause."""
    return next(
        (way for names in _NAMES for way, name in names.items() if name == special_cause), 0
    )  # fmt: skip


def point_type(special_cause: str, better: int) -> str:
    """What a special cause means where `better` is 1, -1 or 0."""
    way = way_of(special_cause)
    if not way:
        return "common_cause"
    if not better:
        return f"special_cause_neutral_{'high' if way > 0 else 'low'}"
    return f"special_cause_{'improvement' if way == better else 'concern'}"


def variation_icon(special_cause: str, better: int) -> str:
    """The icon of a chart by the label of its last month."""
    way = way_of(special_cause)
    kind = point_type(special_cause, better).removeprefix("special_cause_").split("_")[0]
    return "common_cause" if not way else f"{kind}_{'high' if way > 0 else 'low'}"


def assurance_icon(target: Fraction, found: Limits, better: int) -> str | None:
    """Whether a process within these limits meets a target: always, never or now and then; None for a neutral one."""
    if not better:
        return None
    if abs(target - found.mean) <= found.width:
        return "inconsistent"
    return "consistent_pass" if (found.mean - target) * better > 0 else "consistent_fail"


def _trends(values: Sequence[Fraction | None]) -> list[int]:
    """1 or -1 for each month of seven that rise or fall in a row; a turning point goes with what follows it."""
    steps = [
        None if before is None or after is None else (after > before) - (after < before)
        for before, after in pairwise(values)
    ]
    marks, at = [0] * len(values), 0
    for step, run in groupby(steps):
        length = len(list(run))
        if step and length >= RUN - 1:
            marks[at : at + length + 1] = [step] * (length + 1)
        at += length
    return marks


def _shifts(sides: Sequence[int | None]) -> list[int]:
    """1 or -1 for each month of seven in a row on one side of the mean."""
    marks: list[int] = []
    for side, run in groupby(sides):
        length = len(list(run))
        marks += [side if side and length >= RUN else 0] * length
    return marks


def _pairs(sides: Sequence[int | None], is_close: Sequence[bool]) -> list[int]:
    """1 or -1 for the months near a limit of three in a row on one side, two of which are near."""
    marks = [0] * len(sides)
    for start in range(len(sides) - 2):
        window = range(start, start + 3)
        near = [i for i in window if is_close[i]]
        if len({sides[i] for i in window}) == 1 and len(near) >= 2:
            for i in near:
                marks[i] = sides[i]
    return marks


_NAMES = (
    {1: "Above UCL", -1: "Below LCL"},
    {1: "7 Point Trend (Increasing)", -1: "7 Point Trend (Decreasing)"},
    {1: "2 in 3 Above CL", -1: "2 in 3 Below CL"},
    {1: "7 Points Above CL", -1: "7 Points Below CL"},
)


def _label(ways: Sequence[int], first: int) -> str:
    names = [(way, names[way]) for way, names in zip(ways, _NAMES, strict=True) if way]
    preferred = [name for way, name in names if first and way == first]
    return (preferred + [name for _, name in names] + [COMMON_CAUSE])[0]


def _mean(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)
