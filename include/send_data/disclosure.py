"""Which figures may be shown: a count of 1 to 4 never, nor anything that gives one away by subtraction.

Pure functions under a rule set (`disclosure_rules`). They are applied to the figures of one month in this order:

1. *Own*: a row is hidden when its numerator, denominator, complement (denominator less numerator) or number of
   contributors is small. So is a cell of a breakdown in which all or none of a small group are counted. Else a true 0
   stays visible.
2. *Linked*: where one measure counts a part of another and the two differ by a small number, one of them is hidden.
3. *Sums*: whatever else must be hidden so that no hidden small number is told by what is shown (`complementary`), and
   where that is not enough, the whole breakdown.
4. *Held*: a figure that grows through the financial year is shown again only when five more learners are in it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from typing import NamedTuple

import pandas as pd

from send_data import cells as cells_
from send_data import complementary, disclosure_rules, known_sums
from send_data.cells import TOTAL, Cell, Key, Link
from send_data.disclosure_rules import RuleSet
from send_data.known_sums import Definitions, Said

BOARD = disclosure_rules.rule_set("board")
THRESHOLD = BOARD.threshold
# Shown, too small, held until five more have moved, and held back until a difference from DfE's figure is explained.
SHOWN, HIDDEN, HELD, HELD_BACK = "", "c", "b", "h"
COUNT_KINDS = ("rate", "count", "median")
# What a numerator may be counted in without being a number of people.
NOT_PEOPLE = ("hours", "gbp", "fte", "sessions")


class Printed(NamedTuple):
    """What earlier editions printed, by (month, key).

    `shown`: the numerator and denominator last shown. `hidden`: what was hidden at any time; a total may come to be
    shown, a cell of a breakdown stays hidden.
    """

    shown: Mapping[tuple[date, Key], tuple[int | None, int | None]]
    hidden: Collection[tuple[date, Key]]


NOTHING_PRINTED = Printed({}, frozenset())


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
    return cells_.is_small(count, THRESHOLD)


def protect(
    figures: pd.DataFrame, measures: pd.DataFrame, rules: RuleSet = BOARD, printed: Printed = NOTHING_PRINTED
) -> pd.DataFrame:
    """Figures fit to be shown.

    `figures`: measure_id, month_start, breakdown, breakdown_value, numerator_count, denominator_count, value,
    contributor_count, one row per cell. `measures`: measure_id, kind, rows_are, counted_in, within_measure_id,
    beside_breakdown, beside_value, has_line (a target or a law). A measure whose rows are things (actions, meetings,
    posts) is shown in full when the rule set leaves it out.
    Returns the same rows in the same order, without contributor_count, with symbol ('' or 'c'), lower_bound and
    upper_bound (of the numerator), lower_value and upper_value (of the value), and is_withheld: whether the row is of
    a breakdown of which not even the rows may be told. Hidden numbers are None.
    """
    described = {row["measure_id"]: row for row in measures.to_dict("records")}
    links = links_between(measures)
    records = figures.to_dict("records")
    months: dict[date, dict[Key, Cell]] = {}
    for record in records:
        measure = described[record["measure_id"]]
        if not _is_left_out(measure, rules):
            months.setdefault(record["month_start"], {})[_key(record)] = _cell(record, measure)
    defined = known_sums.definitions(months)
    hiding = {
        month: hide(cells, links, defined, rules, _printed_of(month, cells, printed))
        for month, cells in sorted(months.items())
    }
    shown = [_shown_row(record, months.get(record["month_start"], {}), hiding, links) for record in records]
    columns = [c for c in figures.columns if c != "contributor_count"]
    columns += ["symbol", "lower_bound", "upper_bound", "lower_value", "upper_value", "is_withheld"]
    return pd.DataFrame(shown, columns=columns, index=figures.index, dtype=object)


def _is_left_out(measure: Mapping, rules: RuleSet) -> bool:
    """On by default: of what is called things, only a reviewed line in disclosure_exemptions.csv is left out."""
    return measure["rows_are"] == "things" and measure["measure_id"] in rules.exempt


class PrintedOfMonth(NamedTuple):
    """Of one month: cells that were shown with the numbers they have now, and cells that were hidden."""

    known: Collection[Key]
    hidden: Collection[Key]


def _printed_of(month: date, cells: Mapping[Key, Cell], printed: Printed) -> PrintedOfMonth:
    known = {
        key for key, cell in cells.items()
        if printed.shown.get((month, key), ()) == (cell.numerator, cell.denominator)
    }  # fmt: skip
    return PrintedOfMonth(known, {key for key in cells if not key.is_total and (month, key) in printed.hidden})


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


class Hiding(NamedTuple):
    """What is hidden in one month: cells, and tables (measure, breakdown) of which no row may be printed."""

    cells: Collection[Key]
    withheld: Collection[tuple[str, str]]
    said: Mapping[Key, str]


def hide(
    cells: Mapping[Key, Cell],
    links: Sequence[Link] = (),
    defined: Definitions | None = None,
    rules: RuleSet = BOARD,
    printed: PrintedOfMonth | None = None,
) -> Hiding:
    """The cells of one month that may not be shown, totals first."""
    defined = defined or known_sums.definitions({None: cells})
    printed = printed or PrintedOfMonth((), ())
    totals, said = _hidden_totals(cells, links, defined, rules, printed.known)
    measures = {key.measure_id for key in totals}
    withheld = {key.table for key in cells if key.measure_id in measures and not key.is_total}
    hidden = {key for key in cells if key.table in withheld or _is_hidden(key, cells, defined, rules)}
    hidden |= totals | set(printed.hidden)
    hidden |= {key for link in links for key in _too_close(cells, link, hidden, rules) if not key.is_total}
    solved: dict = {}
    weigh = _weight(cells, links)
    while True:
        known = Said(totals, said, frozenset(withheld), printed.known, rules.threshold)
        puzzle = known_sums.puzzle_of_tables(cells, links, defined, known)
        wanted = known_sums.needs(puzzle, cells, defined, rules, totals, printed.hidden)
        more, unmet = complementary.protect(puzzle, wanted, hidden, weigh, solved)
        hidden |= more
        tables = _tables_to_withhold(puzzle, unmet, withheld)
        if not tables:
            return Hiding(hidden, withheld, said)
        withheld |= tables
        hidden |= {key for key in cells if key.table in tables}


def _hidden_totals(
    cells: Mapping[Key, Cell], links: Sequence[Link], defined: Definitions, rules: RuleSet, known: Collection[Key]
) -> tuple[set[Key], dict[Key, str]]:
    """The totals that are hidden, and of those that say `fewer than 5 of 66` which count is few."""
    totals = {key: cell for key, cell in cells.items() if key.is_total}
    own = {key for key in totals if _is_hidden(key, cells, defined, rules)}
    hidden = set(own)
    for link in links:
        hidden |= _too_close(totals, link, hidden, rules)
    said = {key: known_sums.few_of(cells[key], rules.threshold) for key in own}
    said = {key: few for key, few in said.items() if few}
    while True:
        puzzle = known_sums.puzzle_of_totals(cells, links, defined, Said(own, said, (), known, rules.threshold))
        wanted = known_sums.needs(puzzle, totals, defined, rules, own)
        more, unmet = complementary.protect(puzzle, wanted, hidden, _weight(cells, links))
        hidden |= more
        tells_too_much = said.keys() & {key for need in unmet for key in _totals_of(need)}
        if not tells_too_much:
            return hidden, said
        said = {key: few for key, few in said.items() if key not in tells_too_much}


def _totals_of(need: complementary.Need) -> list[Key]:
    """The totals a need is about: one, or the two of a link."""
    is_of_link = need.fact[0] == "apart"
    return [need.about, Key(need.fact[1].kept, *TOTAL)] if is_of_link else [need.about]


def _is_hidden(key: Key, cells: Mapping[Key, Cell], defined: Definitions, rules: RuleSet) -> bool:
    """Whether a cell is too small by itself, or tells something of everybody in a small group."""
    if any(cells_.is_small(count, rules.threshold) for count in cells[key].quantities.values()):
        return True
    return known_sums.is_whole_small_group(key, cells[key], cells, defined, rules)


def _too_close(cells: Mapping[Key, Cell], link: Link, hidden: Collection[Key], rules: RuleSet) -> set[Key]:
    """Cells of the measure given up that differ by a small number from those of the kept one."""
    found = set()
    for key, cell in cells.items():
        kept = cells.get(Key(link.kept, *key[1:]))
        if key.measure_id != link.given_up or kept is None:
            continue
        pairs = known_sums.differing(kept, cell)
        if any(cells_.is_small(kept.counts[others] - cell.counts[own], rules.threshold) for _, own, others in pairs):
            found.add(key)
    return found


def _weight(cells: Mapping[Key, Cell], links: Sequence[Link]):
    """What hiding a cell costs the reader: more with its size, more for a total, and for a measure that is kept."""
    kept = {link.kept for link in links}
    place = {key: i for i, key in enumerate(sorted(cells))}

    def weigh(key: Key) -> float:
        size = 1 + cells[key].size / 1000 + place[key] / 1e6
        return size * (4 if key.measure_id in kept else 1) * (100 if key.is_total else 1)

    return weigh


def _tables_to_withhold(puzzle, unmet: Sequence, withheld: Collection[tuple]) -> set[tuple[str, str]]:
    """The tables of the cells that cannot be hidden otherwise; when they are withheld already, all that print them."""
    own = {need.about.table for need in unmet if not need.about.is_total} - set(withheld)
    if own:
        return own
    printing = {key.table for need in unmet for key in puzzle.facts[need.fact].cells if not key.is_total}
    return printing - set(withheld)


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


def _shown_row(
    record: Mapping, cells: Mapping[Key, Cell], hiding: Mapping[date, Hiding], links: Sequence[Link]
) -> dict:
    """A row as it is published: as it is, or emptied, with the range that may be said."""
    row = {name: entry for name, entry in record.items() if name != "contributor_count"}
    blank = {"symbol": SHOWN, "lower_bound": None, "upper_bound": None, "lower_value": None, "upper_value": None}
    key, hidden = _key(record), hiding.get(record["month_start"])
    if key not in cells or key not in hidden.cells:
        return row | blank | {"is_withheld": False}
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
        "is_withheld": key.table in hidden.withheld,
    }


def _bounds(key: Key, cells: Mapping[Key, Cell], hiding: Hiding, links: Sequence[Link]) -> Bounds:
    """The range for a hidden total. Cells of a breakdown get none: with their total, ranges could pin them down."""
    if not key.is_total:
        return Bounds()
    if key in hiding.said:
        return _bounds_alone(cells[key], hiding.said[key])
    for link in links:
        kept = Key(link.kept, *TOTAL)
        if link.given_up == key.measure_id and kept in cells and kept not in hiding.cells:
            return _bounds_beside(cells[kept], cells[key])
    return Bounds()


def _bounds_alone(cell: Cell, few: str) -> Bounds:
    """`Fewer than 5 of 66`, `at least 62 of 66`."""
    base = cell.denominator
    if base is None:
        return Bounds(lower=0, upper=THRESHOLD - 1)
    low, high = (0, THRESHOLD - 1) if few == "met" else (base - THRESHOLD + 1, base)
    return Bounds(base, low, high, low / base, high / base)


def _bounds_beside(kept: Cell, given_up: Cell) -> Bounds:
    """The range of a rate that differs from a visible one by at most 4 in numerator and denominator.

    It is worked out from the visible one alone, so that it tells nothing more.
    """
    difference = [kept.counts[others] - given_up.counts[own] for _, own, others in known_sums.differing(kept, given_up)]
    if len(difference) < 3 or any(abs(d) >= THRESHOLD for d in (difference[0], difference[2])):
        return Bounds()
    if kept.denominator < 2 * THRESHOLD:
        return Bounds()
    most = THRESHOLD - 1
    if difference[2] < 0 or difference[0] < 0:
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
