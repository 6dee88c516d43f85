"""What a supplier is told of a delivery: what was received, what was refused and why, and what to do.

Written from the ledger alone (`ops.delivery`, `ops.load`, `ops.check`): counts, rules, places of rows, never a value.
"""

import sqlalchemy as sa

from send_data import contracts, warehouse

DONE = {"quarantine": "set aside", "stop": "and the delivery refused", "warn": "used all the same"}
DELIVERY = """
    select d.*, to_char(d.month, 'YYYY-MM') as month_name,
        to_char(d.received_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as received
    from ops.delivery as d where delivery_id = :id
"""
LOADS = "select * from ops.load where delivery_id = :id order by source"
CHECKS = "select * from ops.check where delivery_id = :id and not passed order by subject, rule_number"


def text(delivery_id: int) -> str:
    """The report on one judged delivery, as plain text."""
    with warehouse.engine().connect() as connection:
        delivery, *_ = _rows(connection, DELIVERY, delivery_id)
        loads, checks = _rows(connection, LOADS, delivery_id), _rows(connection, CHECKS, delivery_id)
    sources = contracts.by_feed(contracts.source_contracts())[delivery.feed]
    lines = [*_head(delivery, sources), ""]
    for load in loads:
        contract = next(c for c in sources if c.source == load.source)
        lines += [*_of_table(contract, load, [c for c in checks if c.subject == load.source]), ""]
    if delivery.notes:
        lines += ["Also noticed:", *(f"  - {note}" for note in delivery.notes.splitlines()), ""]
    return "\n".join([*lines, *_what_to_do(delivery, loads, checks), ""])


def _head(delivery, sources):
    verdict = "ACCEPTED" if delivery.status == "accepted" else f"REFUSED: {delivery.reason}"
    owners = ", ".join(sorted({contract.owner for contract in sources}))
    return [
        f"Report on {delivery.file_name}, delivered for {delivery.month_name}",
        f"Received {delivery.received} UTC, {_number(delivery.bytes)} bytes, sha256 {delivery.sha256}",
        f"For: {owners}",
        "",
        verdict,
    ]


def _of_table(contract, load, checks):
    """Lines on one table: how many rows, what they broke, how they differ from those sent before."""
    lines = [
        f"{contract.title} ({contract.source})",
        f"  {_count(load.rows_read, 'row')} read, {_number(load.rows_loaded)} used,"
        f" {_number(load.rows_quarantined)} set aside",
    ]
    for check in checks:
        lines.append(f"  - {check.because}: {_count(check.unexpected_count, 'row')} {DONE[check.on_failure]}")
        if check.row_numbers:
            more = check.unexpected_count - len(check.row_numbers)
            places = ", ".join(map(str, check.row_numbers))
            lines.append(f"    rows {places}" + (f" and {_number(more)} more" if more > 0 else ""))
    if load.rows_added is not None:
        lines.append(
            f"  Against what was sent before for this month: {_count(load.rows_added, 'row')} new or changed,"
            f" {_number(load.rows_removed)} gone or changed"
        )
    return lines


def _what_to_do(delivery, loads, checks):
    if delivery.status == "refused":
        return [
            "What to do: put this right and send the whole delivery again. Until then the last good one stays in use."
        ]
    if not checks:
        return ["What to do: nothing."]
    return [
        "What to do: put the rows right in your system and send the whole delivery again; it takes this one's place.",
        "Rows are counted from 1 in the order of the delivery, without the header; blank rows are not counted.",
    ]


def _count(number, noun):
    return f"{_number(number)} {noun if number == 1 else noun + 's'}"


def _number(value):
    return f"{value:,}"


def _rows(connection, query, delivery_id):
    return connection.execute(sa.text(query), {"id": delivery_id}).all()
