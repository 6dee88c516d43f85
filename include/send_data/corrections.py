"""What a correction corrects: why, in a person's words, and what it prints otherwise than the approved edition.

Figures are put side by side with the same care as revisions are (`history`).
"""

from typing import NamedTuple

import sqlalchemy as sa

from send_data import commentary, history

# What says of an edition how it came about; none of it is a figure or a word that the Board reads of the month.
HOW_IT_CAME = {
    "approvals", "checks", "corrected_figures", "corrections", "deliveries", "editions", "first_published",
    "held_counts", "revisions",
}  # fmt: skip


class CorrectionError(ValueError):
    """It is no correction as it stands; the message says what is wrong with it."""


class Correction(NamedTuple):
    """Why a month is corrected, in words that are printed; `what`: the measures meant, or none to take what differs."""

    because: str
    what: tuple[str, ...] = ()


def record(connection: sa.Connection, edition_id: int, corrects: int, correction: Correction) -> None:
    """Write `published.corrections` and `published.corrected_figures` of an edition whose rows stand already.

    Raises CorrectionError when nothing differs, or other measures than those named do: the caller's transaction ends.
    """
    parts = _parts(connection, corrects, edition_id)
    if not parts:
        raise CorrectionError(f"nothing that edition {corrects} prints would change: there is nothing to correct")
    measures = _measures(connection, corrects, edition_id)
    _check_what(set(measures), set(correction.what))
    values = {"edition": edition_id, "corrects": corrects, "because": _reason(connection, correction.because)}
    connection.execute(sa.text(_CORRECTION), values | {"parts": parts, "measures": measures})
    for row in history.between(connection, corrects, edition_id):
        connection.execute(sa.text(_FIGURE), {"edition_id": edition_id, **row})


def _reason(connection: sa.Connection, because: str) -> str:
    """The reason as it is printed. CorrectionError when it holds what no printed text may (commentary.check_text)."""

    def refuse(rule: str) -> None:
        raise CorrectionError(f"the reason is printed, and {rule}")

    text = " ".join(because.split())
    commentary.check_text(connection, text, refuse)
    return text


def _check_what(differ: set[str], named: set[str]) -> None:
    if named and differ - named:
        raise CorrectionError(f"these differ too: {', '.join(sorted(differ - named))}; name them or find out why")
    if named - differ:
        raise CorrectionError(f"these do not differ: {', '.join(sorted(named - differ))}")


def _parts(connection: sa.Connection, one: int, other: int) -> list[str]:
    """The tables of `published` that hold other rows for one edition than for the other."""
    tables = connection.execute(sa.text(_TABLES)).scalars()
    return [name for name in tables if name not in HOW_IT_CAME and _differ(connection, name, one, other)]


def _differ(connection: sa.Connection, table: str, one: int, other: int) -> bool:
    query = f"select exists ({_DIFFERENCE.format(table=table, columns='1')})"
    return connection.execute(sa.text(query), {"one": one, "other": other}).scalar_one()


def _measures(connection: sa.Connection, one: int, other: int) -> list[str]:
    """The measures whose figures or definition differ."""
    found: set[str] = set()
    for table in ("figures", "measures"):
        query = _DIFFERENCE.format(table=table, columns="distinct said ->> 'measure_id'")
        found |= set(connection.execute(sa.text(query), {"one": one, "other": other}).scalars())
    return sorted(found)


# Rows that only one of two editions has.
_DIFFERENCE = """
    select {columns} from (
        select to_jsonb(t) - 'edition_id' as said, min(edition_id) as edition
        from published.{table} as t where edition_id in (:one, :other)
        group by 1 having count(*) = 1
    ) as alone
"""
_TABLES = """
    select table_name from information_schema.columns
    where table_schema = 'published' and column_name = 'edition_id' order by table_name
"""
_CORRECTION = """
    insert into published.corrections (edition_id, corrects_edition_id, because, parts, measures)
    values (:edition, :corrects, :because, :parts, :measures)
"""
_FIGURE = """
    insert into published.corrected_figures
        (edition_id, measure_id, month_start, was_value, is_value, shown, reasons)
    values (:edition_id, :measure_id, :month_start, :was_value, :is_value, :shown, :reasons)
"""
