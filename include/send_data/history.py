"""What an edition says otherwise than those before it: revisions since last month, and figures as first published.

Only what was published is compared, after disclosure control: two figures are put side by side when their counts are
alike or at least five apart, so that nothing is told of fewer than five children (docs/decisions/0015).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from send_data import disclosure
from send_data.disclosure import HIDDEN, SHOWN

IN_FULL, FEW, NOT_SHOWN, UNCHANGED = "in_full", "fewer_than_5", "not_shown", "unchanged"
DEFINITION, LATE_DELIVERY, LATE_RECORD = "definition", "late_delivery", "late_record"
CORRECTION, NOT_KNOWN = "correction", "not_known"
# What says something of its own month: not a figure that is held, or held back.
SAID = (SHOWN, HIDDEN)
COMPARED = ("value", "numerator_count", "denominator_count", "symbol", "lower_bound", "upper_bound")


class Rests(NamedTuple):
    """What an edition's figures rest on: the month it is of, definitions, deliveries and sources that were not there.

    `definitions`: measure -> hash. `deliveries`: source -> {hash of the bytes: month it is for}. `late`: sources whose
    delivery had not come, or was refused.
    """

    month: date
    definitions: Mapping[str, str | None]
    deliveries: Mapping[str, Mapping[str, date]]
    late: frozenset[str]


def record(connection: sa.Connection, edition_id: int) -> None:
    """Write `published.revisions` and `published.first_published` of an edition whose figures stand already."""
    edition = connection.execute(sa.text(_EDITION), {"edition": edition_id}).one()
    place = {"edition": edition_id, "la": edition.la_code, "month": edition.month}
    measures = _by_measure(connection, edition_id)
    figures = _figures(connection, edition_id)
    since = connection.execute(sa.text(_SINCE), place).scalar()
    if since is not None:
        revised = between(connection, since, edition_id)
        _insert(connection, "revisions", edition_id, [{"since_edition_id": since, **row} for row in revised])
    first = connection.execute(sa.text(_FIRST), place).mappings()
    known = {(row["measure_id"], row["month_start"]): dict(row) for row in first}
    _insert(connection, "first_published", edition_id, first_published(known, figures, measures))


def between(connection: sa.Connection, since: int, edition_id: int) -> list[dict]:
    """What one edition says otherwise than another before it, of the same month or an earlier one (see `revisions`)."""
    return revisions(
        _figures(connection, since),
        _figures(connection, edition_id),
        _by_measure(connection, edition_id),
        _rests(connection, since),
        _rests(connection, edition_id),
    )


def revisions(
    was: Mapping[tuple, Mapping],
    now: Mapping[tuple, Mapping],
    measures: Mapping[str, Mapping],
    before: Rests,
    after: Rests,
) -> list[dict]:
    """Rows of published.revisions, by measure and month.

    `was`, `now`: published totals by (measure_id, month_start). Compared are the months that both editions cover, of
    measures that both have; a measure published for the first time revises nothing.
    """
    both = {measure_id for measure_id, _ in was} & set(measures)
    begin = min((month for _, month in now), default=after.month)
    keys = {key for key in was.keys() | now.keys() if key[0] in both and begin <= key[1] <= before.month}
    rows = []
    for key in sorted(keys):
        measure = measures[key[0]]
        if is_revised(was.get(key), now.get(key)):
            shown = how_shown(was.get(key), now.get(key), measure)
            values = {"was_value": _value(was.get(key)), "is_value": _value(now.get(key))}
            rows.append(
                {"measure_id": key[0], "month_start": key[1], "shown": shown}
                | (values if shown == IN_FULL else dict.fromkeys(values))
                | {"reasons": reasons(was.get(key), now.get(key), measure, before, after)}
            )
    return rows


def first_published(
    first: Mapping[tuple, Mapping], now: Mapping[tuple, Mapping], measures: Mapping[str, Mapping]
) -> list[dict]:
    """Rows of published.first_published: each total known now, beside the one printed first; none for held ones."""
    rows = []
    for key, figure in sorted(now.items()):
        if figure["symbol"] not in SAID:
            continue
        printed = first[key]
        shown = how_shown(printed, figure, measures[key[0]]) if is_revised(printed, figure) else UNCHANGED
        rows.append(
            {
                "measure_id": key[0],
                "month_start": key[1],
                "first_edition_id": printed["edition_id"],
                "first_value": printed["value"] if shown in (UNCHANGED, IN_FULL) else None,
                "value": figure["value"],
                "shown": shown,
            }
        )
    return rows


def is_revised(was: Mapping | None, now: Mapping | None) -> bool:
    """Whether two printings of a figure differ. One that is held says nothing of its own month."""
    if any(side is not None and side["symbol"] not in SAID for side in (was, now)):
        return False
    return any(_of(was, name) != _of(now, name) for name in COMPARED)


def how_shown(was: Mapping | None, now: Mapping | None, measure: Mapping) -> str:
    """Whether two printings may stand side by side. A month without a figure counts nobody.

    Money and hours of children are shown only when five more or fewer are counted: with as many counted as before, the
    whole difference could be one child's.
    """
    if HIDDEN in (_of(was, "symbol"), _of(now, "symbol")):
        return NOT_SHOWN
    if measure["rows_are"] == "things":
        return IN_FULL
    differences = [after - before for before, after in zip(_counts(was, measure), _counts(now, measure), strict=True)]
    if not any(differences):
        return NOT_SHOWN
    if any(disclosure.is_small(difference) for difference in differences):
        return NOT_SHOWN if measure["kind"] in ("sum", "mean") else FEW
    return IN_FULL


def reasons(was: Mapping | None, now: Mapping | None, measure: Mapping, before: Rests, after: Rests) -> list[str]:
    """Why a figure was revised, as far as it can be known; never empty.

    Another definition and a late delivery are on record. Whether records came late or were corrected is read off the
    figures, and only while the definition is the same.
    """
    measure_id = measure["measure_id"]
    hashes = (before.definitions.get(measure_id), after.definitions.get(measure_id))
    found = [DEFINITION] if None not in hashes and hashes[0] != hashes[1] else []
    if any(came_late(source, before, after) for source in measure["sources"]):
        found.append(LATE_DELIVERY)
    if DEFINITION not in found:
        found += _read_off(_counted(was, measure), _counted(now, measure))
    return found or [NOT_KNOWN]


def came_late(source: str, before: Rests, after: Rests) -> bool:
    """Whether a delivery of a month that was reported already has come since, or one that had been missing."""
    earlier = before.deliveries.get(source, {})
    new = {sha256: month for sha256, month in after.deliveries.get(source, {}).items() if sha256 not in earlier}
    if not before.deliveries or not new:
        return False
    return source in before.late or any(month <= before.month for month in new.values())


def _read_off(was: object, now: object) -> list[str]:
    if was is None or now is None:
        return []
    return [LATE_RECORD] if was != now else [CORRECTION]


def _counted(figure: Mapping | None, measure: Mapping) -> object:
    """How many are counted in a figure: 0 without one, None where that is hidden or the kind does not tell."""
    if figure is None:
        return 0
    if measure["kind"] == "growth":
        return (figure["numerator_count"], figure["denominator_count"])
    return figure["numerator_count"] if figure["denominator_count"] is None else figure["denominator_count"]


def _counts(figure: Mapping | None, measure: Mapping) -> tuple:
    """The numbers of people or cases in a figure; none of money or hours, whose rows alone are such a number."""
    numerator, denominator = (_of(figure, name) or 0 for name in ("numerator_count", "denominator_count"))
    if measure["kind"] in disclosure.COUNT_KINDS:
        return (numerator, denominator, denominator - numerator if denominator else 0)
    if measure["kind"] in ("ratio", "growth") and measure["counted_in"] not in disclosure.NOT_PEOPLE:
        return (numerator, denominator)
    return (denominator,) if measure["kind"] in ("sum", "mean") else ()


def _of(figure: Mapping | None, name: str) -> object:
    return None if figure is None else figure[name]


def _value(figure: Mapping | None) -> object:
    return _of(figure, "value")


def _by_measure(connection: sa.Connection, edition_id: int) -> dict[str, dict]:
    query = "select * from published.measures where edition_id = :edition order by measure_id"
    found = connection.execute(sa.text(query), {"edition": edition_id}).mappings()
    return {row["measure_id"]: dict(row) for row in found}


def _figures(connection: sa.Connection, edition_id: int) -> dict[tuple, dict]:
    """The totals of an edition by measure and month."""
    found = connection.execute(sa.text(_TOTALS), {"edition": edition_id}).mappings()
    return {(row["measure_id"], row["month_start"]): dict(row) for row in found}


def _rests(connection: sa.Connection, edition_id: int) -> Rests:
    edition = {"edition": edition_id}
    deliveries: dict[str, dict[str, date]] = {}
    query = "select source, sha256, delivery_month from published.deliveries where edition_id = :edition"
    for source, sha256, month in connection.execute(sa.text(query), edition):
        deliveries.setdefault(source, {})[sha256] = month
    late = "select source from published.sources where edition_id = :edition and arrival <> 'came'"
    return Rests(
        connection.execute(sa.text(_EDITION), edition).one().month,
        {name: row["definition_sha256"] for name, row in _by_measure(connection, edition_id).items()},
        deliveries,
        frozenset(connection.execute(sa.text(late), edition).scalars()),
    )


def _insert(connection: sa.Connection, table: str, edition_id: int, rows: Iterable[Mapping]) -> None:
    entries = [{"edition_id": edition_id, **row} for row in rows]
    if entries:
        columns = [sa.column(name) for name in entries[0]]
        connection.execute(sa.insert(sa.table(table, *columns, schema="published")), entries)


_EDITION = "select la_code, month from published.editions where edition_id = :edition"
# The newest edition of the last month before that has one.
_SINCE = """
    select edition_id from published.editions
    where la_code = :la and month < :month and edition_id < :edition
    order by month desc, edition_id desc limit 1
"""
_TOTALS = """
    select measure_id, month_start, numerator_count, denominator_count, value, symbol, lower_bound, upper_bound
    from published.figures
    where edition_id = :edition and breakdown = 'all'
"""
_FIRST = """
    select distinct on (f.measure_id, f.month_start) f.*
    from published.figures as f
    inner join published.editions as e on f.edition_id = e.edition_id
    where e.la_code = :la and f.breakdown = 'all' and f.symbol in ('', 'c') and f.edition_id <= :edition
    order by f.measure_id, f.month_start, f.edition_id
"""
