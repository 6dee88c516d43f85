"""Approval: a named person in a role that may do so says that a month's edition is what the Board reads."""

import sqlalchemy as sa
import yaml

from send_data import ledger, warehouse
from send_data.settings import settings


class ApprovalError(ValueError):
    """The edition cannot be approved so; the message says why and what to do."""


def roles() -> list[str]:
    """The roles that may approve (`include/telling/approvers.yml`)."""
    return yaml.safe_load((settings().telling_dir / "approvers.yml").read_text())


def approve(month: str, by: str) -> int:
    """Approve the newest edition of a month (`YYYY-MM`), `by` being "NAME, ROLE"; returns its number.

    When is said by the server. Raises ApprovalError when the role may not, there is no edition, or it is approved.
    """
    name, role = _person(by)
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": warehouse.WAREHOUSE_LOCK})
        newest = connection.execute(sa.text(_NEWEST), _place(month)).one_or_none()
        if newest is None:
            raise ApprovalError(f"there is no edition of {month}: `send paper {month}` freezes one")
        if newest.status == "approved":
            raise ApprovalError(f"edition {newest.edition_id} of {month} is approved already")
        approve_edition(connection, newest.edition_id, name, role)
    return newest.edition_id


def approve_edition(connection: sa.Connection, edition_id: int, name: str, role: str) -> None:
    """Enter an approval; the database refuses it for any edition that another has replaced."""
    statement = "insert into published.approvals (edition_id, approved_by, role) values (:edition, :name, :role)"
    connection.execute(sa.text(statement), {"edition": edition_id, "name": name, "role": role})


def _person(by: str) -> tuple[str, str]:
    """(name, role) of "NAME, ROLE"."""
    name, _, role = (part.strip() for part in by.partition(","))
    if not name or not role:
        raise ApprovalError('say who approves as "NAME, ROLE"')
    known = {one.casefold(): one for one in roles()}
    if role.casefold() not in known:
        raise ApprovalError(f"a {role} may not approve; those who may: {'; '.join(known.values())}")
    return name, known[role.casefold()]


def _place(month: str) -> dict:
    return {"la": settings().la_code, "month": ledger.month_start(month)}


_NEWEST = """
    select edition_id, status from published.editions
    where la_code = :la and month = :month
    order by edition_id desc limit 1
"""
