"""What is to be done, read from `ops`: a wake-up says only that something may have happened, the ledger says what."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from send_data import warehouse
from send_data.settings import ROOT, settings

# What a figure depends on besides the deliveries: everything here goes into the code version. Words and layout do not.
CODE = (
    "dbt_project/**/*.sql",
    "dbt_project/**/*.yml",
    "dbt_project/**/*.csv",
    "expectations/**/*.yml",
    "include/send_data/readers/*.py",
    "include/send_data/sql/*.sql",
    *(f"include/send_data/{module}.py" for module in ("build", "contracts", "gate", "identity", "landing", "linkage")),
    "include/send_data/linkage_model.json",
)


class LedgerError(ValueError):
    """The ledger cannot answer: the month is malformed, or nothing has been delivered for it."""


@dataclass(frozen=True)
class Build:
    """One build of the marts: for which month, as known at which moment, from which deliveries, by which code."""

    build_id: int
    month: date
    known_at: datetime
    code_version: str
    deliveries_sha256: str
    status: str


def month_start(month: str) -> date:
    """First day of a reporting month written `YYYY-MM`; LedgerError when it is not one."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise LedgerError(f"a month is written YYYY-MM, not {month!r}") from None


def code_version() -> str:
    """Twelve hexadecimal digits that change when a model, a contract or the code that lands and builds changes."""
    digest = hashlib.sha256()
    for path in sorted({p for pattern in CODE for p in ROOT.glob(pattern) if p.is_file()}):
        relative = path.relative_to(ROOT)
        if not {"target", "logs", "__pycache__"} & set(relative.parts):
            digest.update(str(relative).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def known_at_for(month: str) -> datetime:
    """The moment a month is known at unless somebody names another: when its last accepted delivery came."""
    query = """
        select max(received_at) from ops.delivery
        where la_code = :la and month <= :month and status = 'accepted'
    """
    latest = _scalar(query, month=month_start(month))
    if latest is None:
        raise LedgerError(f"no delivery has been accepted for {month} or before: run `send land {month}` first")
    return latest


def month_to_build() -> str | None:
    """The newest month with accepted deliveries, or None when its marts already stand on exactly those."""
    newest = _scalar("select max(month) from ops.delivery where la_code = :la and status = 'accepted'")
    if newest is None:
        return None
    month = newest.strftime("%Y-%m")
    return None if find_build(month) is not None else month


def month_to_publish() -> str | None:
    """The month of the live marts, or None when an edition of exactly that build stands."""
    query = """
        select b.month from ops.build as b
        where b.la_code = :la and b.status = 'live' and not exists (
            select 1 from published.editions as e
            where e.la_code = b.la_code and e.month = b.month and e.known_at = b.known_at
                and e.code_version = b.code_version and e.deliveries_sha256 = b.deliveries_sha256
        )
        order by b.month desc limit 1
    """
    month = _scalar(query)
    return month.strftime("%Y-%m") if month else None


def is_published(month: str) -> bool:
    """Whether an edition of the month stands that rests on the deliveries and the code as they are now."""
    query = """
        select exists (
            select 1 from published.editions
            where la_code = :la and month = :month and known_at = :known_at and code_version = :code
                and deliveries_sha256 = :deliveries
        )
    """
    return _scalar(query, **_inputs(month, None))


def deliveries_sha256(month: str, known_at: datetime) -> str:
    """One hash over every accepted delivery that a build of this month may rest on, and every decision on people."""
    query = """
        select coalesce(string_agg(feed || ' ' || month || ' ' || sha256, e'\\n' order by feed, month, sha256), '')
        from ops.delivery
        where la_code = :la and month <= :month and received_at <= :known_at and status = 'accepted'
    """
    listing = _scalar(query, month=month_start(month), known_at=known_at)
    decided = """
        select string_agg(concat_ws(' ', outcome, decided_by, decided_at at time zone 'UTC'), e'\\n'
            order by outcome, decided_by, decided_at)
        from identity.pair where la_code = :la and decided_at is not null
    """
    listing += _scalar(decided) or ""
    return hashlib.sha256(listing.encode()).hexdigest()


def open_build(month: str, known_at: datetime | None = None) -> Build:
    """Enter a build in the ledger, or find the same one again: same month, moment, deliveries and code."""
    statement = """
        insert into ops.build (la_code, month, known_at, code_version, deliveries_sha256, status)
        values (:la, :month, :known_at, :code, :deliveries, 'running')
        on conflict (la_code, month, known_at, code_version, deliveries_sha256)
        do update set status = case when build.status = 'failed' then 'running' else build.status end
        returning build_id, month, known_at, code_version, deliveries_sha256, status
    """
    with warehouse.engine().begin() as connection:
        return Build(*connection.execute(sa.text(statement), _inputs(month, known_at)).one())


def find_build(month: str, known_at: datetime | None = None) -> Build | None:
    """The finished build of a month as it stands now, or None when there is none."""
    query = """
        select build_id, month, known_at, code_version, deliveries_sha256, status from ops.build
        where la_code = :la and month = :month and known_at = :known_at and code_version = :code
            and deliveries_sha256 = :deliveries and status in ('live', 'past')
    """
    with warehouse.engine().connect() as connection:
        row = connection.execute(sa.text(query), _inputs(month, known_at)).one_or_none()
    return Build(*row) if row else None


def get_build(build_id: int) -> Build:
    """A build by its number."""
    query = """
        select build_id, month, known_at, code_version, deliveries_sha256, status from ops.build
        where build_id = :build
    """
    with warehouse.engine().connect() as connection:
        return Build(*connection.execute(sa.text(query), {"build": build_id}).one())


def set_status(connection: sa.Connection, build_id: int, status: str) -> None:
    """Write down how far a build has come."""
    connection.execute(
        sa.text("update ops.build set status = :status where build_id = :build"),
        {"status": status, "build": build_id},
    )


def _inputs(month: str, known_at: datetime | None) -> dict:
    """What makes a build the same build: authority, month, moment, code and deliveries."""
    known_at = known_at or known_at_for(month)
    return {
        "la": settings().la_code,
        "month": month_start(month),
        "known_at": known_at,
        "code": code_version(),
        "deliveries": deliveries_sha256(month, known_at),
    }


def _scalar(query: str, **values: object) -> object:
    with warehouse.engine().connect() as connection:
        return connection.execute(sa.text(query), {"la": settings().la_code, **values}).scalar()
