"""A figure is traced to its files, a child to rows; the question is kept, and no value is told."""

import json
import uuid
from datetime import date

import pytest
import sqlalchemy as sa

from send_data import build as builds
from send_data import trace
from send_data import warehouse as store
from tests.unit import sample_marts
from tests.unit.test_editions import freeze, rows

MEASURE = "requests_received"
CHILD, OTHER, GONE = (uuid.UUID(int=number) for number in (1, 2, 3))
MONTH = sample_marts.LAST
# What a trace must never print: it stands in every row of the child.
CANARY = "Canary Wharf"
LEDGER = """
    truncate published.editions, ops.build, ops.check, ops.load, ops.delivery, ops.source, identity.person,
        identity.pair cascade;
    insert into ops.source (source, system, feed, title, owner, coverage, every, months, contract_sha256)
    values ('sen2__request', 'sen2', 'sen2.xml', 'Requests', 'SEN data officer', 'everything', 'month', '10', 'x');
    insert into ops.delivery (delivery_id, la_code, feed, month, file_name, sha256, bytes, received_at, landed_path,
        status)
    overriding system value
    values (1, '303', 'sen2.xml', '2026-10-01', 'sen2.xml', repeat('a', 64), 9, '2026-11-05 06:12+00', 'l', 'accepted'),
        (2, '303', 'sen2.xml', '2026-09-01', 'sen2.xml', repeat('c', 64), 9, '2026-10-05 06:12+00', 'l', 'accepted');
    insert into ops.load (delivery_id, source, rows_read, rows_loaded, rows_quarantined)
    values (1, 'sen2__request', 212, 210, 2);
    insert into ops.check (delivery_id, subject, rule_number, because, expectation, on_failure, evaluated_count,
        unexpected_count, passed)
    values (1, 'sen2__request', 1, 'a', 'e', 'warn', 212, 0, true),
        (1, 'sen2__request', 2, 'b', 'e', 'quarantine', 212, 2, false);
"""


@pytest.fixture
def ledger(warehouse, tmp_path, monkeypatch):
    """A delivery in the ledger, and the manifest of a project of one measure."""

    def model(code: str, nodes: list[str]) -> dict:
        return {"resource_type": "model", "raw_code": code, "depends_on": {"nodes": nodes}}

    nodes = {
        f"model.send.{MEASURE}": model("select 1", ["model.send.int_requests"]),
        "model.send.int_requests": model("select 1", []),
        "test.send.unique_request": {"resource_type": "test", "depends_on": {"nodes": ["model.send.int_requests"]}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    monkeypatch.setattr(builds, "target_dir", lambda: tmp_path)
    with store.engine().begin() as connection:
        connection.exec_driver_sql(LEDGER)


def traced(measure_id: str = MEASURE, month: str = "2026-10") -> dict[str, list[str]]:
    return {section.title: section.lines for section in trace.figure(measure_id, month)}


def test_a_figure_is_traced_from_its_edition_to_its_file(ledger, monkeypatch):
    edition = freeze(sample_marts.tables())
    monkeypatch.setattr(builds, "schema_of", lambda build: "marts_sample")
    with store.engine().begin() as connection:
        connection.exec_driver_sql(
            "insert into ops.model_result select build_id, node, kind, result, n from ops.build, (values "
            f"('model.send.{MEASURE}', 'model', 'success', 66), "
            "('test.send.unique_request', 'test', 'pass', null)) as made(node, kind, result, n)"
        )
    found = traced()
    printed = rows("select value from published.figures where measure_id = :m and month_start = :d and "
                   "breakdown = 'all'", m=MEASURE, d=MONTH)[0]["value"]  # fmt: skip
    assert found["printed by"] == [f"edition {edition} of 2026-10, known at 2026-11-05 06:12, draft: {printed:.0f}"]
    assert found["marts"][0].startswith(
        f"marts_sample.fct_measures: numerator_count {printed:.0f}, value {printed:.0f}; "
    )
    assert found["made of"] == [
        "model int_requests: no result was kept", f"model {MEASURE}: success, 66 rows",
    ]  # fmt: skip
    assert found["dbt tests"] == ["1 of 1 on these passed"]
    assert found["rests on"] == [
        "sen2__request for 2026-10: sen2.xml, sha256 aaaaaaaaaaaa, came 2026-11-05 06:12; "
        "212 rows read = 210 loaded + 2 set aside; 1 of 2 rules met"
    ]
    assert found["ask"] == [
        "Head of SEND; checked by SEND performance analyst", "SEN data officer: sen2__request",
    ]  # fmt: skip


def test_the_exact_number_of_a_hidden_figure_is_not_told(ledger, monkeypatch):
    contents = sample_marts.tables()
    for row in contents["fct_measures"]:
        if (row["measure_id"], row["month_start"], row["breakdown"]) == (MEASURE, MONTH, "all"):
            row |= {"numerator_count": 3, "value": 3, "contributor_count": 3}
    freeze(contents)
    monkeypatch.setattr(builds, "schema_of", lambda build: "marts_sample")
    found = traced()
    assert found["printed by"][0].endswith(": too few to show")
    assert "a row that may not be shown here" in found["marts"][0]


def test_a_figure_whose_marts_were_swapped_out_says_how_to_make_them_again(ledger):
    freeze(sample_marts.tables())
    with store.engine().begin() as connection:
        connection.exec_driver_sql("update ops.build set status = 'passed'")
    again = "`send build --month 2026-10 --known-at 2026-11-05T06:12:00+00:00`"
    assert traced()["marts"] == [f"its build stands nowhere now; make it again with {again}"]


def test_a_figure_that_nobody_printed(ledger):
    with pytest.raises(trace.TraceError, match="no edition prints"):
        trace.figure(MEASURE, "2026-10")


@pytest.fixture
def child(ledger, monkeypatch):
    """A child in two deliveries, and measures that count the child, or do not, for every reason there is."""
    tables = {
        "counted_now": [(CHILD, MONTH, True), (CHILD, MONTH, False)], "not_met": [(CHILD, MONTH, False)],
        "last_month": [(CHILD, date(2026, 9, 1), True)], "of_others": [(OTHER, MONTH, True)],
    }  # fmt: skip
    measures = sorted([*tables, "meetings", "cost", "not_built"])
    words = {name: {"numerator": f"met by {name}", "denominator": f"looked at by {name}"} for name in measures}
    # A plain count has no denominator: who is looked at is who is counted.
    del words["of_others"]["denominator"]
    nodes = {f"model.send.{name}": {"config": {"meta": {"measure": words[name]}}} for name in measures}
    (builds.target_dir() / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    monkeypatch.setattr(builds, "measure_ids", lambda: measures)
    with store.engine().begin() as connection:
        connection.exec_driver_sql(
            "drop table if exists intermediate.int_months, staging.stg_ops__deliveries_in_use, measures.meetings, "
            "measures.cost cascade; "
            "create table intermediate.int_months as select date '2026-10-01' as month_start, "
            "true as is_reporting_month; "
            "create table staging.stg_ops__deliveries_in_use as select 1 as delivery_id, 'sen2__request' as source; "
            "create table measures.meetings (month_start date); "
            "create table measures.cost (person_key uuid, month_start date, amount numeric)"
        )
        connection.execute(sa.text("insert into measures.cost values (:child, :month, 98765)"),
                           {"child": CHILD, "month": MONTH})  # fmt: skip
        for table, records in tables.items():
            columns = "person_key uuid, month_start date, is_counted boolean, place text"
            connection.exec_driver_sql(
                f"drop table if exists measures.{table}; create table measures.{table} ({columns})"
            )
            insert = sa.text(f"insert into measures.{table} values (:k, :m, :c, '{CANARY}')")
            connection.execute(insert, [dict(zip("kmc", record, strict=True)) for record in records])
        connection.execute(sa.text("insert into identity.person values (:k, '303', 1)"), {"k": CHILD})
        connection.execute(
            sa.text("insert into identity.source_record values ('sen2__request', :d, :n, :k)"),
            [{"d": d, "n": n, "k": CHILD} for d, n in ((1, 7), (1, 12), (2, 5))],
        )
        connection.execute(
            sa.text("insert into identity.pair values ('303', :k, :g, 'linked', 0.99, '{}', '{}', '{}', null, null)"),
            {"k": CHILD, "g": GONE},
        )


def asked() -> list:
    with store.engine().connect() as connection:
        return connection.exec_driver_sql("select * from ops.trace_log order by trace_id desc").mappings().all()


def test_a_child_is_traced_to_rows_and_to_measures(child):
    sections = trace.person(str(CHILD), "the parent asks what is held")
    assert sections == [
        trace.Section("rows that name the child", [
            "sen2__request for 2026-09, delivery 2 (sen2.xml), no longer in use: row 5",
            "sen2__request for 2026-10, delivery 1 (sen2.xml), in use: rows 7, 12",
        ]),
        trace.Section("counted in 2026-10", ["cost", "counted_now"]),
        trace.Section("looked at and not counted, as they do not meet what is counted, in 2026-10",
                      ["not_met: met by not_met"]),
        trace.Section("not among those looked at, though in another month, in 2026-10",
                      ["last_month: looked at by last_month"]),
        trace.Section("not among those looked at in any month of the history",
                      ["of_others: met by of_others"]),
        trace.Section("cannot be said, as their rows are not children", ["meetings"]),
        trace.Section("cannot be said, as they were not built", ["not_built"]),
    ]  # fmt: skip
    assert CANARY not in trace.text(sections)
    assert "98765" not in trace.text(sections)


def test_who_asked_why_and_when_is_kept_and_stays(child):
    trace.person(str(CHILD), "the parent asks what is held")
    log = asked()[0]
    assert (log["person_key"], log["reason"], log["database_role"]) == (
        CHILD, "the parent asks what is held", "send_pipeline",
    )  # fmt: skip
    assert log["os_user"]
    with store.engine().begin() as connection:
        began = connection.exec_driver_sql(
            "insert into ops.trace_log (person_key, reason, os_user, session_began_at) "
            f"values ('{CHILD}', 'r', 'u', '2000-01-01') returning session_began_at"
        ).scalar_one()
    assert began.year > 2000
    for change in ("update ops.trace_log set reason = 'another'", "delete from ops.trace_log"):
        with pytest.raises(sa.exc.DatabaseError, match="stays in the log"), store.engine().begin() as connection:
            connection.exec_driver_sql(change)


def test_a_question_without_an_answer_is_kept_too(child):
    with pytest.raises(trace.TraceError, match="no record belongs to"):
        trace.person(str(OTHER), "a slip")
    assert (asked()[0]["person_key"], asked()[0]["reason"]) == (OTHER, "a slip")


def test_a_key_that_gave_way_names_the_one_that_is_kept(child):
    with pytest.raises(trace.TraceError, match=f"gave way to {CHILD}"):
        trace.person(str(GONE), "an old letter")


def test_nobody_is_traced_without_a_reason(child):
    before = len(asked())
    with pytest.raises(trace.TraceError, match="say why"):
        trace.person(str(CHILD), " ")
    assert len(asked()) == before


@pytest.mark.parametrize("role", ["bi_reader", "board_reader"])
def test_no_reader_can_trace_a_child(child, role):
    for table in ("ops.trace_log", "identity.source_record", "measures.counted_now"):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), store.engine(role).connect() as reader:
            reader.exec_driver_sql(f"select * from {table}")
