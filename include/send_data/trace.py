"""From a published figure back to what it is made of; and where one child's records are, never what they say.

Both answer in sections of lines for people. Counts, hashes, names of files and owners alone: no value of a child.
"""

import json
import os
import pwd
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from send_data import build as builds
from send_data import ledger, lineage, sentences, warehouse
from send_data.sentences import Figure
from send_data.settings import settings

# Row numbers of one child in one delivery that are listed; a child has few, and a list is to be read.
MOST_ROWS = 20


class TraceError(LookupError):
    """There is nothing to trace; the message says what is missing."""


class Section(NamedTuple):
    """A heading and its lines."""

    title: str
    lines: list[str]


def figure(measure_id: str, month: str, edition_id: int | None = None) -> list[Section]:
    """How the figure of a measure for a month (`YYYY-MM`) came about, from the edition that printed it back to files.

    Without `edition_id` the newest edition that prints it is traced. TraceError when none does.
    """
    place = {"la": settings().la_code, "measure": measure_id, "month": ledger.month_start(month)}
    with warehouse.engine().connect() as connection:
        printed = _all(connection, _PRINTED, place)
        chosen = next((row for row in printed if edition_id in (None, row["edition_id"])), None)
        if chosen is None:
            raise TraceError(f"no edition prints {measure_id} for {month}; `send paper` freezes one")
        build = connection.execute(sa.text(_BUILD), chosen).mappings().one_or_none()
        deliveries = _all(connection, _DELIVERIES, chosen)
        return [
            _measure(chosen),
            Section("printed by", [_edition_line(row) for row in printed]),
            _mart_row(connection, chosen, build),
            *_made_of(connection, measure_id, build),
            _mart_checks(connection, build),
            Section("rests on", [_delivery_line(row) for row in deliveries]),
            _owners(connection, chosen),
        ]


def person(person_key: str, reason: str) -> list[Section]:
    """Where a child's records are, and which measures count the child in the reporting month of the last build.

    The question is written into `ops.trace_log` before it is answered. TraceError when no such key is known.
    """
    key = _key(person_key)
    _log(key, reason)
    with warehouse.engine().connect() as connection:
        kept = connection.execute(sa.text(_GAVE_WAY), {"key": key}).scalar()
        if kept is not None:
            raise TraceError(f"{key} gave way to {kept}: trace that one")
        records = _all(connection, _RECORDS, {"key": key, "la": settings().la_code})
        if not records:
            raise TraceError(f"no record belongs to {key}")
        month = connection.execute(sa.text(_REPORTED)).scalar_one()
        named = Section("rows that name the child", [_record_line(row) for row in records])
        return [named, *_counted(connection, key, month)]


def _measure(chosen: Mapping) -> Section:
    told = [chosen["title"], f"counted: {chosen['numerator']}"]
    told += [f"out of: {chosen['denominator']}"] if chosen["denominator"] else []
    return Section(f"{chosen['measure_id']}, {chosen['month_start']:%Y-%m}",
                   [*told, f"definition {_short(chosen['definition_sha256'])}"])  # fmt: skip


def _edition_line(row: Mapping) -> str:
    """The figure as that edition printed it, after disclosure control."""
    shown = Figure(**{name: row[name] for name in _SHOWN}, numerator=row["numerator_count"],
                   denominator=row["denominator_count"])  # fmt: skip
    text, counts = sentences.figure_text(row, shown), sentences.counts_text(row, shown)
    said = f"{text} ({counts})" if counts and counts != text else text
    replaces = f", replaces edition {row['supersedes']}" if row["supersedes"] else ""
    return (
        f"edition {row['edition_id']} of {row['edition_month']:%Y-%m}, known at {row['known_at']:%Y-%m-%d %H:%M}, "
        f"{row['status']}{replaces}: {said}"
    )


def _mart_row(connection: sa.Connection, chosen: Mapping, build: Mapping | None) -> Section:
    """The row of fct_measures behind the figure; its numbers only where they were published as they are."""
    if build is None or build["status"] not in ("live", "past"):
        known_at = chosen["known_at"].isoformat()
        again = f"send build --month {chosen['edition_month']:%Y-%m} --known-at {known_at}"
        return Section("marts", [f"its build stands nowhere now; make it again with `{again}`"])
    schema = builds.schema_of(ledger.get_build(build["build_id"]))
    query = f"""
        select breakdown, numerator_count, denominator_count, value from {schema}.fct_measures
        where la_code = :la_code and measure_id = :measure_id and month_start = :month_start
    """
    found = _all(connection, query, chosen)
    total = next((row for row in found if row["breakdown"] == "all"), None)
    if total is None:
        told = "no row"
    elif chosen["symbol"]:
        told = "a row that may not be shown here"
    else:
        told = ", ".join(f"{name} {total[name].normalize():f}" for name in _NUMBERS if total[name] is not None)
    others = len(found) - (total is not None)
    told = f"{schema}.fct_measures: {told}; {others} rows of breakdowns beside it"
    return Section("marts", [told, f"build {build['build_id']}, code {build['code_version']}, {build['status']}"])


def _made_of(connection: sa.Connection, measure_id: str, build: Mapping | None) -> list[Section]:
    """The models and seeds above the measure, with the result of each in that build, and the tests on them."""
    manifest = _manifest()
    nodes = [n for n in lineage.ancestors(manifest, lineage.measure_node(measure_id)) if n in manifest["nodes"]]
    number = {"build": build["build_id"] if build else None}
    kept = _all(connection, "select * from ops.model_result where build_id = :build", number)
    results = {row["node_id"]: row for row in kept}
    tests = [
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and set(node["depends_on"]["nodes"]) & set(nodes) and name in results
    ]
    passed = sum(results[name]["status"] == "pass" for name in tests)
    broken = [f"{name.split('.')[2]}: {results[name]['status']}" for name in tests if results[name]["status"] != "pass"]
    return [
        Section("made of", [_node_line(name, results.get(name)) for name in nodes]),
        Section("dbt tests", [f"{passed} of {len(tests)} on these passed", *broken]),
    ]


def _node_line(name: str, result: Mapping | None) -> str:
    kind, _, model = name.split(".", 2)
    if result is None:
        return f"{kind} {model}: no result was kept"
    rows = "" if result["rows_affected"] is None else f", {result['rows_affected']:,} rows"
    return f"{kind} {model}: {result['status']}{rows}"


def _mart_checks(connection: sa.Connection, build: Mapping | None) -> Section:
    query = """
        select subject, because, passed from ops.check
        where build_id = :build and subject in ('fct_measures', 'dim_measures')
        order by subject, rule_number
    """
    checks = _all(connection, query, {"build": build["build_id"] if build else None})
    broken = [f"broken: {row['subject']}: {row['because']}" for row in checks if not row["passed"]]
    return Section("checks on the marts", [f"{len(checks) - len(broken)} of {len(checks)} passed", *broken])


def _delivery_line(row: Mapping) -> str:
    """One delivery: which file, by which hash, its rows accounted for, its rules."""
    rules = f"{row['rule_count'] - row['broken_count']} of {row['rule_count']} rules met"
    return (
        f"{row['source']} for {row['month']:%Y-%m}: {row['file_name']}, sha256 {_short(row['sha256'])}, "
        f"came {row['received_at']:%Y-%m-%d %H:%M}; {row['rows_read']:,} rows read = {row['rows_loaded']:,} loaded + "
        f"{row['rows_quarantined']:,} set aside; {rules}"
    )


def _owners(connection: sa.Connection, chosen: Mapping) -> Section:
    query = "select source, owner from ops.source where source = any(:sources) order by source"
    by_owner: dict[str, list[str]] = {}
    for row in _all(connection, query, chosen):
        by_owner.setdefault(row["owner"], []).append(row["source"])
    of_sources = [f"{owner}: {', '.join(sources)}" for owner, sources in by_owner.items()]
    return Section("ask", [f"{chosen['owner']}; checked by {chosen['checker']}", *of_sources])


def _record_line(row: Mapping) -> str:
    listed = ", ".join(str(number) for number in row["row_numbers"][:MOST_ROWS])
    more = len(row["row_numbers"]) - MOST_ROWS
    state = "in use" if row["is_in_use"] else "no longer in use"
    word = "row" if len(row["row_numbers"]) == 1 else "rows"
    return (
        f"{row['source']} for {row['month']:%Y-%m}, delivery {row['delivery_id']} ({row['file_name']}), {state}: "
        f"{word} {listed}{f' and {more} more' if more > 0 else ''}"
    )


def _counted(connection: sa.Connection, key: uuid.UUID, month: date) -> list[Section]:
    """Every measure, by what it has of the child in the month; never an amount or the value of a breakdown."""
    found: dict[str, list[str]] = {state: [] for state in _WHY}
    columns, nodes = _columns(connection), _manifest()["nodes"]
    for measure_id in builds.measure_ids():
        of_measure = columns.get(measure_id, set())
        if not of_measure:
            state = "unbuilt"
        elif "person_key" not in of_measure:
            state = "keyless"
        else:
            state = _standing(connection, measure_id, "is_counted" in of_measure, key, month)
        words = nodes[lineage.measure_node(measure_id)]["config"]["meta"]["measure"]
        found[state].append(_measure_line(measure_id, words, state))
    return [
        Section(f"{_WHY[state]} {month:%Y-%m}" if state in _OF_THE_MONTH else _WHY[state], lines)
        for state, lines in found.items()
        if lines
    ]


def _measure_line(measure_id: str, words: Mapping, state: str) -> str:
    """The measure, with the words of its definition that the child does not meet."""
    if state == "flag":
        return f"{measure_id}: {words['numerator']}"
    if state in ("month", "never"):
        return f"{measure_id}: {words.get('denominator') or words['numerator']}"
    return measure_id


def _standing(connection: sa.Connection, measure_id: str, has_flag: bool, key: uuid.UUID, month: date) -> str:
    flag = "bool_or(is_counted) filter (where month_start = :month)" if has_flag else "true"
    query = f"""
        select count(*) as ever, count(*) filter (where month_start = :month) as of_month, {flag} as is_counted
        from measures.{measure_id} where person_key = :key
    """
    row = connection.execute(sa.text(query), {"key": key, "month": month}).mappings().one()
    if not row["of_month"]:
        return "month" if row["ever"] else "never"
    return "counted" if row["is_counted"] else "flag"


def _columns(connection: sa.Connection) -> dict[str, set[str]]:
    query = """
        select table_name, column_name from information_schema.columns
        where table_schema = 'measures' order by table_name, column_name
    """
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(sa.text(query)):
        columns.setdefault(table, set()).add(column)
    return columns


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise TraceError("a person's key is written as `send people review` shows it") from None


def _log(key: uuid.UUID, reason: str) -> None:
    """Who asked after whom, and why; kept whether or not there is an answer. The server says when (0016)."""
    if not reason.strip():
        raise TraceError("say why the child is traced: --reason")
    values = {"key": key, "reason": reason.strip(), "user": pwd.getpwuid(os.getuid()).pw_name}
    with warehouse.engine().begin() as connection:
        connection.execute(
            sa.text("insert into ops.trace_log (person_key, reason, os_user) values (:key, :reason, :user)"), values
        )


def _manifest() -> dict:
    return json.loads((builds.target_dir() / "manifest.json").read_text())


def _short(sha256: str | None) -> str:
    return sha256[:12] if sha256 else "not kept"


def _all(connection: sa.Connection, query: str, values: Mapping) -> list[dict]:
    return [dict(row) for row in connection.execute(sa.text(query), dict(values)).mappings()]


def text(sections: Iterable[Section]) -> str:
    """Sections as they are printed."""
    return "\n\n".join("\n".join([s.title, *(f"  {line}" for line in s.lines)]) for s in sections)


_NUMBERS = ("numerator_count", "denominator_count", "value")
_SHOWN = ("month_start", "value", "symbol", "lower_bound", "upper_bound", "lower_value", "upper_value", "as_of_month")
_OF_THE_MONTH = ("counted", "flag", "month")
_WHY = {
    "counted": "counted in",
    "flag": "looked at and not counted, as they do not meet what is counted, in",
    "month": "not among those looked at, though in another month, in",
    "never": "not among those looked at in any month of the history",
    "keyless": "cannot be said, as their rows are not children",
    "unbuilt": "cannot be said, as they were not built",
}
_PRINTED = """
    select f.edition_id, f.la_code, f.measure_id, f.month_start, f.numerator_count, f.denominator_count, f.value,
        f.symbol, f.lower_bound, f.upper_bound, f.lower_value, f.upper_value, f.as_of_month,
        m.title, m.numerator, m.denominator, m.kind, m.unit, m.decimals, m.counted_in, m.owner, m.checker, m.sources,
        m.definition_sha256,
        e.month as edition_month, e.known_at, e.status, e.supersedes, e.code_version, e.deliveries_sha256
    from published.figures as f
    inner join published.editions as e on f.edition_id = e.edition_id
    inner join published.measures as m on f.edition_id = m.edition_id and f.measure_id = m.measure_id
    where f.la_code = :la and f.measure_id = :measure and f.month_start = :month and f.breakdown = 'all'
    order by f.edition_id desc
"""
_BUILD = """
    select build_id, code_version, status from ops.build
    where la_code = :la_code and month = :edition_month and known_at = :known_at and code_version = :code_version
        and deliveries_sha256 = :deliveries_sha256
"""
_DELIVERIES = """
    select p.source, d.month, d.file_name, d.sha256, d.received_at, l.rows_read, l.rows_loaded, l.rows_quarantined,
        count(c.check_id) as rule_count, count(c.check_id) filter (where not c.passed) as broken_count
    from published.deliveries as p
    inner join ops.delivery as d on p.delivery_id = d.delivery_id
    inner join ops.load as l on p.delivery_id = l.delivery_id and p.source = l.source
    left join ops.check as c on p.delivery_id = c.delivery_id and p.source = c.subject
    where p.edition_id = :edition_id and p.source = any(:sources)
    group by p.source, d.delivery_id, l.delivery_id, l.source
    order by p.source, d.month, d.delivery_id
"""
_RECORDS = """
    select r.source, r.delivery_id, d.month, d.file_name, u.delivery_id is not null as is_in_use,
        array_agg(r.row_number order by r.row_number) as row_numbers
    from identity.source_record as r
    inner join ops.delivery as d on r.delivery_id = d.delivery_id
    left join staging.stg_ops__deliveries_in_use as u on r.delivery_id = u.delivery_id and r.source = u.source
    where r.person_key = :key and d.la_code = :la
    group by r.source, r.delivery_id, d.delivery_id, u.delivery_id
    order by r.source, d.month, r.delivery_id
"""
_REPORTED = "select month_start from intermediate.int_months where is_reporting_month"
_GAVE_WAY = """
    select one_key from identity.pair
    where other_key = :key and outcome in ('linked', 'same')
        and not exists (select 1 from identity.person where person_key = :key)
"""
