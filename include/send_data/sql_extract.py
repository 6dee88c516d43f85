"""Extracts of a system's tables: a whole table as CSV, put together from the last extract and what changed since.

Each extract is a full state, so that it is a delivery like any other: kept by its hash, the latest counts, and a past
month is built again from its bytes. What is read from the system is less: the rows whose change time is new. A change
time cannot show everything (rows are deleted, old ones corrected behind its back), so the first extract of a month
reads the whole table and says what the change times had missed; so does any whose number of rows does not add up.
An extract is held in memory: these are logs of some ten thousand rows.
"""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from send_data.connections import ConnectionFailedError
from send_data.contracts import Contract

# A row gets its change time when a transaction begins and shows when it ends; and clocks are put back in autumn.
OVERLAP = timedelta(days=1)


@dataclass(frozen=True)
class Extract:
    """The table as CSV, how many rows were read for it, and what a full reading found that change times had missed."""

    content: bytes
    rows: int
    rows_read: int
    is_reconciled: bool = False
    vanished: int = 0
    changed_unseen: int = 0


def stands_at(connection: sa.Connection, contracts: list[Contract]) -> datetime | None:
    """The newest change time of all tables of a system: the moment its extracts are as at. None when they are empty.

    A time without an offset is taken as UTC, here and in every comparison with it.
    """
    newest, failed = [], []
    for each in contracts:
        try:
            newest.append(_scalar(connection, each, sa.func.max(sa.column(each.file.changed))))
        except ConnectionFailedError as error:
            # Of its own feed alone, unless no table can be read.
            failed.append(error)
    if len(failed) == len(contracts):
        raise failed[0]
    return max((_aware(moment) for moment in newest if moment is not None), default=None)


def read(connection: sa.Connection, contract: Contract, last: tuple[bytes, datetime] | None, whole: bool) -> Extract:
    """The table of a contract now. `last` is the last extract and the moment it is as at; `whole` reads every row.

    Raises ConnectionFailedError, without a row's text, when the table cannot be read as the contract says.
    """
    known = _rows_of(last[0], contract) if last else None
    if known is None:
        rows = _select(connection, contract)
        return Extract(_csv(contract, rows), len(rows), len(rows))
    changed = _select(connection, contract, since=last[1] - OVERLAP)
    merged = known | changed
    if not whole and _scalar(connection, contract, sa.func.count()) == len(merged):
        return Extract(_csv(contract, merged), len(merged), len(changed))
    rows = _select(connection, contract)
    unseen = sum(merged.get(key) != row for key, row in rows.items())
    vanished = len(merged.keys() - rows.keys())
    return Extract(_csv(contract, rows), len(rows), len(rows), True, vanished, unseen)


def _select(connection, contract, since=None):
    """{key: row of text} of the table, or of what changed since a moment."""
    query = sa.select(*(sa.column(column.header) for column in contract.columns)).select_from(_table(contract))
    if since is not None:
        changed = sa.column(contract.file.changed)
        # The system's own kind of time: with an offset only if it has one.
        kind = _scalar(connection, contract, sa.func.max(changed))
        moment = since if kind is None or kind.tzinfo else since.astimezone(UTC).replace(tzinfo=None)
        query = query.where(changed >= moment)
    place = [column.header for column in contract.columns].index(contract.file.key)
    found = [tuple(map(_text, row)) for row in _executed(connection, contract, query)]
    rows = {row[place]: row for row in found}
    if len(rows) != len(found):
        raise ConnectionFailedError(
            f"connection {contract.file.connection}: {contract.file.key} is no key of {contract.file.table}"
            f" ({len(found) - len(rows)} rows repeat one)"
        )
    return rows


def _scalar(connection, contract, expression):
    (row,) = _executed(connection, contract, sa.select(expression).select_from(_table(contract)))
    return row[0]


def _executed(connection, contract, query):
    try:
        return connection.execute(query).all()
    except sa.exc.DBAPIError as error:
        why = type(error.orig).__name__
    # The other tables are read in a view of their own.
    connection.rollback()
    name, table = contract.file.connection, contract.file.table
    raise ConnectionFailedError(f"connection {name}: {table} cannot be read as the contract says ({why})")


def _table(contract):
    schema, _, table = contract.file.table.rpartition(".")
    return sa.table(table, schema=schema or None)


def _text(value):
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _aware(value).astimezone(UTC).isoformat(sep=" ", timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _aware(moment):
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _csv(contract, rows):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.header for column in contract.columns)
    writer.writerows(rows[key] for key in sorted(rows))
    return text.getvalue().encode(contract.file.encoding)


def _rows_of(content, contract):
    """{key: row} of an earlier extract; None when it has other columns than the contract has now."""
    header, *rows = csv.reader(io.StringIO(content.decode(contract.file.encoding), newline=""))
    if header != [column.header for column in contract.columns]:
        return None
    place = header.index(contract.file.key)
    return {row[place]: tuple(row) for row in rows}
