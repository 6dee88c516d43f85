"""What a measure counts, row by row, and how rows become figures."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

# decimal places to which sums on either side of a ratio are kept
PLACES = 6


@dataclass(slots=True)
class Row:
    """One thing counted in one month. `counted` for rates and counts; `amount` and `base` for the other kinds."""

    month_start: date
    counted: bool = False
    amount: float | None = None
    base: float | None = None
    groups: dict[str, str] = field(default_factory=dict)


def figures(kind: str, rows: list[Row], months: list[date], breakdowns: tuple[str, ...], has_denominator: bool = False):
    """Yield (month, breakdown, value of it, numerator, denominator, figure) for all and for each breakdown.

    A month without rows yields nothing, except that counts and sums of all are then nought.
    """
    cells: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        cells[row.month_start, "all", "all"].append(row)
        for breakdown in breakdowns:
            if breakdown in row.groups:
                cells[row.month_start, breakdown, row.groups[breakdown]].append(row)
    if kind in ("count", "sum"):
        for month in months:
            cells.setdefault((month, "all", "all"), [])
    for (month, breakdown, group), members in sorted(cells.items()):
        answer = _figure(kind, members, has_denominator)
        if month in months and answer is not None:
            yield month, breakdown, group, *answer


def _figure(kind: str, rows: list[Row], has_denominator: bool):
    """Numerator, denominator and figure of one cell; None where the base of a ratio is nought."""
    counted = sum(row.counted for row in rows)
    if kind == "rate":
        return counted, len(rows), counted / len(rows)
    if kind == "count":
        return counted, len(rows) if has_denominator else None, float(counted)
    known = [row.amount for row in rows if row.amount is not None]
    if kind == "sum":
        return None, len(rows), float(sum(known))
    if kind == "mean":
        return None, len(rows), sum(known) / len(known)
    amounts, bases = sum(known), sum(row.base for row in rows if row.base is not None)
    if not bases:
        return None
    over = amounts - bases if kind == "growth" else amounts
    return round(amounts, PLACES), round(bases, PLACES), over / bases
