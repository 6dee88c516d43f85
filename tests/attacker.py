"""Somebody with every edition, a table of definitions and a solver, who wants to know a hidden count.

What he knows of a month: every figure that any edition printed of it, as long as the records behind it did not change;
which tables add up; that those counted and those not make all; which numbers are the same by definition; which measure
counts a part of which; and that a row that is printed has somebody in it. From that he works out by linear programmes
between which numbers each hidden count must lie.

He has recovered a count of 1 to 4 when the interval leaves out any of 1, 2, 3 and 4, and has learned something of a
small group when he knows that all or none of it are counted. He is written apart from what hides and shares no code
with it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

SMALL = range(1, 5)
GROUP = 10
NEARLY = 1e-6
COUNTED = ("rate", "count", "median")
NO_PEOPLE = ("hours", "gbp", "fte", "sessions")
CELL = ["measure_id", "breakdown", "breakdown_value"]
EVIDENCE = 3


class Recovered(NamedTuple):
    """A hidden count that is known too well: where, which of met, missed and base, and what it must lie between."""

    edition: object
    month: date
    measure_id: str
    breakdown: str
    breakdown_value: str
    quantity: str
    low: float
    high: float


@dataclass
class Month:
    """One month as one edition's records have it: {cell: {quantity: count}}, and what is printed of it."""

    truth: dict[tuple, dict[str, int]]
    shown: set[tuple] = field(default_factory=set)
    listed: set[tuple] = field(default_factory=set)
    ranges: dict[tuple, tuple[float, float, float | None]] = field(default_factory=dict)


def attack(
    figures: Mapping[object, pd.DataFrame],
    truth: Mapping[object, pd.DataFrame],
    measures: pd.DataFrame,
    months: Callable[[date], bool] = lambda month: True,
    exempt: Collection[str] = (),
) -> list[Recovered]:
    """What can be recovered from editions, oldest first.

    `figures`: edition -> rows of published.figures. `truth`: edition -> rows of fct_measures. `measures`: rows of
    dim_measures. Cumulative measures and those in `exempt` are left out.
    """
    kinds = {row["measure_id"]: row for row in measures.to_dict("records")}
    left_out = {m for m, row in kinds.items() if row["is_cumulative"] or m in exempt}
    books = {edition: _book(figures[edition], truth[edition], kinds, left_out) for edition in figures}
    _tell_each_other(books)
    parts = [(m, row["within_measure_id"]) for m, row in kinds.items() if isinstance(row["within_measure_id"], str)]
    beside = {
        (m, row["beside_breakdown"], row["beside_value"]) for m, row in kinds.items() if row.get("beside_breakdown")
    }
    found = []
    for edition, book in books.items():
        same = _same_by_definition(book)
        whole = _whole_or_not_at_all(book)
        for month in sorted(filter(months, book)):
            found += _Riddle(book[month], same, whole, parts, beside).recovered(edition, month)
    return found


def _book(figures: pd.DataFrame, truth: pd.DataFrame, kinds: Mapping, left_out: Collection[str]) -> dict[date, Month]:
    """The months of one edition."""
    book: dict[date, Month] = {}
    for row in truth.to_dict("records"):
        if row["measure_id"] not in left_out and (counts := _counts(row, kinds[row["measure_id"]])):
            book.setdefault(row["month_start"], Month({})).truth[tuple(row[name] for name in CELL)] = counts
    for row in figures.to_dict("records"):
        cell, month = tuple(row[name] for name in CELL), book.get(row["month_start"])
        if month is None or cell not in month.truth or row["symbol"] == "h":
            continue
        month.listed.add(cell)
        if row["symbol"] == "":
            month.shown.add(cell)
        elif pd.notna(row["upper_bound"]):
            base = row["denominator_count"]
            month.ranges[cell] = (row["lower_bound"], row["upper_bound"], None if pd.isna(base) else float(base))
    return book


def _counts(row: Mapping, kind: Mapping) -> dict[str, int]:
    """The numbers of people that a row prints."""
    met, base = (
        None if pd.isna(row[name]) else round(float(row[name])) for name in ("numerator_count", "denominator_count")
    )
    if kind["kind"] == "ratio" and kind["counted_in"] not in NO_PEOPLE and met is not None:
        return {"met": met}
    if kind["kind"] not in COUNTED:
        return {}
    if met is not None and base is not None:
        return {"met": met, "missed": base - met, "base": base}
    return {name: count for name, count in (("met", met), ("base", base)) if count is not None}


def _tell_each_other(books: Mapping[object, dict[date, Month]]) -> None:
    """What one edition shows of a measure's month, the others show too when the records did not change between them."""
    told: dict[tuple, set] = {}
    for book in books.values():
        for month, page in book.items():
            for measure_id, cells in _by_measure(page.truth).items():
                told.setdefault((month, measure_id, _print(cells)), set()).update(page.shown & cells.keys())
    for book in books.values():
        for month, page in book.items():
            for measure_id, cells in _by_measure(page.truth).items():
                page.shown |= told[month, measure_id, _print(cells)]


def _by_measure(truth: Mapping[tuple, dict]) -> dict[str, dict[tuple, dict]]:
    measures: dict[str, dict[tuple, dict]] = {}
    for cell, counts in truth.items():
        measures.setdefault(cell[0], {})[cell] = counts
    return measures


def _print(cells: Mapping[tuple, dict]) -> frozenset:
    return frozenset((cell, *counts.items()) for cell, counts in cells.items())


def _series(book: Mapping[date, Month]) -> dict[tuple, frozenset]:
    """{(cell, quantity): {(month, count)}}, without zeros."""
    series: dict[tuple, set] = {}
    for month, page in book.items():
        for cell, counts in page.truth.items():
            for quantity, count in counts.items():
                series.setdefault((cell, quantity), set()).update({(month, count)} if count else ())
    return {name: frozenset(entries) for name, entries in series.items()}


def _same_by_definition(book: Mapping[date, Month]) -> dict[tuple, tuple]:
    """Each number -> the first that is the same in every month, as whole tables or as long series show.

    Where all are counted in every month, those counted are all by chance and not by definition.
    """
    series = _series(book)
    by_chance = {
        (cell, quantity)
        for cell, quantity in series
        if not series.get((cell, {"met": "missed", "missed": "met"}.get(quantity)), {None})
    }
    tables: dict[tuple, list] = {}
    for cell, quantity in sorted(series.keys() - by_chance):
        tables.setdefault((cell[0], cell[1], quantity), []).append((cell, quantity))
    first, same = {}, {}
    for names in tables.values():
        whole = frozenset((name[0][2], *entry) for name in names for entry in series[name])
        if len({count for *_, count in whole}) >= EVIDENCE:
            leaders = first.setdefault((names[0][0][1], whole), {name[0][2]: name for name in names})
            same |= {name: leaders.get(name[0][2], name) for name in names}
    long = {}
    for name in sorted(series.keys() - by_chance):
        if len({count for _, count in series[name]}) >= EVIDENCE and len(series[name]) >= 2 * EVIDENCE:
            same[name] = long.setdefault(series[name], same.get(name, name))
    return same


def _whole_or_not_at_all(book: Mapping[date, Month]) -> set[tuple]:
    """Numbers that are 0 by definition: in a table of which each cell is always counted whole or not at all."""
    never: dict[tuple, dict[tuple, set]] = {}
    size: dict[tuple, int] = {}
    for page in book.values():
        for cell, counts in page.truth.items():
            if "missed" in counts and cell[1] != "all":
                open_ = never.setdefault(cell[:2], {}).setdefault(cell, {"met", "missed"})
                open_ -= {name for name in ("met", "missed") if counts[name]}
                size[cell[:2]] = size.get(cell[:2], 0) + counts["base"]
    found = set()
    for table, cells in never.items():
        kinds = {frozenset(open_) for open_ in cells.values()}
        if size[table] >= 50 and kinds == {frozenset({"met"}), frozenset({"missed"})}:
            found |= {(cell, name) for cell, open_ in cells.items() for name in open_}
    return found


class _Riddle:
    """One month as equations and bounds."""

    def __init__(self, page: Month, same: Mapping, whole: Collection, parts: Iterable, beside: Collection) -> None:
        self.page, self.same, self.beside = page, same, beside
        self.low: dict[tuple, float] = {}
        self.high: dict[tuple, float] = {}
        self.truth: dict[tuple, float] = {}
        self.rows: list[dict[tuple, float]] = []
        self.whole = {name for name in whole if name[0] in page.truth}
        for cell, counts in page.truth.items():
            self._cell(cell, counts)
        self._tables()
        self.apart = [name for part, of in parts for name in self._part(part, of)]

    def _name(self, cell: tuple, quantity: str) -> tuple:
        return self.same.get((cell, quantity), (cell, quantity))

    def _know(self, name: tuple, low: float, high: float) -> None:
        self.low[name] = max(self.low.get(name, 0), low)
        self.high[name] = min(self.high.get(name, np.inf), high)

    def _cell(self, cell: tuple, counts: Mapping[str, int]) -> None:
        is_listed = cell in self.page.listed and cell[1] != "all"
        for quantity, count in counts.items():
            name = self._name(cell, quantity)
            self.truth[name] = count
            self._know(name, min(count, 0), np.inf)
            if cell in self.page.shown or (cell, quantity) in self.whole:
                self._know(name, count, count)
            elif is_listed and count and quantity == ("base" if "base" in counts else "met") and count > 0:
                self._know(name, 1, np.inf)
        if "missed" in counts:
            self.rows.append(_sum((1, self._name(cell, "base")), (-1, self._name(cell, "met")),
                                  (-1, self._name(cell, "missed"))))  # fmt: skip
        if cell in self.page.ranges and cell not in self.page.shown:
            low, high, base = self.page.ranges[cell]
            self._know(self._name(cell, "met"), low, high)
            if base is not None:
                self._know(self._name(cell, "base"), base, base)

    def _tables(self) -> None:
        """Cells of a table that is printed make its total; those of one that is not are at most the total."""
        tables: dict[tuple, list[tuple]] = {}
        for cell in self.page.truth:
            if cell[1] != "all" and cell not in self.beside:
                tables.setdefault(cell[:2], []).append(cell)
        for (measure_id, _), cells in sorted(tables.items()):
            total = (measure_id, "all", "all")
            for quantity, whole in self.page.truth.get(total, {}).items():
                counted = [cell for cell in cells if quantity in self.page.truth[cell]]
                if whole != sum(self.page.truth[cell][quantity] for cell in counted):
                    continue
                if self.page.listed >= set(counted):
                    names = [(1, self._name(cell, quantity)) for cell in counted]
                    self.rows.append(_sum(*names, (-1, self._name(total, quantity))))

    def _part(self, part: str, of: str) -> list[tuple]:
        """What a measure counts more than the one that is a part of it, cell by cell; names of the differences."""
        names = []
        for cell, counts in self.page.truth.items():
            other = (of, *cell[1:])
            if cell[0] != part or counts.keys() != self.page.truth.get(other, {}).keys():
                continue
            for quantity, count in counts.items():
                difference = self.page.truth[other][quantity] - count
                own, others = self._name(cell, quantity), self._name(other, quantity)
                if difference >= 0 and own != others:
                    name = (cell, f"more {quantity}")
                    self.truth[name] = difference
                    self._know(name, 0, np.inf)
                    self.rows.append(_sum((1, others), (-1, own), (-1, name)))
                    names.append(name)
        return names

    def targets(self) -> dict[tuple, tuple[float, float]]:
        """What is to be recovered: {number: what its interval must hold}."""
        found = {}
        for cell, counts in self.page.truth.items():
            for quantity, count in counts.items():
                name = self._name(cell, quantity)
                if count in SMALL:
                    found[name] = (min(SMALL), max(SMALL))
                elif self._tells_of_all(cell, counts, quantity) and name not in found:
                    found[name] = (0, 1)
        return found | {name: (min(SMALL), max(SMALL)) for name in self.apart if self.truth[name] in SMALL}

    def _tells_of_all(self, cell: tuple, counts: Mapping[str, int], quantity: str) -> bool:
        if cell[1] == "all" or "missed" not in counts or quantity == "base" or counts[quantity]:
            return False
        if self.page.truth.get((cell[0], "all", "all"), {}).get(quantity) == 0:
            return False  # What is so of everybody is told by the total.
        return 0 < counts["base"] < GROUP and not self.whole & {(cell, "met"), (cell, "missed")}

    def recovered(self, edition: object, month: date) -> list[Recovered]:
        found = []
        for names, rows, targets in self._pieces(self.targets()):
            for name, (low, high) in _intervals(names, rows, targets, self).items():
                if low > targets[name][0] + NEARLY or high < targets[name][1] - NEARLY:
                    found.append(Recovered(edition, month, *name[0], name[1], low, high))
        return found

    def _pieces(self, targets: Mapping) -> list[tuple[list, list, dict]]:
        """The numbers that are not known, in groups that have nothing to do with each other."""
        group: dict[tuple, tuple] = {}

        def leader(name):
            while group.setdefault(name, name) != name:
                name = group[name]
            return name

        open_ = {name for name in self.truth if self.high[name] > self.low[name]}
        for row in self.rows:
            names = [name for name in row if name in open_]
            for one, other in pairwise(names):
                group[leader(one)] = leader(other)
        pieces: dict[tuple, tuple[list, list, dict]] = {}
        for name in targets:
            pieces.setdefault(leader(name), ([], [], {}))[2][name] = targets[name]
        for name in sorted(self.truth, key=str):
            if leader(name) in pieces:
                pieces[leader(name)][0].append(name)
        for row in self.rows:
            names = [name for name in row if name in open_]
            if names and leader(names[0]) in pieces:
                pieces[leader(names[0])][1].append(row)
        return list(pieces.values())


def _sum(*terms: tuple[float, tuple]) -> dict[tuple, float]:
    row: dict[tuple, float] = {}
    for factor, name in terms:
        row[name] = row.get(name, 0) + factor
    return row


def _intervals(names: list, rows: list, targets: Mapping, riddle: _Riddle) -> dict[tuple, tuple[float, float]]:
    """Between what each target must lie; no further than it needs to be known."""
    place = {name: i for i, name in enumerate(names)}
    truth = np.array([riddle.truth[name] for name in names], dtype=float)
    bounds = np.array([(riddle.low[name], riddle.high[name]) for name in names], dtype=float)
    least, most = truth.copy(), truth.copy()
    entries = [(i, place[name], factor) for i, row in enumerate(rows) for name, factor in row.items() if name in place]
    right = [-sum(factor * riddle.truth[name] for name, factor in row.items() if name not in place) for row in rows]
    matrix = csr_array(
        ([e[2] for e in entries], ([e[0] for e in entries], [e[1] for e in entries])), shape=(len(rows), len(names))
    ) if entries else None  # fmt: skip
    want_low, want_high = truth.copy(), truth.copy()
    for name, (low, high) in targets.items():
        want_low[place[name]], want_high[place[name]] = low, high
    for name in targets:
        for way in (1, -1):
            i = place[name]
            if (least[i] <= want_low[i] + NEARLY) if way > 0 else (most[i] >= want_high[i] - NEARLY):
                continue
            cost = -1e-3 * (most < want_high) + 1e-3 * (least > want_low)
            cost[i] = way
            limits = bounds.copy()
            limits[i] = (
                (max(limits[i][0], want_low[i]), limits[i][1])
                if way > 0
                else (limits[i][0], min(limits[i][1], want_high[i]))
            )
            limits[:, 1] = np.minimum(limits[:, 1], np.maximum(truth, want_high) + 1000)
            answer = linprog(cost, A_eq=matrix, b_eq=right if entries else None, bounds=limits, method="highs-ds",
                             options={"presolve": False})  # fmt: skip
            assert answer.x is not None, (name, answer.message)
            least, most = np.minimum(least, answer.x), np.maximum(most, answer.x)
    return {name: (float(least[place[name]]), float(most[place[name]])) for name in targets}


def lone_amounts(figures: pd.DataFrame, measures: pd.DataFrame) -> list[tuple]:
    """Hidden amounts of money or hours that stand alone in a printed table: the total less the others is theirs."""
    kinds = dict(zip(measures["measure_id"], measures["kind"], strict=True))
    of_amounts = figures[figures["measure_id"].map(kinds).isin(("sum", "mean")) & (figures["breakdown"] != "all")]
    tables = of_amounts.assign(is_hidden=of_amounts["symbol"] == "c").groupby(
        ["measure_id", "month_start", "breakdown"]
    )
    return [table for table, rows in tables if rows["is_hidden"].sum() == 1]


def close_steps(items: pd.DataFrame) -> list[tuple]:
    """Learners of one financial year and basis that were shown 1 to 4 apart, in whatever month or edition."""
    own = items[(items["item"].isin(("learners", "new_starts"))) & items["value"].notna()]
    found = []
    for place, rows in own.groupby(["financial_year", "basis", "item"]):
        values = sorted({0, *(round(float(value)) for value in rows["value"])})
        found += [(*place, a, b) for a, b in pairwise(values) if b - a in SMALL]
    return found


def narrow_ranges(by_kind: pd.DataFrame, by_team: pd.DataFrame) -> list[tuple]:
    """Ranges of what falls due that, set against the other table of the same cases, leave a single number."""
    found = []
    for band in sorted({*by_kind["due_band"], *by_team["due_band"]}):
        sides = [table[table["due_band"] == band] for table in (by_kind, by_team)]
        low, high = ([int(side[name].sum()) for side in sides] for name in ("lower_bound", "upper_bound"))
        for side, other in ((0, 1), (1, 0)):
            for row in sides[side].to_dict("records"):
                least = max(row["lower_bound"], low[other] - (high[side] - row["upper_bound"]))
                most = min(row["upper_bound"], high[other] - (low[side] - row["lower_bound"]))
                if least == most:
                    found.append((band, row))
    return found
