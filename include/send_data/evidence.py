"""Success is recomputed from evidence, whatever colour a task has: the last task of each DAG calls this.

Each function returns a list of sentences, one for each thing that is missing or wrong; an empty list is the proof.
"""

import json

import sqlalchemy as sa

from send_data import build, gate, ledger, lists, outbox, outputs, warehouse
from send_data.settings import settings

# Every accepted delivery has a load for each table of its feed, and a check result for each of these loads.
_LANDING = """
    select 'delivery ' || d.delivery_id || ' (' || d.feed || ', ' || to_char(d.month, 'YYYY-MM') || '): '
        || s.source || case when l.source is null then ' was never loaded' else ' was never checked' end
    from ops.delivery as d
    inner join ops.source as s on d.feed = s.feed
    left join ops.load as l on d.delivery_id = l.delivery_id and s.source = l.source
    where d.la_code = :la and d.status = 'accepted' and (
        l.source is null or not exists (
            select 1 from ops.check as c where c.delivery_id = d.delivery_id and c.subject = s.source
        )
    )
    union all
    select 'delivery ' || delivery_id || ' (' || feed || ', ' || to_char(month, 'YYYY-MM') || ') waits unchecked'
    from ops.delivery where la_code = :la and status = 'landed'
    union all
    select 'delivery ' || delivery_id || ' (' || feed || ') was refused without a reason'
    from ops.delivery where la_code = :la and status = 'refused' and coalesce(reason, '') = ''
    union all
    select distinct feed || ' was not fetched: ' || not_fetched || '; ask ' || owner
    from ops.source where fetch_failed
    order by 1
"""

# Who is owed a list, and how many learners are to be on one.
_OWED = """
    select distinct coalesce(p.urn, p.ukprn) from intermediate.int_plan_months as p
    inner join intermediate.int_months as m on p.month_start = m.month_start and m.is_reporting_month
    where p.la_code = :la and coalesce(p.urn, p.ukprn) is not null
"""
_LEARNERS = """
    select count(distinct person_key) from intermediate.int_reviews_to_list
    where la_code = :la and replace(academic_year, '/', '-') || '-' || term = :term
"""

_LEFT_OUT = """
    select distinct measure_id from {schema}.fct_measures where breakdown = 'all'
    except
    select measure_id from published.figures where edition_id = :e and breakdown = 'all'
    order by 1
"""


class EvidenceError(RuntimeError):
    """What was said to be done is not proved; the message lists what is missing."""


def missing_from_landing() -> list[str]:
    """What speaks against "every delivery is accounted for": rows lost, tables unloaded, checks without a result."""
    with warehouse.engine().connect() as connection:
        gaps = list(connection.execute(sa.text(_LANDING), {"la": settings().la_code}).scalars())
        return gaps + _unbalanced_loads(connection)


def missing_from_build(build_id: int) -> list[str]:
    """What speaks against a build: dbt nodes without a passing result, and mart checks missing or failed."""
    with warehouse.engine().connect() as connection:
        results = dict(
            connection.execute(
                sa.text("select node_id, status from ops.model_result where build_id = :b"), {"b": build_id}
            ).all()
        )
        checks = connection.execute(
            sa.text("select * from ops.check where build_id = :b order by subject, rule_number"), {"b": build_id}
        ).all()
    missing = [f"{node} has no passing result" for node in expected_nodes() if results.get(node) not in build.PASSING]
    judged = {(c.subject, c.because) for c in checks}
    missing += [
        f"{table}: nobody checked whether {rule.because}"
        for table, (_, rules) in gate.mart_expectations().items()
        for rule in rules
        if (table, rule.because) not in judged
    ]
    return missing + [
        f"{c.subject}: {c.because} ({c.unexpected_count} rows)"
        for c in checks
        if not c.passed and c.on_failure != "warn"
    ]


def missing_from_edition(edition_id: int) -> list[str]:
    """What speaks against an edition: no such edition, a figure of the marts left out, a document that is not there."""
    query = "select to_char(month, 'YYYY-MM') as month, known_at from published.editions where edition_id = :e"
    with warehouse.engine().connect() as connection:
        edition = connection.execute(sa.text(query), {"e": edition_id}).one_or_none()
        if edition is None:
            return [f"edition {edition_id} does not exist"]
        made_of = ledger.find_build(edition.month, edition.known_at)
        if made_of is None:
            return [f"edition {edition_id} rests on no finished build"]
        left_out = connection.execute(
            sa.text(_LEFT_OUT.format(schema=build.schema_of(made_of))), {"e": edition_id}
        ).scalars()
        gaps = [f"{measure} has figures in the marts and none in the edition" for measure in left_out]
    return gaps + [f"{name} was not written" for name in outputs.missing(edition.month)]


def missing_from_lists(term_id: str) -> list[str]:
    """What speaks against "every setting has its list": a setting, learner or file missing, a file not as logged."""
    lines = lists.written(term_id)
    with warehouse.engine().connect() as connection:
        values = {"la": settings().la_code, "term": term_id}
        owed = set(connection.execute(sa.text(_OWED), values).scalars()) | {lists.SEN_TEAM}
        learners = connection.execute(sa.text(_LEARNERS), values).scalar_one()
    gaps = [f"{setting} has no list" for setting in sorted(owed - {line.setting for line in lines})]
    gaps += _unlike_the_log({f"{lists.FOLDER}/{term_id}/{line.file_name}": line.sha256 for line in lines})
    count = sum(line.row_count for line in lines)
    gaps += [f"{count} learners are listed, {learners} are to be listed"] if count != learners else []
    return gaps + [f"{line.file_name} was not sent" for line in lines if outbox.may_send() and not line.is_sent]


def _unlike_the_log(logged: dict[str, str]) -> list[str]:
    """Files of the outbox against {path: SHA-256}: their bytes are read again, not believed."""
    stands = outbox.listing(lists.FOLDER)
    changed = [path for path in sorted(logged) if stands.get(path) != logged[path]]
    strange = sorted(set(stands) - set(logged))
    return [
        *(f"{path} is not the file that was written" for path in changed),
        *(f"{path} stands in the outbox and nobody wrote it" for path in strange),
    ]


def expected_nodes() -> list[str]:
    """Every node the project says must run, from dbt's manifest: seeds, models and data tests."""
    manifest = json.loads((build.target_dir() / "manifest.json").read_text())
    return sorted(
        node_id
        for node_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed", "test") and node["config"]["enabled"]
        and node["config"].get("materialized") != "ephemeral"
    )  # fmt: skip


def require(missing: list[str], of_what: str) -> None:
    """Raise EvidenceError when anything is missing."""
    if missing:
        raise EvidenceError(f"{of_what} is not proved, {len(missing)} gaps:\n  - " + "\n  - ".join(missing[:20]))


def _unbalanced_loads(connection: sa.Connection) -> list[str]:
    """Loads whose tables do not hold the rows the ledger says: counted again, not believed."""
    loads = connection.execute(
        sa.text(
            "select l.delivery_id, l.source, l.rows_loaded, l.rows_quarantined from ops.load as l "
            "inner join ops.delivery as d on l.delivery_id = d.delivery_id "
            "where d.la_code = :la and d.status = 'accepted'"
        ),
        {"la": settings().la_code},
    ).all()
    gaps = []
    for source in sorted({load.source for load in loads}):
        held = {schema: _rows_by_delivery(connection, schema, source) for schema in ("raw", "quarantine")}
        gaps += [
            f"delivery {load.delivery_id}: {source} holds other row counts than the ledger says"
            for load in loads
            if load.source == source
            and (held["raw"].get(load.delivery_id, 0), held["quarantine"].get(load.delivery_id, 0))
            != (load.rows_loaded, load.rows_quarantined)
        ]
    return gaps


def _rows_by_delivery(connection: sa.Connection, schema: str, source: str) -> dict[int, int]:
    query = f"select delivery_id, count(*) from {schema}.{source} group by delivery_id"
    return dict(connection.execute(sa.text(query)).all())
