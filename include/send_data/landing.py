"""Landing: fetch what the services delivered, keep the bytes, load them as text, have them checked.

Three steps, each of which takes its work from the ledger (`ops.delivery`, `ops.load`) and can be run again at any time:
`fetch` keeps new files and enters them as `landed`; `load_new` fills `raw`; `check_new` has the gate accept or refuse.
A delivery that cannot be used is `refused` with its reason, and stops nothing else. Text for people (reasons, reports)
names the file, the rule, counts and the owner, never a value of a row.
"""

import hashlib
import io
import re
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath

import fsspec
import psycopg2
import sqlalchemy as sa

from send_data import connections, sql_extract, supplier_report, warehouse
from send_data import contracts as contracting
from send_data.contracts import Contract
from send_data.ledger import month_start
from send_data.readers import OpenFile, UnreadableFileError, read
from send_data.settings import settings

CHUNK_BYTES = 1 << 20
CHUNKS_WAITING = 3
# What COPY's text format would not take as it stands.
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
MONTH_PATTERN = "[0-9][0-9][0-9][0-9]-[0-9][0-9]"
# What a file is called while it is uploaded by those who rename it at the end (rsync, WinSCP, FileZilla and the like),
# and Excel's mark of a workbook that is open.
UNFINISHED = re.compile(r"^(\.|~\$)|\.(part|partial|filepart|tmp|crdownload)$", re.IGNORECASE)
Report = Callable[[str], None]


class LandingError(RuntimeError):
    """Something of the pipeline's own failed while landing; the others were landed all the same."""


class OtherMonthError(LandingError):
    """A system shows how it stands in another month than the one asked for, in which nobody has read it."""


@dataclass(frozen=True)
class Delivery:
    """One entry of the ledger."""

    delivery_id: int
    feed: str
    month: date
    file_name: str
    landed_path: str


@dataclass(frozen=True)
class Summary:
    """What one call of `land` did: numbers of deliveries, and the feeds that are late."""

    fetched: int
    loaded: int
    accepted: int
    refused: int
    late: tuple[str, ...]


def land(month: str | None, report: Report = print) -> Summary:
    """Fetch, load and check what has come for a month (YYYY-MM; None: for every month).

    Raises LandingError at the end when a feed could not be fetched: what could is landed all the same.
    """
    fetched, failed = _fetch(month, report)
    loaded = load_new(report)
    checked = _check_waiting(report)
    write_reports(report)
    late = late_feeds(month) if month else []
    for feed, owner in late:
        report(f"late: {feed} has not come for {month}; ask {owner}")
    _raise_failed(failed)
    accepted = _count_with(checked, "accepted")
    return Summary(fetched, loaded, accepted, len(checked) - accepted, tuple(feed for feed, _ in late))


def fetch(month: str | None = None, report: Report = print) -> int:
    """Keep every new file of a month (None: of every month found) and enter it; returns the number of new deliveries.

    A file that came before is a no-op. An empty file is entered as refused. A feed whose connection is not set up is
    told of and left. Raises LandingError at the end when a feed could not be fetched.
    """
    new, failed = _fetch(month, report)
    _raise_failed(failed)
    return new


def _fetch(month, report):
    """(number of new deliveries, {feed: why it failed})"""
    feeds = contracting.by_feed(prepare_sources())
    new, failed, not_fetched = 0, {}, {}
    with connections.opened() as places:
        for feed, sources in feeds.items():
            with _isolated(feed, failed, report), _told_by_connection(sources[0], not_fetched, report):
                new += _fetch_feed(sources, month, places, report)
    _write_not_fetched(not_fetched)
    return new, failed


def load_new(report: Report = print) -> int:
    """Load every delivery that is landed and not yet loaded, oldest first; returns how many went in."""
    loaded, failed = 0, {}
    for delivery in _waiting(loaded=False):
        with _isolated(delivery.feed, failed, report):
            loaded += load(delivery, report)
    _raise_failed(failed)
    return loaded


def check_new(report: Report = print) -> int:
    """Have the gate judge every delivery that is loaded and not yet judged; returns how many it judged.

    Then every delivery that was judged, or refused before, has its report written.
    """
    checked = _check_waiting(report)
    write_reports(report)
    return len(checked)


def _check_waiting(report):
    """Numbers of the deliveries that were judged."""
    waiting = _waiting(loaded=True)
    if not waiting:
        return []
    from send_data import gate

    checked, failed = [], {}
    for delivery in waiting:
        with _isolated(delivery.feed, failed, report):
            gate.check(delivery, _sources_of(delivery), report)
            checked.append(delivery.delivery_id)
    with _isolated("data docs", failed, report):
        gate.build_data_docs()
    _raise_failed(failed)
    return checked


def write_reports(report: Report = print) -> int:
    """Write each judged delivery's report where its supplier can fetch it; returns how many were written.

    The path is that of the delivery, under `reports/`, with the first digits of its hash. A place that takes no file
    is said and tried again next time: it is no reason to stop.
    """
    query = """
        select delivery_id, feed, month, file_name, sha256 from ops.delivery
        where la_code = :la and status <> 'landed' and not is_reported order by delivery_id
    """
    done = "update ops.delivery set is_reported = true where delivery_id = :id"
    with warehouse.engine().connect() as connection:
        waiting = connection.execute(sa.text(query), {"la": settings().la_code}).all()
    written, failed = 0, {}
    with connections.opened() as places:
        for row in waiting:
            with _isolated(row.feed, failed, report), _told_by_connection(_sources_of(row)[0], {}, report):
                _write_report(row, places)
                with warehouse.engine().begin() as connection:
                    connection.execute(sa.text(done), {"id": row.delivery_id})
                written += 1
    return written


def _write_report(delivery, places):
    """One report, where the file came from; that of an extract in the deliveries folder."""
    file = _sources_of(delivery)[0].file
    file_system, root = places.place(file.folder)
    name = re.sub(r"[^A-Za-z0-9._/-]+", "_", delivery.file_name).strip("_")
    path = f"{root}/reports/{name}-{delivery.sha256[:8]}.txt"
    file_system.makedirs(path.rpartition("/")[0], exist_ok=True)
    with file_system.open(path, "wb") as target:
        target.write(supplier_report.text(delivery.delivery_id).encode())


def load(delivery: Delivery, report: Report = print) -> bool:
    """Fill `raw` with the rows of one delivery in one transaction; False when the file cannot be read.

    Rows read are written to `ops.load` in the same transaction, so a crash leaves no half of it.
    """
    sources = _sources_of(delivery)
    try:
        with warehouse.engine().begin() as connection, ExitStack() as stack:
            lock_feed(connection, delivery.feed)
            if _is_loaded(connection, delivery):
                return False
            files = [stack.enter_context(_opened(name, path)) for name, path in _landed_files(delivery)]
            notes: list[str] = []
            counts = _copy(connection, delivery, sources, read(files, sources, settings().la_code, notes.append))
            _enter_loads(connection, delivery, counts, notes)
    except UnreadableFileError as error:
        refuse(delivery, f"{error}; ask {sources[0].owner}", report)
        return False
    except psycopg2.Error as error:
        # The server's own text may show the line it stumbled over.
        code = error.pgcode
    else:
        for note in notes:
            report(f"{delivery.file_name}: {note}")
        read_count = sum(counts.values())
        report(f"{delivery.file_name}: {read_count} rows of {len(counts)} tables loaded")
        return True
    raise LandingError(f"{delivery.file_name} could not be loaded (PostgreSQL error {code})")


def refuse(delivery: Delivery, reason: str, report: Report = print) -> None:
    """Write down that a delivery is not used, and why; the last good one stays in use."""
    with warehouse.engine().begin() as connection:
        set_status(connection, delivery.delivery_id, "refused", reason)
    report(f"refused: {reason}")


def set_status(connection: sa.Connection, delivery_id: int, status: str, reason: str | None = None) -> None:
    """Write down the judgement on a delivery."""
    connection.execute(
        sa.text("update ops.delivery set status = :status, reason = :reason where delivery_id = :id"),
        {"status": status, "reason": reason, "id": delivery_id},
    )


def lock_feed(connection: sa.Connection, feed: str) -> None:
    """Wait until no other process works on this feed; held to the end of the transaction."""
    connection.execute(sa.text("select pg_advisory_xact_lock(hashtextextended(:feed, 303))"), {"feed": feed})


def reopen(delivery_id: int) -> None:
    """Put a refused delivery back in the queue, from its kept bytes: for use after a contract was put right."""
    with warehouse.engine().begin() as connection:
        feed = connection.execute(
            sa.text("select feed from ops.delivery where delivery_id = :id and status = 'refused'"), {"id": delivery_id}
        ).scalar_one()
        for contract in contracting.by_feed(contracting.source_contracts())[feed]:
            for schema in ("raw", "quarantine"):
                connection.execute(
                    sa.text(f"delete from {schema}.{contract.source} where delivery_id = :id"), {"id": delivery_id}
                )
        for table in ("check", "load"):
            connection.execute(sa.text(f"delete from ops.{table} where delivery_id = :id"), {"id": delivery_id})
        set_status(connection, delivery_id, "landed")
        connection.execute(
            sa.text("update ops.delivery set is_reported = false where delivery_id = :id"), {"id": delivery_id}
        )


def late_feeds(month: str) -> list[tuple[str, str]]:
    """(feed, owner) of every feed that is due for the month and has no usable delivery for it."""
    feeds = contracting.by_feed(contracting.source_contracts())
    with warehouse.engine().connect() as connection:
        came = set(
            connection.execute(
                sa.text("select feed from ops.delivery where la_code = :la and month = :month and status <> 'refused'"),
                {"la": settings().la_code, "month": month_start(month)},
            ).scalars()
        )
    number = month_start(month).month
    return [
        (feed, sources[0].owner) for feed, sources in feeds.items() if number in sources[0].months and feed not in came
    ]


def sources(month: str | None = None) -> list[tuple]:
    """Per source and its newest delivery of a month (None: the newest month): (source, owner, month, received,
    state, rows read, loaded, quarantined, checks failed). A source that is due and did not come is `late`; of one
    that is not due, the newest delivery before the month is shown."""
    query = """
        with chosen as (
            select coalesce(cast(:month as date), max(month)) as month from ops.delivery where la_code = :la
        ), due as (
            select s.*, extract(month from c.month) = any(string_to_array(s.months, ',')::integer[]) as is_due
            from ops.source as s cross join chosen as c
        ), newest as (
            select d.*, row_number() over (partition by d.feed order by d.month desc, d.delivery_id desc) as place
            from ops.delivery as d cross join chosen as c
            inner join (
                select feed, bool_or(is_due) as is_due from due group by feed
            ) as s on d.feed = s.feed and (d.month = c.month or (not s.is_due and d.month < c.month))
            where d.la_code = :la
        ), failed as (
            select delivery_id, subject, count(*) as checks from ops.check where not passed group by 1, 2
        )
        select s.source, s.owner, to_char(coalesce(n.month, c.month), 'YYYY-MM'), n.received_at,
            coalesce(
                n.status || coalesce(': ' || n.reason, ''),
                case when s.is_due then 'late' else '' end
            ),
            l.rows_read, l.rows_loaded, l.rows_quarantined, coalesce(f.checks, 0)
        from due as s
        cross join chosen as c
        left join newest as n on s.feed = n.feed and n.place = 1
        left join ops.load as l on n.delivery_id = l.delivery_id and s.source = l.source
        left join failed as f on n.delivery_id = f.delivery_id and s.source = f.subject
        order by s.source
    """
    with warehouse.engine().connect() as connection:
        values = {"la": settings().la_code, "month": month_start(month) if month else None}
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def not_fetched() -> list[tuple[str, str, str]]:
    """(feed, why, owner) of every feed that the last run did not fetch."""
    query = "select distinct feed, not_fetched, owner from ops.source where not_fetched is not null order by feed"
    with warehouse.engine().connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def prepare_sources() -> dict[str, Contract]:
    """Bring `ops.source` and the tables of `raw` and `quarantine` in line with the contracts; returns these."""
    found = contracting.source_contracts()
    statement = """
        insert into ops.source
            (source, system, feed, title, owner, grain, coverage, every, months, by_day, contract_sha256)
        values (:source, :system, :feed, :title, :owner, :grain, :coverage, :every, :months, :by_day, :sha256)
        on conflict (source) do update set
            system = excluded.system, feed = excluded.feed, title = excluded.title, owner = excluded.owner,
            grain = excluded.grain, coverage = excluded.coverage, every = excluded.every, months = excluded.months,
            by_day = excluded.by_day, contract_sha256 = excluded.contract_sha256
        where source.contract_sha256 <> excluded.contract_sha256
    """
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text(statement), [_source_row(contract) for contract in found.values()])
        contracting.create_tables(connection, found)
    return found


def _source_row(contract):
    return {
        "source": contract.source, "system": contract.system, "feed": contract.feed, "title": contract.title,
        "owner": contract.owner, "grain": contract.grain, "coverage": contract.file.delivers, "every": contract.every,
        "months": ",".join(map(str, contract.months)), "by_day": contract.by_day, "sha256": contract.sha256,
    }  # fmt: skip


# --- fetching ---------------------------------------------------------------------------------------------------------


def _fetch_feed(sources, month, places, report):
    """Number of new deliveries of one feed."""
    if sources[0].file.table:
        try:
            return _enter_extract(sources[0], month, places, report)
        except connections.NotSetUpError:
            # Where nobody may read the system's tables, extracts of them may be sent as files.
            if not any(_groups(sources[0], each, places) for each in _months_to_fetch(sources[0], month, places)):
                raise
    new = 0
    for wanted in _months_to_fetch(sources[0], month, places):
        groups = _groups(sources[0], wanted, places)
        new += sum(_enter(sources, wanted, paths, places, report) for paths in groups)
        # Files that somebody has put there are what is meant; without any the API is asked.
        if sources[0].file.format == "ees_csv" and not groups:
            new += _enter_release(sources[0], wanted, report)
    return new


@contextmanager
def _told_by_connection(contract, not_fetched, report):
    """Whatever goes wrong with a feed that comes by a connection is told with the connection's name and the owner's."""
    name = contract.file.connection
    try:
        yield
    except (connections.NotSetUpError, OtherMonthError) as error:
        not_fetched[contract.feed] = str(error), False
        report(f"left out: {contract.feed}: {error}; ask {contract.owner}")
    except Exception as error:
        if name is None:
            raise
        known = isinstance(error, connections.ConnectionFailedError | LandingError)
        why = str(error) if known else f"connection {name} failed ({type(error).__name__})"
        not_fetched[contract.feed] = why, True
        raise LandingError(f"{why}; ask {contract.owner}") from None


def _write_not_fetched(reasons):
    """Write down what this run could not fetch and why, and that it could fetch the rest."""
    statement = "update ops.source set not_fetched = :why, fetch_failed = :failed where feed = :feed"
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("update ops.source set not_fetched = null, fetch_failed = false"))
        for feed, (why, failed) in reasons.items():
            connection.execute(sa.text(statement), {"why": why, "failed": failed, "feed": feed})


def _place_of(contract, places):
    """(file system, folder) where a feed's files lie; published figures may lie in a folder of their own."""
    national = settings().national_dir
    if contract.system == "dfe" and national is not None:
        file_system, root = fsspec.core.url_to_fs(str(national))
        return file_system, f"{root}/{PurePosixPath(contract.feed).name}"
    file_system, root = places.place(contract.file.folder)
    return file_system, f"{root}/{contract.feed}"


def _months_to_fetch(contract, month, places):
    """The month asked for; of a termly or yearly feed also those before it, which may have waited for nobody."""
    if month and contract.every in ("month", "release"):
        return [month]
    return [found for found in _months_of(contract, places) if not month or found <= month]


def _months_of(contract, places):
    """Months for which a dated feed has files; for a release the newest month of the deliveries folder."""
    if contract.is_dated:
        file_system, pattern = _place_of(contract, places)
        return _months_in(file_system.glob(pattern.replace("{month}", MONTH_PATTERN)), contract.feed)
    file_system, root = places.place(None)
    every = _months_in(file_system.glob(f"{root}/*/{MONTH_PATTERN}"), "*/{month}")
    return every[-1:]


def _months_in(paths, feed):
    depth = len(PurePosixPath(feed.split("{month}")[1].lstrip("/")).parts)
    return sorted({PurePosixPath(path).parts[-1 - depth] for path in paths})


def _groups(contract, month, places):
    """Lists of paths, each a delivery: every file alone, or together as the contract says."""
    file_system, pattern = _place_of(contract, places)
    groups = {}
    for path in sorted(file_system.glob(pattern.replace("{month}", month))):
        if not UNFINISHED.search(PurePosixPath(path).name):
            groups.setdefault(_set_of(contract, path) or path, []).append(path)
    return list(groups.values())


def _set_of(contract, path):
    """What the files share that make one delivery; None for a file that is one alone."""
    if not isinstance(contract.file.together, str):
        return contract.feed if contract.file.together else None
    match = re.match(contract.file.together, PurePosixPath(path).name)
    return match and str(PurePosixPath(path).with_name(match.group() + "*"))


def _enter(sources, month, paths, places, report):
    """Keep the bytes of a delivery and enter it in the ledger; 1 when it is new, 0 when it came before."""
    contract = sources[0]
    file_system, _ = _place_of(contract, places)
    kept = [(_name(contract, month, path), *keep(file_system, path)) for path in paths]
    set_name = _name(contract, month, _set_of(contract, paths[0]) or paths[0])
    name, sha256, size = kept[0] if len(kept) == 1 else _keep_listing(set_name, kept)
    empty = [file_name for file_name, _, size_of_file in kept if size_of_file == 0]
    reason = f"{empty[0]}: the file is empty (0 bytes); ask {contract.owner}" if empty else None
    entry = {
        "la": settings().la_code, "feed": contract.feed, "month": month_start(month), "name": name, "sha256": sha256,
        "bytes": size, "received": _received_at(contract, month, file_system, paths), "path": _landed_path(sha256),
        "status": "refused" if empty else "landed", "reason": reason,
    }  # fmt: skip
    new = _insert(entry, dated=contract.is_dated)
    if new:
        report(f"refused: {reason}" if empty else f"landed: {name} ({size} bytes)")
    return int(new)


def _enter_extract(contract, month, places, report):
    """Keep the state of a table and enter it; 1 when it is new.

    A system shows only how it stands now, which is for the month of its last change: for another month than that
    nothing is read (OtherMonthError unless it was read then).
    """
    database = places.database(contract.file.connection)
    stands_at = sql_extract.stands_at(database, _tables_of(contract.file.connection))
    if stands_at is None:
        raise LandingError(f"connection {contract.file.connection}: no table has a row")
    wanted = f"{stands_at:%Y-%m}"
    if month not in (None, wanted):
        if _last_extract(contract, only=month):
            return 0
        raise OtherMonthError(f"connection {contract.file.connection} stands in {wanted} and was not read in {month}")
    last = _last_extract(contract)
    kept = last and (_landed_bytes(last.landed_path), last.received_at)
    extract = sql_extract.read(database, contract, kept, whole=last is None or last.month != month_start(wanted))
    sha256, size = _keep_stream(io.BytesIO(extract.content))
    name = contract.feed.replace("{month}", wanted)
    entry = {
        "la": settings().la_code, "feed": contract.feed, "month": month_start(wanted), "name": name, "sha256": sha256,
        "bytes": size, "received": stands_at, "path": _landed_path(sha256), "status": "landed", "reason": None,
    }  # fmt: skip
    new = _insert(entry, dated=True, is_extract=True)
    if new:
        report(f"landed: {name} ({extract.rows} rows as at {stands_at:%Y-%m-%d %H:%M}, {extract.rows_read} read)")
    if extract.is_reconciled:
        report(f"reconciled: {name}: {extract.vanished} rows had vanished, {extract.changed_unseen} had changed unseen")
    return int(new)


def _tables_of(connection):
    """Every source that is a table of the system."""
    found = contracting.source_contracts().values()
    return [each for each in found if each.file.table and each.file.connection == connection]


def _last_extract(contract, only=None):
    """Month, moment and place of the last extract that was kept (of all months, or of one), or None."""
    query = """
        select month, received_at, landed_path from ops.delivery
        where la_code = :la and feed = :feed and is_extract and month = coalesce(cast(:only as date), month)
        order by month desc, delivery_id desc limit 1
    """
    with warehouse.engine().connect() as connection:
        values = {"la": settings().la_code, "feed": contract.feed, "only": only and month_start(only)}
        return connection.execute(sa.text(query), values).one_or_none()


def _landed_bytes(landed_path):
    with _opened("extract", landed_path) as file:
        return file.stream.read()


def _enter_release(contract, month, report):
    """Keep what DfE's API gives as published by the end of a month and enter it; 1 when it is new."""
    from send_data import ees_api

    connection = connections.find(contract.file.connection)
    try:
        release = ees_api.fetch(connection.url, settings().la_code, _day_after(month), report)
    except ees_api.EesError as error:
        text = f"connection {connection.name}: {error}"
    else:
        return _enter_files(contract, month, release, report) if release else 0
    raise LandingError(text)


def _enter_files(contract, month, release, report):
    """It is for the month for which it first came, like files of a release, and known from when DfE published it."""
    folder = PurePosixPath(contract.feed).parent
    kept = [(f"{folder}/{name}", *_keep_stream(io.BytesIO(content))) for name, content in release.files.items()]
    name, sha256, size = kept[0] if len(kept) == 1 else _keep_listing(_name(contract, month, contract.feed), kept)
    entry = {
        "la": settings().la_code, "feed": contract.feed, "month": month_start(month), "name": name, "sha256": sha256,
        "bytes": size, "received": release.published_at, "path": _landed_path(sha256), "status": "landed",
        "reason": None,
    }  # fmt: skip
    new = _insert(entry, dated=contract.is_dated)
    if new:
        report(f"landed: {name} ({size} bytes) as published by {release.published_at:%Y-%m-%d}")
    return int(new)


def _insert(entry, dated, is_extract=False):
    """True when the ledger did not know these bytes: of this month, or of any for a feed without months."""
    statement = """
        insert into ops.delivery
            (la_code, feed, month, file_name, sha256, bytes, received_at, landed_path, status, reason, is_extract)
        select :la, :feed, :month, :name, :sha256, :bytes, :received, :path, :status, :reason, :is_extract
        where :dated or not exists (
            select 1 from ops.delivery where la_code = :la and feed = :feed and sha256 = :sha256
        )
        on conflict (la_code, feed, month, sha256) do nothing
        returning delivery_id
    """
    with warehouse.engine().begin() as connection:
        lock_feed(connection, entry["feed"])
        return (
            connection.execute(sa.text(statement), {**entry, "dated": dated, "is_extract": is_extract}).scalar()
            is not None
        )


def keep(file_system, path: str) -> tuple[str, int]:
    """Copy a file into the landing under its hash, unless it is there; returns (sha256, bytes).

    Raises LandingError when the file changed while it was copied: somebody is still writing it.
    """
    before = _state_of(file_system, path)

    def check(size):
        if _state_of(file_system, path) != before or size != before[0]:
            raise LandingError(f"{PurePosixPath(path).name} is still being written: it is left for the next run")

    with file_system.open(path, "rb") as source:
        return _keep_stream(source, check)


def _state_of(file_system, path):
    return file_system.size(path), file_system.modified(path)


def _keep_stream(source, check=lambda size: None):
    """`check` is told the number of bytes before they are kept, and raises when they must not be."""
    landing, root = _landing()
    temporary = f"{root}/incoming-{uuid.uuid4().hex}"
    digest, size = hashlib.sha256(), 0
    with landing.open(temporary, "wb") as target:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    try:
        check(size)
    except LandingError:
        landing.rm_file(temporary)
        raise
    final = f"{root}/{_landed_path(digest.hexdigest())}"
    if landing.exists(final):
        landing.rm_file(temporary)
    else:
        landing.makedirs(str(PurePosixPath(final).parent), exist_ok=True)
        landing.mv(temporary, final)
    return digest.hexdigest(), size


def _keep_listing(name, kept):
    """Files that make one delivery are kept one by one; a listing of their hashes and names stands for them."""
    listing = "".join(f"{sha256} {file_name}\n" for file_name, sha256, _ in kept)
    sha256, _ = _keep_stream(io.BytesIO(listing.encode()))
    return f"{name} ({len(kept)} files)", sha256, sum(size for _, _, size in kept)


def _landing():
    landing, root = connections.folder(settings().landing_url)
    landing.makedirs(root, exist_ok=True)
    return landing, root


def _landed_path(sha256):
    return f"{sha256[:2]}/{sha256}"


def _name(contract, month, path):
    """The file's place under the deliveries folder, as people know it."""
    folder = PurePosixPath(contract.feed.replace("{month}", month)).parent
    return str(folder / PurePosixPath(path).name)


def _received_at(contract, month, file_system, paths):
    """When it came: the file's own time; the day after the month for files that belong to no month."""
    if not contract.is_dated:
        return _day_after(month)
    return max(file_system.modified(path) for path in paths)


def _day_after(month):
    """The first moment after a month."""
    after = (month_start(month) + timedelta(days=32)).replace(day=1)
    return datetime.combine(after, time(), UTC)


# --- loading ----------------------------------------------------------------------------------------------------------


class _Copier:
    """Writes rows to one raw table in chunks of COPY. `send` takes a statement and the bytes of a chunk."""

    def __init__(self, send, contract: Contract, delivery_id: int):
        columns = ", ".join(("delivery_id", "row_number", *contract.column_names))
        # No text of a reader is empty: what was not given stands there as nothing.
        self.statement = f"copy raw.{contract.source} ({columns}) from stdin with (format text, null '')"
        self.send, self.delivery_id, self.count = send, delivery_id, 0
        self.tabs = len(contract.columns) - 1
        self.lines, self.size = [], 0

    def add(self, row):
        self.count += 1
        line = "\t".join([text or "" for text in row])
        if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != self.tabs:
            line = "\t".join([(text or "").translate(ESCAPED) for text in row])
        self.lines.append(f"{self.delivery_id}\t{self.count}\t{line}\n")
        self.size += len(line)
        if self.size > CHUNK_BYTES:
            self.flush()

    def flush(self):
        self.send(self.statement, "".join(self.lines).encode())
        self.lines, self.size = [], 0


def _copy(connection, delivery, sources, rows):
    """Rows into their raw tables; {source: number of rows}, 0 for a table the file had none of.

    While the server takes one chunk in, the next is read; at most `CHUNKS_WAITING` wait in memory.
    """
    with connection.connection.cursor() as cursor, ThreadPoolExecutor(max_workers=1) as sender:
        waiting = deque()

        def send(statement, chunk):
            waiting.append(sender.submit(cursor.copy_expert, statement, io.BytesIO(chunk), CHUNK_BYTES))
            while len(waiting) > CHUNKS_WAITING:
                waiting.popleft().result()

        copiers = {contract.source: _Copier(send, contract, delivery.delivery_id) for contract in sources}
        for source, row in rows:
            copiers[source].add(row)
        for copier in copiers.values():
            copier.flush()
        for sent in waiting:
            sent.result()
    return {source: copier.count for source, copier in copiers.items()}


def _enter_loads(connection, delivery, counts, notes):
    statement = """
        insert into ops.load (delivery_id, source, rows_read, rows_loaded, rows_quarantined)
        values (:id, :source, :rows, :rows, 0)
    """
    rows = [{"id": delivery.delivery_id, "source": source, "rows": count} for source, count in counts.items()]
    connection.execute(sa.text(statement), rows)
    connection.execute(
        sa.text("update ops.delivery set notes = :notes where delivery_id = :id"),
        {"notes": "\n".join(notes) or None, "id": delivery.delivery_id},
    )
    # Whoever reads these rows next must not plan on the statistics of an empty table; a small sample shows enough.
    connection.exec_driver_sql("set local default_statistics_target = 10")
    for source in counts:
        connection.exec_driver_sql(f"analyze raw.{source}")


def _landed_files(delivery) -> Iterable[tuple[str, str]]:
    """(name, path in the landing) of the files of a delivery."""
    if not delivery.file_name.endswith(" files)"):
        return [(delivery.file_name, delivery.landed_path)]
    with _opened("listing", delivery.landed_path) as listing:
        entries = [line.split(" ", 1) for line in listing.stream.read().decode().splitlines()]
    return [(name, _landed_path(sha256)) for sha256, name in entries]


@contextmanager
def _opened(name, landed_path):
    landing, root = _landing()
    with landing.open(f"{root}/{landed_path}", "rb") as stream:
        yield OpenFile(name, stream)


# --- the ledger -------------------------------------------------------------------------------------------------------


def _waiting(loaded):
    """Deliveries that are landed and (not) loaded, oldest month first."""
    query = """
        select delivery_id, feed, month, file_name, landed_path from ops.delivery as d
        where la_code = :la and status = 'landed' and :loaded = exists (
            select 1 from ops.load as l where l.delivery_id = d.delivery_id
        )
        order by month, delivery_id
    """
    with warehouse.engine().connect() as connection:
        rows = connection.execute(sa.text(query), {"la": settings().la_code, "loaded": loaded}).all()
    return [Delivery(*row) for row in rows]


def _is_loaded(connection, delivery):
    query = "select exists (select 1 from ops.load where delivery_id = :id)"
    return connection.execute(sa.text(query), {"id": delivery.delivery_id}).scalar_one()


def _sources_of(delivery):
    return contracting.by_feed(contracting.source_contracts())[delivery.feed]


def _count_with(delivery_ids, status):
    query = "select count(*) from ops.delivery where status = :status and delivery_id = any(:ids)"
    with warehouse.engine().connect() as connection:
        return connection.execute(sa.text(query), {"status": status, "ids": delivery_ids}).scalar_one()


@contextmanager
def _isolated(feed, failed, report):
    """What goes wrong with one feed is kept for the end; its text is not, for it might show a row."""
    try:
        yield
    except Exception as error:
        known = isinstance(error, LandingError | UnreadableFileError | connections.ConnectionFailedError)
        told = str(error) if known else type(error).__name__
        failed[feed] = told
        report(f"failed: {feed}: {told}")


def _raise_failed(failed):
    if failed:
        raise LandingError("; ".join(f"{feed}: {told}" for feed, told in failed.items()))
