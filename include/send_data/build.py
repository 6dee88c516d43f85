"""Build the marts with dbt beside the live ones, and swap them in whole.

A build of the newest month becomes `marts`; a build of an earlier month (or of an earlier moment) becomes `marts_past`,
so that looking back never changes what BI tools read.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
import yaml

from send_data import ledger, lineage, warehouse
from send_data.settings import settings

NEXT_SCHEMA = "marts_next"
LIVE_SCHEMA = "marts"
# Of what dbt can do, what reads the marts that stand; all else works on those beside them. Unit tests ask them for the
# columns of their inputs.
OF_LIVE_MARTS = ("docs", "parse", "show", "test")
PASSING = ("success", "pass", "warn", "no-op")


class BuildError(RuntimeError):
    """dbt ended with errors; the message names the nodes, their owners' files hold the rest."""


def measure_ids() -> list[str]:
    """Every measure of the catalogue, by file name; fct_measures is made of exactly these."""
    return sorted(path.stem for path in (settings().dbt_dir / "models" / "measures").glob("*.sql"))


def run_dbt(build: ledger.Build) -> None:
    """Run seeds, models and data tests for a build, and keep the result of every node in ops.model_result."""
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql(f"drop schema if exists {NEXT_SCHEMA} cascade")
    # Unit tests prove the code, not the data: `make test` runs them, a monthly build does not.
    with _tables_to_itself():
        result = invoke_dbt(["build", "--exclude-resource-type", "unit_test"], dbt_vars(build))
    if result.result is None:
        raise BuildError(f"dbt could not start: {type(result.exception).__name__}: {result.exception}")
    _keep_results(build.build_id, result.result.results)
    _keep_definitions(build.build_id)
    bad = [r for r in result.result.results if str(r.status) not in PASSING]
    if bad:
        with warehouse.engine().begin() as connection:
            ledger.set_status(connection, build.build_id, "failed")
        names = ", ".join(f"{r.node.name} ({r.status})" for r in bad[:10])
        raise BuildError(f"{len(bad)} of {len(result.result.results)} dbt nodes did not pass: {names}")


@contextmanager
def _tables_to_itself() -> Iterator[None]:
    """Nobody reads several of the tables between raw and marts while they are made anew; whoever does is waited for."""
    key = {"key": warehouse.TABLES_LOCK}
    with warehouse.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("select pg_advisory_lock(:key)"), key)
        try:
            yield
        finally:
            connection.execute(sa.text("select pg_advisory_unlock(:key)"), key)


def dbt_vars(build: ledger.Build) -> dict:
    """The arguments that every model may read; nothing else tells a model what month it is."""
    return {
        "la_code": settings().la_code,
        "month": build.month.strftime("%Y-%m"),
        "known_at": build.known_at.isoformat(),
        "measures": measure_ids(),
    }


def is_charted_as_mdc_2023() -> bool:
    """Whether the project's control charts follow NHS England's own tool, as dbt_project.yml says."""
    return yaml.safe_load((settings().dbt_dir / "dbt_project.yml").read_text())["vars"]["spc_mdc_2023"]


def invoke_dbt(arguments: list[str], variables: dict):
    """Call dbt in this process; returns dbt's own runner result."""
    from dbt.cli.main import dbtRunner

    schema = LIVE_SCHEMA if arguments[0] in OF_LIVE_MARTS else NEXT_SCHEMA
    os.environ.update(_profile_environment() | {"SEND_DBT_MARTS_SCHEMA": schema})
    return dbtRunner().invoke([*arguments, *_dbt_places(), "--vars", json.dumps(variables, sort_keys=True)])


def target_dir() -> Path:
    """Folder where dbt leaves its manifest and results."""
    return settings().home / "dbt" / "target"


def schema_of(build: ledger.Build) -> str:
    """Where a finished build's marts stand: `marts` or `marts_past`."""
    return {"live": LIVE_SCHEMA, "past": "marts_past"}[build.status]


def promote(build: ledger.Build) -> str:
    """Swap the checked marts in, in one transaction; returns the schema they stand in now."""
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": warehouse.WAREHOUSE_LOCK})
        status = "live" if _is_newest(connection, build) else "past"
        schema = LIVE_SCHEMA if status == "live" else "marts_past"
        connection.exec_driver_sql("drop schema if exists marts_old cascade")
        connection.exec_driver_sql(f"create schema if not exists {schema}")
        connection.exec_driver_sql(f"alter schema {schema} rename to marts_old")
        connection.exec_driver_sql(f"alter schema {NEXT_SCHEMA} rename to {schema}")
        # What stood in that schema before stands nowhere now: its build can be made again, but is not there to read.
        connection.execute(
            sa.text("update ops.build set status = 'passed' where la_code = :la and status = :status"),
            {"la": settings().la_code, "status": status},
        )
        ledger.set_status(connection, build.build_id, status)
        warehouse.grant_reads(connection)
    # Readers of the old tables are waited for only after the new ones are visible.
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("drop schema if exists marts_old cascade")
    return schema


def _is_newest(connection: sa.Connection, build: ledger.Build) -> bool:
    query = """
        select not exists (
            select 1 from ops.build
            where la_code = :la and status = 'live' and (month, known_at) > (:month, :known_at)
        )
    """
    values = {"la": settings().la_code, "month": build.month, "known_at": build.known_at}
    return connection.execute(sa.text(query), values).scalar_one()


def _keep_results(build_id: int, results: list) -> None:
    rows = [
        {
            "build": build_id,
            "node": r.node.unique_id,
            "kind": str(r.node.resource_type),
            "status": str(r.status),
            "rows": (r.adapter_response or {}).get("rows_affected"),
            "seconds": round(r.execution_time, 3),
        }
        for r in results
    ]
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("delete from ops.model_result where build_id = :build"), {"build": build_id})
        if rows:
            connection.execute(
                sa.text("insert into ops.model_result values (:build, :node, :kind, :status, :rows, :seconds)"), rows
            )


def _keep_definitions(build_id: int) -> None:
    """Write down by which definition each measure was counted, for a later edition to tell what changed."""
    manifest = json.loads((target_dir() / "manifest.json").read_text())
    rows = [
        {"build": build_id, "measure": measure_id, "sha256": lineage.definition_sha256(manifest, measure_id)}
        for measure_id in measure_ids()
    ]
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("delete from ops.measure_definition where build_id = :build"), {"build": build_id})
        connection.execute(sa.text("insert into ops.measure_definition values (:build, :measure, :sha256)"), rows)


def _dbt_places() -> list[str]:
    project, home = settings().dbt_dir, settings().home / "dbt"
    return ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(home / "target"),
            "--log-path", str(home / "logs")]  # fmt: skip


def _profile_environment() -> dict[str, str]:
    target = warehouse.url()
    return {
        "SEND_DBT_HOST": target.host or "localhost",
        "SEND_DBT_PORT": str(target.port or 5432),
        "SEND_DBT_USER": target.username or "",
        "SEND_DBT_PASSWORD": target.password or "",
        "SEND_DBT_DBNAME": target.database or "",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
