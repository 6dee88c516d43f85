"""Figures for anybody: from rows that the Board may read, small counts hidden, the others rounded.

Whatever the Board's rule set hides stays hidden, so that the two cannot be set against each other. Percentages come
from the rounded counts. Counts that are rounded need no further hiding, but no hidden cell of a table stands alone.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from send_data import disclosure_rules
from send_data.cells import TOTAL, is_small
from send_data.disclosure import COUNT_KINDS, HELD, HIDDEN, NOT_PEOPLE, SHOWN
from send_data.disclosure_rules import RuleSet

PUBLIC = disclosure_rules.rule_set("public")
# Figures that are no counts of people are given to this many places.
PLACES = 3
# The longest wait is one child's.
ONE_PERSONS = ("largest",)
_KEY = ("measure_id", "month_start", "breakdown", "breakdown_value")
_NUMBERS = ("numerator_count", "denominator_count", "value")


def public_rows(
    figures: Iterable[Mapping], contributors: Mapping[tuple, int], measures: Iterable[Mapping], rules: RuleSet = PUBLIC
) -> list[dict]:
    """Rows of published.public_figures, from rows of published.figures.

    `contributors`: (measure_id, month_start, breakdown, breakdown_value) -> people behind the figure. `measures`: rows
    of dim_measures.
    """
    described = {row["measure_id"]: row for row in measures}
    exact = list(figures)
    hidden = {_key(row) for row in exact if _is_hidden(row, described[row["measure_id"]], contributors, rules)}
    hidden |= _beside_one_alone(exact, hidden)
    return [_row(row, described[row["measure_id"]], _key(row) in hidden, rules) for row in exact]


def contributors_of(figures: Iterable[Mapping]) -> dict[tuple, int]:
    """People behind each figure, from rows of fct_measures."""
    return {_key(row): int(row["contributor_count"] or 0) for row in figures if row["contributor_count"] is not None}


def rounded(count: Decimal, to: int) -> Decimal:
    """The nearest multiple; halfway, the higher."""
    return Decimal(count + Decimal(to) / 2) // to * to


def _key(row: Mapping) -> tuple:
    return tuple(row[name] for name in _KEY)


def _is_hidden(row: Mapping, measure: Mapping, contributors: Mapping[tuple, int], rules: RuleSet) -> bool:
    """Whether a figure is of too few for the public, or of one."""
    if row["symbol"] not in (SHOWN, HELD) or row["value"] is None:
        return True
    if _is_nobodys(measure, rules):
        return False
    people = contributors.get((row["measure_id"], row["as_of_month"], row["breakdown"], row["breakdown_value"]))
    counts = [*_counts(row, measure), people]
    if measure["kind"] in ONE_PERSONS or people is None or any(is_small(n, rules.threshold) for n in counts):
        return True
    return _is_whole_small_group(row, measure, rules)


def _is_nobodys(measure: Mapping, rules: RuleSet) -> bool:
    return measure["rows_are"] == "things" and measure["measure_id"] in rules.exempt


def _counts(row: Mapping, measure: Mapping) -> list:
    """The numbers of people in a row."""
    met, base = row["numerator_count"], row["denominator_count"]
    if measure["kind"] in COUNT_KINDS and None not in (met, base):
        return [met, base, base - met]
    if _is_in_people(measure):
        return [n for n in (met, base) if n is not None]
    return [row["value"]] if row["is_count"] else []


def _is_in_people(measure: Mapping) -> bool:
    if measure["kind"] in ("ratio", "growth"):
        return measure["counted_in"] not in NOT_PEOPLE
    return measure["kind"] in COUNT_KINDS


def _is_whole_small_group(row: Mapping, measure: Mapping, rules: RuleSet) -> bool:
    met, base = row["numerator_count"], row["denominator_count"]
    if measure["kind"] != "rate" or row["breakdown"] == "all" or None in (met, base):
        return False
    return 0 < base < rules.whole_group_below and met in (0, base)


def _beside_one_alone(rows: Iterable[Mapping], hidden: Collection[tuple]) -> set[tuple]:
    """In each table with one hidden cell, the smallest that is shown; a 0 only where there is nothing else."""
    tables: dict[tuple, list[Mapping]] = {}
    for row in rows:
        if (row["breakdown"], row["breakdown_value"]) != TOTAL:
            tables.setdefault(_key(row)[:3], []).append(row)
    found = set()
    for table in tables.values():
        shown = [row for row in table if _key(row) not in hidden]
        if len(table) - len(shown) == 1 and shown:
            found.add(_key(min(shown, key=lambda row: (not row["value"], _size(row), _key(row)))))
    return found


def _size(row: Mapping) -> Decimal:
    return max(row["numerator_count"] or 0, row["denominator_count"] or 0)


def _row(row: Mapping, measure: Mapping, is_hidden: bool, rules: RuleSet) -> dict:
    kept = {name: row[name] for name in ("la_code", *_KEY, "as_of_month", "is_count")}
    if is_hidden:
        symbol = row["symbol"] if row["symbol"] not in (SHOWN, HELD) else HIDDEN
        return kept | dict.fromkeys(_NUMBERS) | {"symbol": symbol}
    numbers = {name: None if row[name] is None else Decimal(str(row[name])) for name in _NUMBERS}
    if not _is_nobodys(measure, rules):
        numbers = _rounded_numbers(numbers, measure, row["is_count"], rules.round_to)
    return kept | numbers | {"symbol": row["symbol"]}


def _rounded_numbers(numbers: Mapping, measure: Mapping, is_count: bool, to: int) -> dict:
    """Counts to the nearest 5, and the value worked out from them; what is no count to three places."""
    if not _is_in_people(measure):
        value = rounded(numbers["value"], to) if is_count else _to_places(numbers["value"])
        return {"numerator_count": value if is_count else None, "denominator_count": None, "value": value}
    met, base = (
        None if numbers[n] is None else rounded(numbers[n], to) for n in ("numerator_count", "denominator_count")
    )
    if measure["kind"] == "count":
        value = met
    elif measure["kind"] in ("rate", "ratio", "growth") and met is not None and base:
        value = (met - base if measure["kind"] == "growth" else met) / base
    else:
        value = _to_places(numbers["value"])
    return {"numerator_count": met, "denominator_count": base, "value": value}


def _to_places(value: Decimal) -> Decimal:
    """`41250` to `41300`, `16.25` to `16.3`."""
    return round(value, PLACES - 1 - value.adjusted()) if value else value
