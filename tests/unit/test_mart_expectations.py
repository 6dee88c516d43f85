"""The second border: every rule on the marts refuses the row it says it refuses."""

import pytest
import sqlalchemy as sa
import yaml

from send_data import gate
from send_data.settings import ROOT

EXPECTATIONS = gate.mart_expectations()
RULES = [(table, number) for table, (_, rules) in EXPECTATIONS.items() for number, _ in enumerate(rules, start=1)]
SCHEMA = "marts_tried"


def columns_of(table) -> dict[str, str]:
    """{column: data type} as the dbt project promises them."""
    for path in (ROOT / "dbt_project" / "models" / "marts").glob("*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models", []):
            if model["name"] == table:
                return {column["name"]: column["data_type"] for column in model["columns"]}
    raise AssertionError(f"no dbt model {table}")


def make(connection, table, extra=""):
    columns = ", ".join(f"{name} {kind}" for name, kind in columns_of(table).items())
    connection.exec_driver_sql(f"drop table if exists {SCHEMA}.{table}")
    connection.exec_driver_sql(f"create table {SCHEMA}.{table} ({columns}{extra})")


def insert(connection, table, row):
    if row:
        holders = ", ".join(f"cast(:{name} as {kind})" for name, kind in columns_of(table).items() if name in row)
        names = ", ".join(name for name in columns_of(table) if name in row)
        values = {name: str(value) for name, value in row.items()}
        connection.execute(sa.text(f"insert into {SCHEMA}.{table} ({names}) values ({holders})"), values)
    else:
        connection.exec_driver_sql(f"insert into {SCHEMA}.{table} default values")


@pytest.fixture(scope="module")
def build_id(warehouse):
    """A schema of empty marts, and a build to write results for."""
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql(f"drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}")
        for table in EXPECTATIONS:
            make(connection, table)
        number = connection.exec_driver_sql(
            "insert into ops.build (la_code, month, known_at, code_version, deliveries_sha256, status)"
            " values ('303', '2026-09-01', '2026-10-05', 'marts', 'tried', 'running') returning build_id"
        ).scalar_one()
    yield number
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql(f"drop schema {SCHEMA} cascade")
        connection.exec_driver_sql("truncate ops.build cascade")


def broken(warehouse, build_id) -> set[tuple[str, int]]:
    """(table, rule number) of what does not pass."""
    with pytest.raises(gate.GateError, match="the marts do not pass"):
        gate.check_marts(SCHEMA, build_id, lambda text: None)
    with warehouse.engine().connect() as connection:
        query = "select subject, rule_number from ops.check where build_id = :b and not passed"
        return {tuple(row) for row in connection.execute(sa.text(query), {"b": build_id})}


@pytest.fixture(scope="module")
def found(warehouse, build_id):
    """Rules broken by their own rows, beside a catalogue of one rate; empty tables and odd columns are tried apart."""
    empty = broken(warehouse, build_id)
    with warehouse.engine().begin() as connection:
        row = {"measure_id": "a_rate", "kind": "rate", "is_cumulative": "false", "better": "higher"}
        insert(connection, "dim_measures", row)
        for table, (_, rules) in EXPECTATIONS.items():
            if any(rule.rejects == "an_extra_column" for rule in rules):
                make(connection, table, ", an_extra_column text")
            for rule in rules:
                for row in rule.rejects if isinstance(rule.rejects, list) else [rule.rejects]:
                    if isinstance(row, dict):
                        insert(connection, table, row)
    return empty | broken(warehouse, build_id)


@pytest.mark.parametrize(("table", "number"), RULES)
def test_a_rule_on_the_marts_refuses_what_it_says_it_refuses(found, table, number):
    assert (table, number) in found, EXPECTATIONS[table][1][number - 1].because


def test_every_rule_was_judged(found, build_id, warehouse):
    with warehouse.engine().connect() as connection:
        query = "select count(*) from ops.check where build_id = :b"
        assert connection.execute(sa.text(query), {"b": build_id}).scalar() == len(RULES)
