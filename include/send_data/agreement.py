"""Our figures beside those that the Department for Education publishes: what an edition keeps, and what the paper says.

Pure functions, first from rows of the marts to rows of `published`, then from these to words. Counts of children are
never given exactly here: of a difference only its size, rounded to 5 children or a percentage point.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from send_data import disclosure, sentences
from send_data.disclosure import HELD_BACK, HIDDEN

# The graver goes first: a figure is as its gravest part.
STATES = ("unexplained", "explained", "within_tolerance", "not_reproducible")
STEPS = {"count": Decimal(5), "percent": Decimal(1)}
_COMPARATOR_COLUMNS = (
    "measure_id", "comparator", "area_name", "indicator", "differs_by", "dataset", "release_year", "time_period",
    "value", "symbol", "unit", "ranked_by", "rank_place", "quartile", "ranked_count", "unranked_count",
)  # fmt: skip
_RANKED_BY = {"higher_first": "the highest first", "lower_first": "the lowest first", "largest_first": "by size alone"}
_QUARTERS = ("first", "second", "third", "last")


def protected(record: Mapping) -> dict:
    """A figure of DfE's as it stands in the release, except that a small count is left out here too."""
    value = record["value"]
    is_small = record["unit"] == "count" and value is not None and disclosure.is_small(float(value))
    return dict(record) | ({"value": None, "symbol": HIDDEN} if is_small else {})


def comparator_rows(records: Iterable[Mapping]) -> list[dict]:
    """Rows of published.comparators, from fct_comparators."""
    return [{name: row[name] for name in _COMPARATOR_COLUMNS} for row in map(protected, records)]


def reconciliation_rows(records: Iterable[Mapping]) -> list[dict]:
    """Rows of published.reconciliations, from fct_reconciliations: one for each figure and period.

    A figure of parts says how many of its parts are in which state. Its difference is that of the part that is furthest
    off among the gravest.
    """
    figures: dict[tuple, list[Mapping]] = {}
    for record in records:
        figures.setdefault((record["figure"], record["period"]), []).append(record)
    return [_reconciliation_row(parts) for parts in figures.values()]


def _reconciliation_row(parts: Sequence[Mapping]) -> dict:
    counts = {state: sum(part["state"] == state for part in parts) for state in STATES}
    state = next(state for state in STATES if counts[state])
    gravest = [part for part in parts if part["state"] == state]
    worst = max(gravest, key=lambda part: abs(part["difference"] or 0))
    one = parts[0]
    is_whole = one["breakdown"] == "all"
    theirs = protected({"value": one["dfe_value"] if is_whole else None, "unit": one["unit"]})
    return {
        **{name: one[name] for name in ("measure_id", "figure", "title", "unit", "release_year", "period")},
        "period_on": one["period_on"],
        "dfe_value": theirs["value"],
        "part_count": 0 if is_whole else len(parts),
        **{f"{name}_count": counts[name] for name in STATES},
        "about_difference": _about(worst["difference"], one["unit"]),
        "explanation": worst["explanation"],
        "explained_by": worst["explained_by"],
        "state": state,
    }


def _about(difference: object, unit: str) -> Decimal | None:
    """The size of a difference, to the nearest 5 children or percentage point, and never less than one such step."""
    if difference is None:
        return None
    size, step = abs(Decimal(str(difference))), STEPS[unit]
    return max((size / step).quantize(Decimal(1), ROUND_HALF_UP), Decimal(1)) * step


def hold_back(figures: Iterable[Mapping], reconciliations: Iterable[Mapping]) -> list[dict]:
    """Rows of published.figures with those of a measure held back emptied, and its breakdowns left out.

    A measure is held back while one of its figures differs from DfE's, outside the tolerance, and nobody has explained
    why; `reconciliations` are rows of published.reconciliations.
    """
    held = {row["measure_id"] for row in reconciliations if row["state"] == "unexplained"}
    empty = dict.fromkeys(
        ("numerator_count", "denominator_count", "value", "lower_bound", "upper_bound", "lower_value", "upper_value")
    )
    rows = []
    for row in figures:
        if row["measure_id"] not in held:
            rows.append(dict(row))
        elif row["breakdown"] == "all":
            rows.append({**row, **empty, "symbol": HELD_BACK, "as_of_month": row["month_start"]})
    return rows


# --- words ------------------------------------------------------------------------------------------------------------


def period_name(period: str) -> str:
    """`2024` is a calendar year, `202425` the census of January 2025."""
    return f"January 20{period[4:]}" if len(period) == 6 else period


def value_text(row: Mapping) -> str:
    """A figure of DfE's, or why there is none."""
    if row["value"] is None:
        return {HIDDEN: "too few to show"}.get(row["symbol"], "not available")
    return f"{row['value']:.1f}%" if row["unit"] == "percent" else sentences.count(row["value"])


def comparison(rows: Iterable[Mapping]) -> str:
    """One line of a measure's page: what DfE publishes of it, for whom and of when. Empty when it publishes nothing."""
    by_area = {row["comparator"]: row for row in rows if row["comparator"] != "neighbour"}
    if not by_area:
        return ""
    one = by_area.get("borough") or next(iter(by_area.values()))
    areas = [_area_text(by_area, name) for name in ("borough", "London", "England", "neighbours_median")]
    parts = [
        f"for {period_name(one['time_period'])} (release {one['release_year']}):",
        f"{', '.join(filter(None, areas))}.",
        _rank_text(one),
        f"{one['differs_by']}." if one["differs_by"] else "",
    ]
    return " ".join(filter(None, parts))


def _area_text(by_area: Mapping[str, Mapping], comparator: str) -> str:
    row = by_area.get(comparator)
    if comparator == "neighbours_median":
        return f"median of its statistical neighbours {value_text(row)}" if row else ""
    if row is None:
        return ""
    before = by_area.get("borough_last_year") if comparator == "borough" else None
    year_before = f" ({value_text(before)} in {period_name(before['time_period'])})" if before else ""
    return f"{row['area_name']} {value_text(row)}{year_before}"


def _rank_text(row: Mapping) -> str:
    """`Rank 3 among 11 (the lowest first), in the first quarter.`, or that there is nobody to rank with."""
    missing = row["unranked_count"]
    if row["rank_place"] is None:
        return "No statistical neighbour’s figure is at hand: no rank." if missing else ""
    tail = f"; {missing} more {'has' if missing == 1 else 'have'} no figure" if missing else ""
    quarter = f", in the {_QUARTERS[row['quartile'] - 1]} quarter" if row["quartile"] is not None else ""
    ranked = f"Rank {row['rank_place']} among {row['ranked_count']} ({_RANKED_BY[row['ranked_by']]})"
    return f"{ranked}{quarter}{tail}."


def held_back(measure: Mapping, reconciliations: Iterable[Mapping]) -> str:
    """Why a measure is held back, and whom to ask; empty when it is not."""
    reasons = [
        _held_reason(row) for row in reconciliations
        if row["measure_id"] == measure["measure_id"] and row["state"] == "unexplained"
    ]  # fmt: skip
    if not reasons:
        return ""
    return f"Held back: {'; '.join(reasons)}. Nobody has explained why; ask the {measure['owner'] or 'data owner'}."


def _held_reason(row: Mapping) -> str:
    what = f"{_begun_small(row['title'])} in {period_name(row['period'])}"
    if row["about_difference"] is None:
        return f"we have no figure of {what}, and DfE has"
    part = f" in {row['unexplained_count']} of {row['part_count']} parts, at most" if row["part_count"] else ""
    return f"our figure of {what} differs from DfE’s{part} by {_difference_text(row)}"


def _difference_text(row: Mapping) -> str:
    size = row["about_difference"]
    if row["unit"] == "count":
        return f"about {sentences.count(size)}"
    return f"about {size:f} percentage point{'' if size == 1 else 's'}"


def _begun_small(title: str) -> str:
    """A title within a sentence: `EHC plans` stays, `Plans begun` begins small."""
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def agreement_table(rows: Iterable[Mapping]) -> list[dict]:
    """The table of agreement: of each figure its newest period that we can count again, and whatever holds back."""
    figures: dict[str, list[Mapping]] = {}
    for row in sorted(rows, key=lambda row: row["period_on"]):
        figures.setdefault(row["figure"], []).append(row)
    shown = []
    for periods in figures.values():
        counted = [row for row in periods if row["state"] != "not_reproducible"] or periods
        shown += [row for row in counted if row["state"] == "unexplained" or row is counted[-1]]
    # The newest period first, and in it the whole before its parts: their names begin alike.
    shown.sort(key=lambda row: row["figure"])
    return [_agreement_words(row) for row in sorted(shown, key=lambda row: row["period_on"], reverse=True)]


def _agreement_words(row: Mapping) -> dict:
    theirs = {"value": row["dfe_value"], "unit": row["unit"], "symbol": HIDDEN}
    return {
        "title": row["title"],
        "period": period_name(row["period"]),
        "theirs": f"{row['part_count']} parts" if row["part_count"] else value_text(theirs),
        "state": row["state"],
        "words": _state_words(row),
    }


def _state_words(row: Mapping) -> str:
    agreeing = f" in {row['within_tolerance_count']} of {row['part_count']} parts" if row["part_count"] else ""
    by = f" by {_difference_text(row)}" if row["about_difference"] is not None else ""
    return {
        "within_tolerance": f"Agrees{' in all parts' if row['part_count'] else ''}",
        "explained": f"{f'Agrees{agreeing}; d' if agreeing else 'D'}iffers{by}: {row['explanation']} "
        f"({row['explained_by']})",
        "unexplained": f"Held back: differs{by}, and nobody has explained why",
        "not_reproducible": "Lies before our history",
    }[row["state"]]
