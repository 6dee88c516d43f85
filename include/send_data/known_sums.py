"""What a reader of one month can add up, as a puzzle for `complementary`.

Numbers that are the same by definition (plans by age are the denominators of a share of plans by age) are one fact,
whoever prints them: the definitions are published, so this is read off the whole history.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from send_data.cells import TOTAL, Cell, Key, Link, is_small
from send_data.complementary import Need, Puzzle
from send_data.disclosure_rules import RuleSet

# So many different numbers must agree, in every month, before two series are taken for the same by definition.
AGREEING = 3
# So many must have been counted all or none, before this is taken for a definition.
DEFINING = 50

Months = Mapping[object, Mapping[Key, Cell]]
Name = tuple


class Definitions(NamedTuple):
    """`same`: (measure, breakdown, value, quantity) -> the one that stands for all that are the same by definition.

    `whole`: cells of tables in which each cell is counted whole (True) or not at all (False), as the share in
    independent special schools by type of setting is.
    """

    same: Mapping[Name, Name]
    whole: Mapping[Key, bool]

    def name(self, key: Key, quantity: str) -> Name:
        return self.same.get((*key, quantity), (*key, quantity))


def definitions(months: Months) -> Definitions:
    """What is the same by definition, and what is counted whole or not at all, by all months together."""
    series: dict[Name, dict] = {}
    for month, cells in months.items():
        for key, cell in cells.items():
            for quantity, count in cell.counts.items():
                series.setdefault((*key, quantity), {})[month] = count
    return Definitions(_same(series), _whole(series))


def _same(series: Mapping[Name, Mapping]) -> dict[Name, Name]:
    """Whole tables that agree, then single series that do; each name leads to the first one of its kind."""
    tables: dict[tuple, dict[Name, Mapping]] = {}
    series = {name: counts for name, counts in series.items() if not _is_all_or_none(name, series)}
    for name, counts in series.items():
        tables.setdefault((name[0], name[1], name[3]), {})[name] = {m: n for m, n in counts.items() if n}
    same: dict[Name, Name] = {}
    first: dict[frozenset, dict[str, Name]] = {}
    for table in sorted(tables):
        members = tables[table]
        print_of = frozenset((name[2], m, n) for name, counts in members.items() for m, n in counts.items())
        if len({n for _, _, n in print_of}) >= AGREEING:
            leader = first.setdefault((table[1], print_of), {name[2]: name for name in members})
            same |= {name: leader.get(name[2], name) for name in members}
    alone: dict[frozenset, Name] = {}
    for name in sorted(series):
        counts = frozenset((m, n) for m, n in series[name].items() if n)
        if len({n for _, n in counts}) >= AGREEING and len(counts) >= 2 * AGREEING:
            leader = alone.setdefault(counts, same.get(name, name))
            same[name] = leader
    return same


def _is_all_or_none(name: Name, series: Mapping[Name, Mapping]) -> bool:
    """Whether these are the size of their own cell in every month, as where all are always counted."""
    other = {"met": "missed", "missed": "met"}.get(name[3])
    return other is not None and not any(series.get((*name[:3], other), {None: 1}).values())


def _whole(series: Mapping[Name, Mapping]) -> dict[Key, bool]:
    tables: dict[tuple, dict[Key, bool | None]] = {}
    sizes: dict[tuple, int] = {}
    for (measure_id, breakdown, value, quantity), met in series.items():
        key = Key(measure_id, breakdown, value)
        if quantity != "met" or key.is_total or (*key, "missed") not in series:
            continue
        missed = series[(*key, "missed")]
        answer = True if not any(missed.values()) else False if not any(met.values()) else None
        tables.setdefault(key.table, {})[key] = answer
        sizes[key.table] = sizes.get(key.table, 0) + sum(met.values()) + sum(missed.values())
    return {
        key: answer
        for table, answers in tables.items()
        if set(answers.values()) == {True, False} and sizes[table] >= DEFINING
        for key, answer in answers.items()
    }


class Said(NamedTuple):
    """What a reader knows of one month besides the cells that are shown.

    `hidden_totals`: the totals that are hidden. `ranged`: those of them that are said to be `fewer than 5 of 66` or `at
    least 62 of 66`. `withheld`: tables of which no row is printed. `known`: cells that an
    earlier edition showed with the same numbers. `threshold`: the least count that is not small.
    """

    hidden_totals: Collection[Key]
    ranged: Collection[Key]
    withheld: Collection[tuple[str, str]]
    known: Collection[Key]
    threshold: int


def puzzle_of_totals(cells: Mapping[Key, Cell], links: Iterable[Link], defined: Definitions, said: Said) -> Puzzle:
    """The totals of a month. Of a hidden one its denominator may be printed, and the range of its numerator."""
    puzzle = Puzzle()
    totals = {key: cell for key, cell in cells.items() if key.is_total}
    for key in sorted(totals):
        add_cell(puzzle, key, totals[key], defined, is_listed=False)
        if key in said.ranged:
            _add_range(puzzle, key, totals[key], defined, said.threshold)
        elif key in said.known:
            puzzle.known |= {defined.name(key, quantity) for quantity in totals[key].counts}
    _add_links(puzzle, totals, links, defined)
    return puzzle


def puzzle_of_tables(cells: Mapping[Key, Cell], links: Iterable[Link], defined: Definitions, said: Said) -> Puzzle:
    """Every table of a month under its total, which is settled."""
    puzzle = Puzzle()
    for key in sorted(cells):
        add_cell(puzzle, key, cells[key], defined, is_listed=not key.is_total and key.table not in said.withheld)
        if key in said.ranged:
            _add_range(puzzle, key, cells[key], defined, said.threshold)
        elif key in said.known or (key.is_total and key not in said.hidden_totals):
            puzzle.known |= {defined.name(key, quantity) for quantity in cells[key].counts}
    for table, keys in tables_of(cells).items():
        _add_table(puzzle, cells, keys, defined, table in said.withheld)
    _add_links(puzzle, cells, links, defined)
    return puzzle


def tables_of(cells: Mapping[Key, Cell]) -> dict[tuple[str, str], list[Key]]:
    """Cells by measure and breakdown, without the totals and what stands beside them."""
    tables: dict[tuple[str, str], list[Key]] = {}
    for key in sorted(cells):
        if not key.is_total and not cells[key].is_beside:
            tables.setdefault(key.table, []).append(key)
    return tables


def add_cell(puzzle: Puzzle, key: Key, cell: Cell, defined: Definitions, is_listed: bool) -> None:
    """The counts of a cell. That a row is printed says that there is somebody in it; a count of 0 is always shown."""
    counts = cell.counts
    for quantity, count in counts.items():
        is_size = quantity == "base" or len(counts) == 1
        name = defined.name(key, quantity)
        puzzle.add(name, count, key, lower=1 if is_listed and is_size and count > 0 else min(count, 0))
        if is_size and not count and is_listed:
            puzzle.known.add(name)
    if "missed" in counts:
        parts = _sum_of(defined.name(key, quantity) for quantity in ("met", "missed"))
        base = defined.name(key, "base")
        puzzle.equate(parts | {base: parts.get(base, 0) - 1})
    if key in defined.whole:
        puzzle.known.add(defined.name(key, "missed" if defined.whole[key] else "met"))


def _add_range(puzzle: Puzzle, key: Key, cell: Cell, defined: Definitions, threshold: int) -> None:
    """What is printed of a hidden total: `fewer than 5 of 66`, `at least 62 of 66`."""
    few = few_of(cell, threshold)
    if few is not None:
        puzzle.add(defined.name(key, few), cell.counts[few], lower=0, upper=threshold - 1)
        if "base" in cell.counts:
            puzzle.known.add(defined.name(key, "base"))


def few_of(cell: Cell, threshold: int) -> str | None:
    """Which of a hidden total's counts is said to be few: those counted or the others; None when nothing is said.

    Below 9 the two would overlap and tell which.
    """
    base = cell.denominator
    if not cell.is_count or is_small(cell.contributors, threshold):
        return None
    if base is not None and base < 2 * threshold - 1:
        return None
    return next((name for name in ("met", "missed") if is_small(cell.counts.get(name), threshold)), None)


def _add_table(
    puzzle: Puzzle, cells: Mapping[Key, Cell], keys: list[Key], defined: Definitions, withheld: bool
) -> None:
    """The cells make the total. Of a table that is withheld nobody knows which cells there are."""
    total = Key(keys[0].measure_id, *TOTAL)
    for quantity in ("met", "missed", "base"):
        counted = [key for key in keys if quantity in cells[key].counts]
        whole = cells[total].counts.get(quantity) if total in cells else None
        if withheld:
            for key in counted:
                puzzle.add(defined.name(key, quantity), cells[key].counts[quantity], upper=_or_any(whole))
            continue
        factors = _sum_of(defined.name(key, quantity) for key in counted)
        if whole is not None and whole == sum(cells[key].counts[quantity] for key in counted):
            factors[defined.name(total, quantity)] = factors.get(defined.name(total, quantity), 0) - 1
        if factors:
            puzzle.equate(factors)
    _add_people(puzzle, cells, keys, withheld)


def _or_any(count: int | None) -> float:
    return float("inf") if count is None else count


def _sum_of(names: Iterable[Name]) -> dict[Name, float]:
    factors: dict[Name, float] = {}
    for name in names:
        factors[name] = factors.get(name, 0) + 1
    return factors


def _add_people(puzzle: Puzzle, cells: Mapping[Key, Cell], keys: list[Key], withheld: bool) -> None:
    """Who is behind money or hours is not printed, but what few gave could be told from what all gave."""
    behind = [key for key in keys if cells[key].contributors]
    if not any(_is_judged_by_people(cells[key]) for key in behind):
        return
    for key in behind:
        puzzle.add((*key, "people"), cells[key].contributors, key, lower=0 if withheld else 1)
    if behind and not withheld:
        puzzle.equate(_sum_of((*key, "people") for key in behind))


def _is_judged_by_people(cell: Cell) -> bool:
    """Whether the people behind a cell are fewer than what it counts, as where a child has two plans, or money."""
    return not cell.counts or cell.contributors < min(count for count in [*cell.counts.values(), cell.size] if count)


def _add_links(puzzle: Puzzle, cells: Mapping[Key, Cell], links: Iterable[Link], defined: Definitions) -> None:
    """What one measure counts more than another of which it counts a part."""
    for link in links:
        for key in sorted(k for k in cells if k.measure_id == link.given_up):
            kept = Key(link.kept, *key[1:])
            if kept not in cells:
                continue
            for quantity, own, others in differing(cells[kept], cells[key]):
                apart = cells[kept].counts[others] - cells[key].counts[own]
                sign = -1 if apart < 0 else 1
                names = {defined.name(kept, others): sign, defined.name(key, own): -sign}
                if len(names) == 2:
                    puzzle.add(("apart", link, key, quantity), abs(apart))
                    puzzle.equate({("apart", link, key, quantity): -1, **names})


def differing(kept: Cell, given_up: Cell) -> list[tuple[str, str, str]]:
    """The quantities in which two linked cells can be set against each other: (name, own, the kept one's)."""
    if "missed" in kept.counts and "missed" in given_up.counts:
        return [(name, name, name) for name in ("met", "missed", "base")]
    sizes = ["base" if "base" in cell.counts else "met" for cell in (given_up, kept)]
    if sizes[0] in given_up.counts and sizes[1] in kept.counts:
        return [("base", *sizes)]
    return []


def needs(
    puzzle: Puzzle, cells: Mapping[Key, Cell], defined: Definitions, rules: RuleSet, hidden_totals: Collection[Key],
    kept_hidden: Collection[Key] = (),
) -> list[Need]:  # fmt: skip
    """What must not be told of the cells, the smallest first.

    A small count could be anything from 1 to 5, so that not even what hidden cells make together is small; so could a 0
    in a small group, and what was hidden once before. Under a total that is said to be fewer than 5: from 1 to 4.
    """
    few = {key.measure_id for key in hidden_totals}
    found = []
    for key in sorted(cells):
        most = rules.threshold - (key.measure_id in few)
        for quantity, count in cells[key].quantities.items():
            name = (*key, "people") if quantity == "people" else defined.name(key, quantity)
            if name in puzzle.facts and _is_told(key, quantity, cells, defined, rules, kept_hidden):
                found.append(Need(name, min(1, count), max(most, count), key))
    for name, fact in puzzle.facts.items():
        if name[0] == "apart" and is_small(fact.truth, rules.threshold):
            link = name[1]
            most = rules.threshold - (link.kept in few or link.given_up in few)
            found.append(Need(name, 1, max(most, fact.truth), name[2]))
    unique = {need.fact: need for need in reversed(found)}
    return sorted(unique.values(), key=lambda need: (puzzle.facts[need.fact].truth, need.about))


def _is_told(
    key: Key, quantity: str, cells: Mapping[Key, Cell], defined: Definitions, rules: RuleSet,
    kept_hidden: Collection[Key],
) -> bool:  # fmt: skip
    """Whether something would be told of few if this number could be worked out."""
    count = cells[key].quantities[quantity]
    if is_small(count, rules.threshold):
        return True
    if key.is_total or quantity == "people":
        return False
    if key in kept_hidden:
        return 0 <= count < 2 * rules.threshold - 1
    return not count and quantity != "base" and is_whole_small_group(key, cells[key], cells, defined, rules)


def is_whole_small_group(key: Key, cell: Cell, cells: Mapping[Key, Cell], defined: Definitions, rules: RuleSet) -> bool:
    """Whether a cell would tell something of everybody in a small group: none or all of them are counted.

    Not where the definition says so (of those in special schools, all are in special schools), nor where the total,
    which is shown, says it of everybody.
    """
    base = cell.counts.get("base", 0)
    if key.is_total or not cell.is_whole_group or not 0 < base < rules.whole_group_below or key in defined.whole:
        return False
    total = cells.get(Key(key.measure_id, *TOTAL))
    return total is None or not any(total.counts.get(name) == cell.counts[name] == 0 for name in ("met", "missed"))
