"""The casework system's database, as a supplier's system has it: tables with a change time, replaced month by month."""

import json
from pathlib import Path

import sqlalchemy as sa

# Every table has `changed_at` after its own columns.
PERSON = ("upn", "uln", "forename", "surname", "date_of_birth", "postcode")
# The two logs are views of the system's text fields.
LOGS = {
    "annual_review": (
        "case_id", "review_id", *PERSON, "school_urn", "year_group", "notice_sent_date", "meeting_date", "decision",
        "decision_sent_date", "amendment_notice_date", "final_plan_date", "phase_transfer_due_date",
        "phase_transfer_final_date", "adulthood_outcomes", "late_plan_recorded_date", "late_reason",
    ),
    "advice_request": (
        "advice_id", "case_id", "review_id", "upn", "nhs_number", "forename", "surname", "date_of_birth", "postcode",
        "advice_type", "purpose", "requested_date", "meeting_date", "received_date", "reg_8_2_exception", "late_reason",
        "late_plan",
    ),
}  # fmt: skip
TABLES = LOGS | {
    "amendment_notice": ("notice_id", "case_id", "review_id", *PERSON, "sent_date", "reply_date"),
    "checklist": (
        "checklist_id", "case_id", "review_id", *PERSON, "kind", "completed_date", "completed_by", "items", "items_met",
    ),
    "late_review_plan": (
        "late_plan_id", "case_id", "review_id", *PERSON, "recorded_date", "recorded_by", "new_meeting_date", "reason",
    ),
    "appeal": (
        "appeal_id", "case_id", *PERSON, "kind", "about", "registered_date", "outcome", "outcome_date", "conceded",
    ),
    "allocation": ("allocation_id", *PERSON, "team", "allocated_from_date", "allocated_to_date"),
}  # fmt: skip


def state_path(month: str) -> str:
    """Where the state of a month ('YYYY-MM') lies among the deliveries: in no contract's folder."""
    return f".systems/casework/{month}.json"


def state_bytes(tables: dict[str, list[list]]) -> bytes:
    """A state as a file: {table: rows}, each row in the order of its columns and then the change time."""
    return json.dumps(tables, indent=0).encode()


def move_to(url: sa.URL, state: Path) -> None:
    """Bring the database (made on the first call) to a state, all in one moment; never back to an earlier one."""
    tables = json.loads(state.read_text())
    newest = max((row[-1] for rows in tables.values() for row in rows), default="")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        stood_at = max(_create(connection, name) for name in TABLES)
        if stood_at <= newest:
            for name in TABLES:
                _replace(connection, name, tables[name])
    engine.dispose()


def _create(connection, name):
    """Make a table unless it is there; returns its newest change time, or nothing."""
    kinds = ", ".join(f"{column} {kind_of(name, column)}" for column in (*TABLES[name], "changed_at"))
    connection.exec_driver_sql(f"create table if not exists {name} ({kinds})")
    return connection.exec_driver_sql(f"select coalesce(cast(max(changed_at) as text), '') from {name}").scalar_one()


def _replace(connection, name, rows):
    columns = (*TABLES[name], "changed_at")
    connection.exec_driver_sql(f"delete from {name}")
    if rows:
        table = sa.table(name, *map(sa.column, columns))
        connection.execute(sa.insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


def kind_of(table: str, column: str) -> str:
    """The type of a column in the system."""
    if column == "changed_at":
        return "timestamp not null"
    if table in LOGS:
        return "text"
    if column.startswith("items"):
        return "integer"
    return "date" if "date" in column.split("_") else "text"
