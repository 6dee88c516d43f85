"""Which figures may be shown: a count of 1 to 4 never, nor anything that gives one away by subtraction.

Pure functions. Four rules, in the order in which they are applied to the figures of one month:

1. *Own*: a row is hidden when its numerator, denominator, complement (denominator less numerator) or number of
   contributors is 1 to 4. A true 0 stays visible, so a reader knows that a hidden count is at least 1.
2. *Linked*: where one measure counts a part of another and the two differ by 1 to 4, one of them is hidden.
3. *Table*: hidden cells of a breakdown are joined by others, smallest first, until what they add up to is not small;
   measures that count the same children hide the same cells.
4. *Held*: a figure that grows through the financial year is shown again only when five more learners are in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from typing import NamedTuple

import pandas as pd

THRESHOLD = 5
# Shown, too small, held until five more have moved, and held back until a difference from DfE's figure is explained.
SHOWN, HIDDEN, HELD, HELD_BACK = "", "c", "b", "h"
TOTAL = ("all", "all")
COUNT_KINDS = ("rate", "count", "median")
# What a numerator may be counted in without being a number of people.
NOT_PEOPLE = ("hours", "gbp", "fte", "sessions")


class Key(NamedTuple):
    """Which cell of a month: a measure, a breakdown and its value; the total is `all`, `all`."""

    measure_id: str
    breakdown: str
    breakdown_value: str


class Cell(NamedTuple):
    """What disclosure control looks at in one row: whole numbers or None.

    `is_count` tells people from hours; `is_numerator_count` is of a ratio whose numerator alone counts what people did
    or had (suspensions among pupils). A cell that `is_beside` stands in a breakdown for comparison: it is no part of
    the total, so it covers nothing.
    """

    numerator: int | None
    denominator: int | None
    contributors: int | None
    is_count: bool
    is_numerator_count: bool = False
    is_beside: bool = False

    @property
    def quantities(self) -> tuple:
        """Every number in which a single child could be seen, always in the same order; None where there is none."""
        if not self.is_count:
            return (self.numerator if self.is_numerator_count else None, None, None, self.contributors)
        return (self.numerator, self.denominator, self.complement, self.contributors)

    @property
    def complement(self) -> int | None:
        """Those counted in the denominator alone."""
        if self.numerator is None or self.denominator is None:
            return None
        return self.denominator - self.numerator


class Link(NamedTuple):
    """Two measures of which one counts a part of the other: where they are close, `given_up` is hidden, not `kept`."""

    kept: str
    given_up: str


@dataclass(frozen=True)
class Bounds:
    """What is said of a hidden figure: the widest range that the rule itself allows."""

    denominator: int | None = None
    lower: int | None = None
    upper: int | None = None
    lower_value: float | None = None
    upper_value: float | None = None


def is_small(count: float | None) -> bool:
    """Whether a count, or a difference of two counts, is 1 to 4 in size; None is not."""
    return count is not None and 0 < abs(count) < THRESHOLD


def protect(figures: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Figures fit to be shown.

    `figures`: measure_id, month_start, breakdown, breakdown_value, numerator_count, denominator_count, value,
    contributor_count, one row per cell. `measures`: measure_id, kind, rows_are, counted_in, within_measure_id,
    beside_breakdown, beside_value, has_line (a target or a law). Behind a measure whose rows are things (actions,
    meetings, posts) is nobody: it is shown.
    Returns the same rows in the same order, without contributor_count, with symbol ('' or 'c'), lower_bound and
    upper_bound (of the numerator), lower_value and upper_value (of the value). Hidden numbers are None.
    """
    described = {row["measure_id"]: row for row in measures.to_dict("records")}
    links = links_between(measures)
    shown: list[dict] = [{} for _ in range(len(figures))]
    records = figures.to_dict("records")
    for positions in _positions_by_month(records).values():
        of_people = [i for i in positions if described[records[i]["measure_id"]]["rows_are"] != "things"]
        cells = {_key(records[i]): _cell(records[i], described[records[i]["measure_id"]]) for i in of_people}
        hidden = hidden_keys(cells, links)
        for i in positions:
            shown[i] = _shown_row(records[i], cells, hidden, links)
    columns = [c for c in figures.columns if c != "contributor_count"]
    columns += ["symbol", "lower_bound", "upper_bound", "lower_value", "upper_value"]
    return pd.DataFrame(shown, columns=columns, index=figures.index, dtype=object)


def links_between(measures: pd.DataFrame) -> list[Link]:
    """The links of the catalogue, a kept measure before what is given up for it.

    The part is given up, unless it alone carries a target or a law: then the whole is, which hides as much and keeps
    the figure the Board is answerable for.
    """
    lines = dict(zip(measures["measure_id"], measures["has_line"], strict=True))
    graph: dict[str, set[str]] = {}
    for part, whole in zip(measures["measure_id"], measures["within_measure_id"], strict=True):
        if not isinstance(whole, str) or whole not in lines:
            continue
        kept, given_up = (part, whole) if lines[part] and not lines[whole] else (whole, part)
        graph.setdefault(given_up, set()).add(kept)
    return [Link(kept, m) for m in TopologicalSorter(graph).static_order() for kept in sorted(graph.get(m, ()))]


def hidden_keys(cells: Mapping[Key, Cell], links: Sequence[Link] = ()) -> set[Key]:
    """The cells of one month that may not be shown."""
    hidden = {key for key, cell in cells.items() if any(is_small(q) for q in cell.quantities)}
    for table in _tables(cells).values():
        for vector in zip(*(cells[key].quantities for key in table), strict=True):
            hidden |= cover(dict(zip(table, vector, strict=True)))
    hidden |= _under_hidden_totals(cells, hidden)
    hidden |= _hidden_by_definition(cells, hidden)
    for link in links:
        hidden |= _hidden_by_link(cells, link, hidden)
        hidden |= _under_hidden_totals(cells, hidden)
    return hidden


def cover(counts: Mapping[Key, int | None]) -> set[Key]:
    """The cells of a table of which one quantity must be hidden together, the table's total being known.

    Small cells first, then the smallest others, until at least two are hidden, they add up to 5 or more, and to more
    than their number (else all of them would be known to be 1). It depends on the counts alone, so two measures with
    the same counts in a column hide the same cells, and neither gives away the other's.
    """
    counted = sorted(((abs(count), key) for key, count in counts.items() if count), key=lambda pair: pair)
    chosen = [(count, key) for count, key in counted if is_small(count)]
    if not chosen:
        return set()
    others = [pair for pair in counted if not is_small(pair[0])]
    while others and (len(chosen) < 2 or sum(count for count, _ in chosen) < max(THRESHOLD, len(chosen) + 1)):
        chosen.append(others.pop(0))
    if len(chosen) < 2 or sum(count for count, _ in chosen) < max(THRESHOLD, len(chosen) + 1):
        return set(counts)
    return {key for _, key in chosen}


class Point(NamedTuple):
    """A cumulative count that has been shown: by which clock, of which component, for which month, how many."""

    clock: str
    component: str
    month_start: date
    learners: int


def held_months(
    clock: str,
    counts: Sequence[tuple[date, Mapping[str, int]]],
    shown_before: Iterable[Point],
    parts: Mapping[str, str],
) -> dict[date, date | None]:
    """For each month of one financial year, the month whose cumulative figure may be shown; None while there is none.

    A clock is a group of figures that rest on the same learners and are shown together.
    `counts`: months in order with the learners in each component of the figure. `shown_before`: what earlier editions
    showed of this year. `parts`: component -> the component it contains (safety valve moves contain the promise's).
    A month's own figure is shown when every component differs by 0, or by 5 or more, from all that was ever shown
    (nothing shown counts as 0), and some component has moved; otherwise the figure shown last is shown again. A month
    in which nobody has moved yet shows its own zero.
    """
    pool = list(shown_before)
    latest: date | None = None
    answer: dict[date, date | None] = {}
    shown = {p.month_start for p in pool if p.clock == clock}
    for month, components in counts:
        if month in shown:
            latest = month
        elif _may_be_shown(pool, month, components, parts):
            latest = month
            pool += [Point(clock, name, month, learners) for name, learners in components.items()]
        elif latest is None and not any(components.values()):
            answer[month] = month
            continue
        answer[month] = latest
    return answer


def band(count: int | None) -> tuple[int, int] | None:
    """A count as a range of five, for tables that are shown month after month: (0, 0), (1, 4), (5, 9), (10, 14), ..."""
    if count is None:
        return None
    if count == 0:
        return (0, 0)
    low = count // THRESHOLD * THRESHOLD
    return (max(low, 1), low + THRESHOLD - 1)


def _positions_by_month(records: Sequence[Mapping]) -> dict[date, list[int]]:
    months: dict[date, list[int]] = {}
    for position, record in enumerate(records):
        months.setdefault(record["month_start"], []).append(position)
    return months


def _key(record: Mapping) -> Key:
    return Key(record["measure_id"], record["breakdown"], record["breakdown_value"])


def _cell(record: Mapping, measure: Mapping) -> Cell:
    """The row as disclosure control sees it; money and hours rest on their contributors, or else on their rows."""
    is_count = measure["kind"] in COUNT_KINDS
    is_numerator_count = measure["kind"] == "ratio" and measure["counted_in"] not in NOT_PEOPLE
    contributors = _whole(record.get("contributor_count"))
    if not is_count and contributors is None:
        contributors = _whole(record["denominator_count"])
    counts = (_whole(record["numerator_count"]), _whole(record["denominator_count"]))
    is_beside = (record["breakdown"], record["breakdown_value"]) == (
        measure["beside_breakdown"], measure["beside_value"]
    )  # fmt: skip
    return Cell(*counts, contributors, is_count, is_numerator_count, is_beside)


def _whole(number: object) -> int | None:
    return None if number is None or pd.isna(number) else round(float(number))


def _tables(cells: Mapping[Key, Cell]) -> dict[tuple[str, str], list[Key]]:
    """Cells by measure and breakdown, without the totals and what stands beside them."""
    tables: dict[tuple[str, str], list[Key]] = {}
    for key in sorted(cells):
        if key[1:] != TOTAL and not cells[key].is_beside:
            tables.setdefault((key.measure_id, key.breakdown), []).append(key)
    return tables


def _under_hidden_totals(cells: Mapping[Key, Cell], hidden: set[Key]) -> set[Key]:
    """Every cell of a measure whose total is hidden: cells that stay visible would add up to it."""
    measures = {key.measure_id for key in hidden if key[1:] == TOTAL}
    return {key for key in cells if key.measure_id in measures}


def _hidden_by_definition(cells: Mapping[Key, Cell], hidden: set[Key]) -> set[Key]:
    """Cells of other measures that would undo a table in which each cell is counted whole or not at all.

    The share in independent special schools by type of setting is such a table: its numerator is the sum of two cells,
    so all plans by type of setting must hide what it hides.
    """
    found = set()
    for table in _tables(cells).values():
        if not all(cells[key].denominator and cells[key].numerator in (0, cells[key].denominator) for key in table):
            continue
        bases = {key[1:]: cells[key].denominator for key in table if key in hidden}
        found |= {key for key, cell in cells.items() if key[1:] in bases and _base(cell) == bases[key[1:]]}
    return found


def _base(cell: Cell) -> int | None:
    return cell.numerator if cell.denominator is None else cell.denominator


def _hidden_by_link(cells: Mapping[Key, Cell], link: Link, hidden: set[Key]) -> set[Key]:
    """Cells of the measure given up: too close to the kept one, needed to cover these, or hidden in the kept one."""
    differences = {
        key: _difference(cells.get(Key(link.kept, *key[1:])), cell)
        for key, cell in cells.items()
        if key.measure_id == link.given_up
    }
    found = {key for key, difference in differences.items() if any(is_small(d) for d in difference)}
    found |= {key for key in differences if key[1:] != TOTAL and Key(link.kept, *key[1:]) in hidden}
    for (measure_id, _), table in _tables(cells).items():
        if measure_id == link.given_up:
            for vector in zip(*(differences[key] for key in table), strict=True):
                found |= cover(dict(zip(table, vector, strict=True)))
    return found


def _difference(kept: Cell | None, given_up: Cell) -> tuple:
    """Numerator, denominator and complement of the one less those of the other; a missing cell counts nobody."""
    if kept is None:
        return (given_up.numerator, given_up.denominator, given_up.complement)
    if None in (kept.numerator, kept.denominator, given_up.numerator, given_up.denominator):
        bases = [_base(cell) for cell in (kept, given_up)]
        return (None if None in bases else bases[0] - bases[1], None, None)
    return tuple(a - b for a, b in zip(kept.quantities[:3], given_up.quantities[:3], strict=True))


def _shown_row(record: Mapping, cells: Mapping[Key, Cell], hidden: set[Key], links: Sequence[Link]) -> dict:
    """A row as it is published: as it is, or emptied, with the range that may be said."""
    row = {name: entry for name, entry in record.items() if name != "contributor_count"}
    blank = {"symbol": SHOWN, "lower_bound": None, "upper_bound": None, "lower_value": None, "upper_value": None}
    key = _key(record)
    if key not in hidden:
        return row | blank
    bounds = _bounds(key, cells, hidden, links)
    return row | {
        "numerator_count": None,
        "denominator_count": bounds.denominator,
        "value": None,
        "symbol": HIDDEN,
        "lower_bound": bounds.lower,
        "upper_bound": bounds.upper,
        "lower_value": bounds.lower_value,
        "upper_value": bounds.upper_value,
    }


def _bounds(key: Key, cells: Mapping[Key, Cell], hidden: set[Key], links: Sequence[Link]) -> Bounds:
    """The range for a hidden total. Cells of a breakdown get none: with their total, ranges could pin them down."""
    if key[1:] != TOTAL:
        return Bounds()
    for link in links:
        kept = Key(link.kept, *TOTAL)
        if link.given_up == key.measure_id and kept in cells:
            difference = _difference(cells[kept], cells[key])
            if any(is_small(d) for d in difference):
                return Bounds() if kept in hidden else _bounds_beside(cells[kept], difference)
    return _bounds_alone(cells[key])


def _bounds_alone(cell: Cell) -> Bounds:
    """ "Fewer than 5 of 66", "at least 62 of 66". Below 9 the two would overlap and tell which: nothing is said."""
    if not cell.is_count or is_small(cell.contributors):
        return Bounds()
    if cell.denominator is None:
        return Bounds(lower=0, upper=THRESHOLD - 1)
    if cell.denominator < 2 * THRESHOLD - 1:
        return Bounds()
    if is_small(cell.numerator):
        low, high = 0, THRESHOLD - 1
    else:
        low, high = cell.denominator - THRESHOLD + 1, cell.denominator
    return Bounds(cell.denominator, low, high, low / cell.denominator, high / cell.denominator)


def _bounds_beside(kept: Cell, difference: tuple) -> Bounds:
    """The range of a rate that differs from a visible one by at most 4 in numerator and denominator.

    It is worked out from the visible one alone, so that it tells nothing more.
    """
    if None in difference or any(abs(d) >= THRESHOLD for d in difference[:2]) or kept.denominator < 2 * THRESHOLD:
        return Bounds()
    most = THRESHOLD - 1
    if difference[1] < 0 or difference[0] < 0:
        low, high = kept.numerator, kept.numerator + most
        return Bounds(lower_value=low / (kept.denominator + most), upper_value=high / (kept.denominator + most))
    low, high = max(kept.numerator - most, 0), kept.numerator
    base = kept.denominator - most
    return Bounds(lower_value=low / base, upper_value=min(high / base, 1.0))


def _may_be_shown(pool: Sequence[Point], month: date, components: Mapping[str, int], parts: Mapping[str, str]) -> bool:
    """Whether nothing that was ever shown, nor zero, is within 1 to 4 learners of this month's figure."""
    moved = False
    for name, learners in components.items():
        rivals = [0] + [p.learners for p in pool if _can_be_subtracted(p, name, month, parts)]
        if any(is_small(learners - rival) for rival in rivals):
            return False
        own = [p for p in pool if p.component == name and p.month_start <= month]
        last = max(own, key=lambda p: p.month_start).learners if own else 0
        moved = moved or learners != last
    return moved


def _can_be_subtracted(point: Point, name: str, month: date, parts: Mapping[str, str]) -> bool:
    """Whether the learners of a shown figure are among, or include, those of this component at this month."""
    if point.component == name:
        return True
    if parts.get(name) == point.component:
        return point.month_start <= month
    return parts.get(point.component) == name and point.month_start >= month
