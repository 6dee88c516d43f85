"""The gate: every rule refuses the row it says it refuses, on PostgreSQL, through Great Expectations."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from send_data import contracts as contracting
from send_data import gate, landing
from send_data.settings import ROOT
from tests.unit import sample_files as samples

CONTRACTS = contracting.load_contracts(ROOT / "expectations" / "sources")
RULES = [(source, number) for source, c in CONTRACTS.items() for number, _ in enumerate(gate.rules_of(c), start=1)]
LOADED = "delivery_id, source, rows_read, rows_loaded, rows_quarantined"
MONTH = date(2026, 9, 1)


def rejected_rows(rule) -> list[dict]:
    """The rows a rule says it refuses; none when it refuses an empty table."""
    return rule.rejects if isinstance(rule.rejects, list) else [rule.rejects]


def deliver(warehouse, feed, rows_of) -> landing.Delivery:
    """A loaded delivery of a feed with these rows: {source: [{column: text}]}."""
    landing.prepare_sources()
    with warehouse.engine().begin() as connection:
        delivery = connection.execute(
            sa.text(
                "insert into ops.delivery (la_code, feed, month, file_name, sha256, bytes, received_at, landed_path,"
                " status) select '303', :feed, :month, 'rows.csv', 'sha' || count(*), 1, '2026-10-05', '', 'landed'"
                " from ops.delivery returning delivery_id, feed, month, file_name, landed_path"
            ),
            {"feed": feed, "month": MONTH},
        ).one()
        for contract in contracting.by_feed(CONTRACTS)[feed]:
            rows = rows_of.get(contract.source, [])
            for number, row in enumerate(rows, start=1):
                insert_row(connection, contract, delivery.delivery_id, number, row)
            connection.execute(
                sa.text("insert into ops.load values (:id, :source, :rows, :rows, 0)"),
                {"id": delivery.delivery_id, "source": contract.source, "rows": len(rows)},
            )
    return landing.Delivery(*delivery)


def insert_row(connection, contract, delivery_id, number, row):
    values = {name: None if text is None else str(text) for name, text in row.items()}
    names = ", ".join(["delivery_id", "row_number", *values])
    places = ", ".join(f":{name}" for name in ["delivery_id", "row_number", *values])
    connection.execute(
        sa.text(f"insert into raw.{contract.source} ({names}) values ({places})"),
        {"delivery_id": delivery_id, "row_number": number, **values},
    )


def broken_rows(warehouse, delivery, contract, verdict) -> set[int]:
    """Row numbers that the gate's own query finds for a rule."""
    if verdict.query is None:
        return set()
    with warehouse.engine().connect() as connection, connection.connection.cursor() as cursor:
        cursor.execute(gate.rows_query(verdict, gate.checking_name(delivery, contract)))
        return {row[0] for row in cursor}


@pytest.fixture(scope="module")
def verdicts(warehouse):
    """{(source, rule number): (verdict, its own rows, rows found)} with every rule's rejected rows in one delivery."""
    found = {}
    for feed, sources in contracting.by_feed(CONTRACTS).items():
        rows_of, places = {contract.source: [] for contract in sources}, {}
        for contract in sources:
            rows = rows_of[contract.source]
            for number, rule in enumerate(gate.rules_of(contract), start=1):
                own = rejected_rows(rule)
                places[contract.source, number] = set(range(len(rows) + 1, len(rows) + 1 + len(own)))
                rows.extend(own)
                for source, beside in rule.beside.items():
                    rows_of[source].extend(beside)
        delivery = deliver(warehouse, feed, rows_of)
        judged = gate.judge(delivery, sources)
        for contract in sources:
            for verdict in judged[contract.source]:
                key = contract.source, verdict.number
                found[key] = verdict, places[key], broken_rows(warehouse, delivery, contract, verdict)
    yield found
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate ops.check, ops.load, ops.delivery, ops.source cascade")


@pytest.mark.parametrize(("source", "number"), RULES)
def test_a_rule_refuses_the_row_it_says_it_refuses(verdicts, source, number):
    verdict, own, found = verdicts[source, number]
    if own:
        assert own <= found, verdict.rule.because
    if verdict.query is not None:
        assert verdict.unexpected == len(found), verdict.rule.because


EMPTY = [(s, n) for s, n in RULES if gate.rules_of(CONTRACTS[s])[n - 1].rejects == []]


@pytest.mark.parametrize(("source", "number"), EMPTY)
def test_a_table_that_must_not_be_empty_is_refused_when_it_is(clean_warehouse, source, number):
    contract = CONTRACTS[source]
    delivery = deliver(clean_warehouse, contract.feed, {})
    told = []
    assert gate.check(delivery, contracting.by_feed(CONTRACTS)[contract.feed], told.append) == "refused"
    assert contract.owner in told[-1]
    assert "rows.csv" in told[-1]


@pytest.mark.parametrize("source", sorted(CONTRACTS))
def test_every_rule_says_why_and_what_it_refuses(source):
    for rule in CONTRACTS[source].rules:
        assert rule.because
        assert rule.rejects is not None
        known = set(CONTRACTS[source].column_names)
        assert all(set(row) <= known for row in rejected_rows(rule))
        for neighbour, rows in rule.beside.items():
            assert all(set(row) <= set(CONTRACTS[neighbour].column_names) for row in rows)


GOOD_REQUEST = {
    "person_number": 1, "request_number": 1, "received_date": "2026-03-02", "request_source": "2", "rya": "0",
    "request_outcome": "A",
}  # fmt: skip
GOOD_PERSON = {
    "person_number": 1, "surname": "Canary", "forename": "Cora", "person_birth_date": "2015-05-05", "sex": "F",
    "ethnicity": "WBRI", "upn": "E303200026001",
}  # fmt: skip
HEADER = {"collection": "SEN2", "year": "2026", "reference_date": "2026-09-30", "lea": "303"}
SEN2 = "sen2/{month}/*.[cx]*"


def sen2(warehouse, **rows_of) -> landing.Delivery:
    return deliver(warehouse, SEN2, {"sen2__header": [HEADER], **{f"sen2__{k}": v for k, v in rows_of.items()}})


def judged(warehouse, delivery) -> tuple[str, list[str]]:
    told = []
    return gate.check(delivery, contracting.by_feed(CONTRACTS)[delivery.feed], told.append), told


def rows(warehouse, query):
    with warehouse.engine().connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_a_good_delivery_is_accepted_whole(clean_warehouse):
    delivery = sen2(clean_warehouse, person=[GOOD_PERSON], request=[GOOD_REQUEST])
    assert judged(clean_warehouse, delivery) == ("accepted", ["accepted: rows.csv"])
    assert rows(clean_warehouse, "select count(*) from ops.check where not passed") == [(0,)]


def test_a_row_carries_all_its_reasons_and_the_ledger_balances(clean_warehouse):
    bad = GOOD_REQUEST | {"request_number": 2, "request_outcome": "Y", "request_outcome_date": "2026-03-01", "rya": "7"}
    delivery = sen2(clean_warehouse, person=[GOOD_PERSON], request=[GOOD_REQUEST, bad])
    status, told = judged(clean_warehouse, delivery)
    assert status == "accepted"
    assert rows(clean_warehouse, "select row_number, reasons from quarantine.sen2__request") == [
        (2, ["rya must be a code of the list sen2_flag", "a request cannot be decided before it was received"])
    ]
    assert rows(clean_warehouse, f"select {LOADED} from ops.load where source = 'sen2__request'") == [
        (delivery.delivery_id, "sen2__request", 2, 1, 1)
    ]
    assert rows(clean_warehouse, "select row_number from raw.sen2__request") == [(1,)]
    assert told[0].splitlines()[0].startswith("sen2__request delivery 2026-09 (rows.csv) broke 2 of ")
    assert told[0].splitlines()[0].endswith("ask SEN data officer")
    assert "  - a request cannot be decided before it was received (1 row quarantined)" in told[0]


def test_a_row_is_held_against_the_other_tables_of_its_delivery(clean_warehouse):
    refused = GOOD_REQUEST | {"request_outcome": "N", "request_outcome_date": "2026-04-01"}
    appealed = refused | {"request_number": 2, "request_tribunal": "1"}
    assessments = [{"request_number": n, "assessment_outcome": "A"} for n in (1, 2)]
    delivery = sen2(clean_warehouse, person=[GOOD_PERSON], request=[refused, appealed], assessment=assessments)
    assert judged(clean_warehouse, delivery)[0] == "accepted"
    because = "an assessment follows a decision to assess, or mediation or an appeal that overturned a refusal"
    found = "select because, unexpected_count, row_numbers from ops.check where not passed"
    assert rows(clean_warehouse, found) == [(because, 1, [1])]
    assert rows(clean_warehouse, "select count(*) from raw.sen2__assessment") == [(2,)]


def test_children_of_a_quarantined_row_go_with_it(clean_warehouse):
    wrong = GOOD_PERSON | {"person_number": 2, "upn": "A303200026001"}
    theirs = GOOD_REQUEST | {"person_number": 2, "request_number": 2}
    needs = [{"request_number": n, "need_number": n, "sen_type": "ASD", "sen_type_rank": "1"} for n in (1, 2)]
    delivery = sen2(clean_warehouse, person=[GOOD_PERSON, wrong], request=[GOOD_REQUEST, theirs], sen_need=needs)
    assert judged(clean_warehouse, delivery)[0] == "accepted"
    assert rows(clean_warehouse, "select row_number, reasons from quarantine.sen2__sen_need") == [
        (2, ["its request was quarantined"])
    ]
    assert rows(clean_warehouse, "select row_number, reasons from quarantine.sen2__request") == [
        (2, ["its person was quarantined"])
    ]
    balance = "select source, rows_read - rows_loaded - rows_quarantined from ops.load"
    assert {lost for _, lost in rows(clean_warehouse, balance)} == {0}
    recorded = "select subject, unexpected_count from ops.check where because like 'its %%' and not passed order by 1"
    assert rows(clean_warehouse, recorded) == [("sen2__request", 1), ("sen2__sen_need", 1)]


def test_a_delivery_most_of_whose_rows_are_bad_is_refused(clean_warehouse):
    bad = [GOOD_REQUEST | {"request_number": n, "received_date": "02/03/2026"} for n in range(1, 6)]
    delivery = sen2(clean_warehouse, person=[GOOD_PERSON], request=bad)
    status, told = judged(clean_warehouse, delivery)
    assert status == "refused"
    assert "5 of 5 rows break a rule" in told[-1]
    assert "SEN data officer" in told[-1]


CSDS = "csds/{month}/CYP*.csv"


@pytest.mark.parametrize(
    ("header", "because"),
    [
        (
            {"reporting_period_start_date": "2026-08-01", "reporting_period_end_date": "2026-08-31"},
            "the reporting period must be the month that the submission was delivered for",
        ),
        ({"provider_code": "RJ1"}, "provider_code must be a code of the list csds_provider"),
    ],
)
def test_a_submission_of_another_month_or_trust_is_refused_with_all_its_tables(clean_warehouse, header, because):
    tables = samples.SUBMISSION | {"csds__cyp000": [samples.SUBMISSION["csds__cyp000"][0] | header]}
    delivery = deliver(clean_warehouse, CSDS, tables)
    status, told = judged(clean_warehouse, delivery)
    assert status == "refused"
    assert told[-1].startswith(f"refused: csds__cyp000 delivery 2026-09 (rows.csv): {because}; ask ")
    assert rows(clean_warehouse, "select status from ops.delivery") == [("refused",)]


def test_a_row_may_come_in_several_versions_and_in_each_of_them_once(clean_warehouse):
    (contact,) = samples.SUBMISSION["csds__cyp201"]
    versions = [
        contact,
        contact | {"effective_from": "2026-10-04T06:00:00"},
        contact | {"unique_submission_id": "U2"},
        contact | {"unique_submission_id": "U2"},
    ]
    delivery = deliver(clean_warehouse, CSDS, samples.SUBMISSION | {"csds__cyp201": versions})
    assert judged(clean_warehouse, delivery)[0] == "accepted"
    assert rows(clean_warehouse, "select row_number from raw.csds__cyp201 order by 1") == [(1,), (2,)]


def test_a_warning_keeps_the_row(clean_warehouse):
    delivery = sen2(clean_warehouse, person=[GOOD_PERSON | {"ethnicity": "ZZZZ"}])
    status, told = judged(clean_warehouse, delivery)
    assert status == "accepted"
    assert "(1 row kept)" in told[0]
    assert rows(clean_warehouse, "select rows_loaded from ops.load where source = 'sen2__person'") == [(1,)]


def test_data_docs_are_pages_without_a_value(clean_warehouse):
    delivery = sen2(clean_warehouse, person=[GOOD_PERSON, GOOD_PERSON | {"sex": "Canaryvalue"}])
    judged(clean_warehouse, delivery)
    folder = gate.build_data_docs()
    pages = [page.read_text(errors="ignore") for page in Path(folder).rglob("*.html")]
    assert any("its person was quarantined" in page for page in pages)
    assert not any("Canary" in page or "E303200026001" in page for page in pages)
    assert not any("Exception" in page for page in pages)


def test_no_checking_table_is_left_behind(clean_warehouse):
    judged(clean_warehouse, sen2(clean_warehouse, person=[GOOD_PERSON]))
    left = "select table_name from information_schema.tables where table_name like 'checking%%'"
    assert rows(clean_warehouse, left) == []
