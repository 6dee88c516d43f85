"""A system's database read by its change times, and held to the whole table: every extract is the full state."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from demo_borough import casework_database
from demo_borough.small import small_world
from demo_borough.writers import write_deliveries
from send_data import connections, landing
from send_data.contracts import source_contracts
from send_data.settings import settings
from tests.unit import sample_files as samples
from tests.unit.test_connections import SECRET
from tests.unit.test_landing import ledger, put, silent

FEED = "casework/{month}/appeals.csv"
OWNER = "SEND casework manager"


@pytest.fixture
def system(clean_warehouse, monkeypatch):
    """A second database with the tables of the casework system, two appeals and a checklist; the pipeline may read."""
    owner, reader = clean_warehouse.neighbour("casework")
    monkeypatch.setenv("SEND_CASEWORK_URL", reader.render_as_string(hide_password=False))
    engine = sa.create_engine(owner, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for table, columns in casework_database.TABLES.items():
            connection.exec_driver_sql(f"drop table if exists {table} cascade")
            kinds = ", ".join(f"{each} {casework_database.kind_of(table, each)}" for each in (*columns, "changed_at"))
            connection.exec_driver_sql(f"create table {table} ({kinds})")
    run(engine, appeal("A1", "2026-09-03 09:00"), appeal("A2", "2026-09-20 09:00"), checklist("2026-09-01 09:00"))
    yield engine
    engine.dispose()


def run(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def appeal(number, changed_at, kind="TRIBUNAL"):
    return (
        "insert into appeal values"
        f" ('{number}', 'C1', 'E303200026001', null, 'Cora', 'Canary', '2015-05-05', 'ZZ9 9ZZ', '{kind}', 'CONTENTS',"
        f" '2026-09-01', null, null, null, '{changed_at}')"
    )


def checklist(changed_at):
    return (
        "insert into checklist values ('Q1', 'C1', null, null, null, 'Cora', 'Canary', '2015-05-05', null, 'NEW',"
        f" '2026-09-01', 'officer', 24, 24, '{changed_at}')"
    )


def fetch(month=None):
    """What the fetch says of the appeals."""
    told = []
    landing.fetch(month, told.append)
    return [text for text in told if "appeals" in text]


def extracts(warehouse):
    """(month, as at, {appeal: kind}) of every extract that was kept, oldest first."""
    columns = "to_char(month, 'YYYY-MM'), to_char(received_at at time zone 'UTC', 'MM-DD HH24:MI'), landed_path"
    found = []
    for month, as_at, path in ledger(warehouse, columns, f"feed = '{FEED}'"):
        with open(Path(settings().landing_url) / path) as file:
            found.append((month, as_at, {row["appeal_id"]: row["kind"] for row in csv.DictReader(file)}))
    return found


def test_the_first_extract_is_the_whole_table_as_at_its_last_change(system, clean_warehouse):
    assert fetch() == ["landed: casework/2026-09/appeals.csv (2 rows as at 2026-09-20 09:00, 2 read)"]
    assert extracts(clean_warehouse) == [("2026-09", "09-20 09:00", {"A1": "TRIBUNAL", "A2": "TRIBUNAL"})]
    assert fetch() == []


def test_a_later_extract_reads_what_changed_and_is_the_full_state(system, clean_warehouse):
    fetch()
    run(
        system,
        appeal("A3", "2026-09-25 09:00"),
        "update appeal set kind = 'MEDIATION', changed_at = '2026-09-25 10:00' where appeal_id = 'A1'",
    )
    assert fetch() == ["landed: casework/2026-09/appeals.csv (3 rows as at 2026-09-25 10:00, 3 read)"]
    assert extracts(clean_warehouse)[-1] == (
        "2026-09", "09-25 10:00", {"A1": "MEDIATION", "A2": "TRIBUNAL", "A3": "TRIBUNAL"}
    )  # fmt: skip


def test_a_day_before_the_last_extract_is_read_again(system, clean_warehouse):
    """A transaction that began before the last extract and ended after it has an earlier change time."""
    fetch()
    run(system, appeal("A3", "2026-09-19 12:00"), appeal("A4", "2026-09-20 09:00"))
    fetch()
    assert set(extracts(clean_warehouse)[-1][2]) == {"A1", "A2", "A3", "A4"}


def test_the_months_first_extract_finds_what_changed_behind_the_change_times(system, clean_warehouse):
    run(system, appeal("A0", "2026-08-01 09:00"))
    fetch()
    run(
        system,
        "update appeal set kind = 'MEDIATION' where appeal_id = 'A1'",
        "delete from appeal where appeal_id = 'A2'",
        appeal("A5", "2026-08-15 09:00"),
        appeal("A6", "2026-10-01 09:00"),
    )
    assert fetch() == [
        "landed: casework/2026-10/appeals.csv (4 rows as at 2026-10-01 09:00, 4 read)",
        "reconciled: casework/2026-10/appeals.csv: 1 rows had vanished, 2 had changed unseen",
    ]
    assert extracts(clean_warehouse)[-1][2] == {
        "A0": "TRIBUNAL", "A1": "MEDIATION", "A5": "TRIBUNAL", "A6": "TRIBUNAL"
    }  # fmt: skip


def test_a_row_that_vanished_is_missed_at_once(system, clean_warehouse):
    """By the number of rows, also when another came in its place with an old change time the month after."""
    fetch()
    run(system, "delete from appeal where appeal_id = 'A1'", appeal("A3", "2026-09-25 09:00"))
    assert fetch()[-1] == "reconciled: casework/2026-09/appeals.csv: 1 rows had vanished, 0 had changed unseen"
    assert set(extracts(clean_warehouse)[-1][2]) == {"A2", "A3"}


def test_a_change_and_its_reversal_are_both_kept(system, clean_warehouse):
    fetch()
    for kind, day in (("MEDIATION", 21), ("TRIBUNAL", 22)):
        run(system, f"update appeal set kind = '{kind}', changed_at = '2026-09-{day} 09:00' where appeal_id = 'A1'")
        fetch()
    assert [kinds["A1"] for _, _, kinds in extracts(clean_warehouse)] == ["TRIBUNAL", "MEDIATION", "TRIBUNAL"]


def test_a_quiet_table_is_as_at_the_last_change_of_its_system(system, clean_warehouse):
    fetch()
    run(system, "delete from checklist", checklist("2026-10-02 17:00"))
    fetch()
    assert [(month, as_at) for month, as_at, _ in extracts(clean_warehouse)] == [
        ("2026-09", "09-20 09:00"), ("2026-10", "10-02 17:00")
    ]  # fmt: skip


def test_a_system_is_read_for_the_month_in_which_it_stands_and_no_other(system, clean_warehouse):
    run(system, appeal("A3", "2026-10-01 09:00"))
    for month in ("2026-09", "2026-11"):
        why = f"connection casework stands in 2026-10 and was not read in {month}"
        assert fetch(month) == [f"left out: {FEED}: {why}; ask {OWNER}"]
    assert extracts(clean_warehouse) == []
    fetch("2026-10")
    assert [month for month, _, _ in extracts(clean_warehouse)] == ["2026-10"]


def test_a_month_that_was_read_in_time_is_not_asked_for_again(system, clean_warehouse):
    fetch("2026-09")
    run(system, appeal("A3", "2026-10-01 09:00"))
    assert fetch("2026-09") == []
    assert [month for month, _, _ in extracts(clean_warehouse)] == ["2026-09"]


def test_an_extract_is_loaded_and_checked_like_any_delivery(system, clean_warehouse):
    run(system, appeal("A3", "2026-09-21 09:00", kind="DUEL"))
    told = []
    landing.land(None, told.append)
    query = "select l.source, d.status, l.rows_loaded, l.rows_quarantined from ops.load l join ops.delivery d using"
    with clean_warehouse.engine().connect() as connection:
        loads = connection.execute(sa.text(f"{query} (delivery_id) where l.source = 'casework__appeal'")).all()
        assert [tuple(row) for row in loads] == [("casework__appeal", "accepted", 2, 1)]
    assert not any("Canary" in text or "E303200026001" in text for text in told)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("drop table appeal", "appeal cannot be read as the contract says (UndefinedTable)"),
        ("alter table appeal drop column kind", "appeal cannot be read as the contract says (UndefinedColumn)"),
        ("revoke select on appeal from casework_reader", "cannot be read as the contract says (InsufficientPrivilege)"),
        (appeal("A1", "2026-09-21 09:00"), "appeal_id is no key of appeal (1 rows repeat one)"),
    ],
)
def test_a_table_that_cannot_be_read_stops_only_its_feed(system, clean_warehouse, damage, why):
    run(system, damage)
    with pytest.raises(landing.LandingError) as error:
        landing.fetch("2026-09", silent)
    assert str(error.value).startswith(f"{FEED}: connection casework: ")
    assert str(error.value).endswith(f"{why}; ask {OWNER}")
    assert "Canary" not in str(error.value)
    others = (
        "advice_requests", "allocations", "amendment_notices", "annual_reviews", "checklists", "late_review_plans",
    )  # fmt: skip
    fetched = {feed for (feed,) in ledger(clean_warehouse, "feed")}
    assert fetched == {f"casework/{{month}}/{name}.csv" for name in others}


def test_a_system_that_is_down_or_refuses_us_is_named_without_its_address(system, clean_warehouse, monkeypatch):
    url = sa.make_url(connections.find("casework").url)
    for changed in (url.set(port=1), url.set(password=SECRET)):
        monkeypatch.setenv("SEND_CASEWORK_URL", changed.render_as_string(hide_password=False))
        with pytest.raises(landing.LandingError) as error:
            landing.fetch("2026-09", silent)
        assert f"{FEED}: connection casework cannot be reached (OperationalError); ask {OWNER}" in str(error.value)
        assert SECRET not in str(error.value)
    assert ledger(clean_warehouse) == []


def test_the_pipeline_cannot_write_into_the_system(system):
    with connections.opened() as places, pytest.raises(sa.exc.DBAPIError, match="read-only"):
        places.database("casework").exec_driver_sql("delete from appeal")


def test_neither_role_of_the_system_sees_the_warehouse(clean_warehouse):
    for url in clean_warehouse.neighbour("casework"):
        engine = sa.create_engine(url.set(database="send"), poolclass=sa.NullPool)
        with pytest.raises(sa.exc.OperationalError, match="permission denied for database"):
            engine.connect()


def test_the_made_up_system_moves_on_month_by_month_and_never_back(clean_warehouse, tmp_path):
    world, (owner, _) = small_world(), clean_warehouse.neighbour("made_up")
    engine = sa.create_engine(owner, poolclass=sa.NullPool)
    held = []
    for month in ("2026-09", "2026-10", "2026-09"):
        write_deliveries(world, month, tmp_path)
        casework_database.move_to(owner, tmp_path / casework_database.state_path(month))
        with engine.connect() as connection:
            held.append(connection.exec_driver_sql("select to_char(max(changed_at), 'YYYY-MM') from appeal").scalar())
            bad = connection.exec_driver_sql("select count(*) from checklist where surname = 'Faultbury'").scalar()
            held.append(bad)
    engine.dispose()
    assert held[1::2] == [1, 0, 0]
    assert held[2] == held[4] == "2026-10"


def test_where_nobody_may_read_the_tables_an_extract_may_be_sent_as_a_file(clean_warehouse):
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW, samples.OTHER_REVIEW))
    assert landing.fetch("2026-09", silent) == 1
    assert ledger(clean_warehouse, "file_name") == [("casework/2026-09/annual_reviews.csv",)]


def test_a_file_is_passed_over_where_the_tables_are_read(system, clean_warehouse):
    put("casework/2026-09/appeals.csv", b"appeal_id\nA9\n")
    landing.fetch("2026-09", silent)
    query = "file_name, received_at"
    assert ("casework/2026-09/appeals.csv", datetime(2026, 9, 20, 9, tzinfo=UTC)) in ledger(clean_warehouse, query)
    assert len(ledger(clean_warehouse, query, f"feed = '{FEED}'")) == 1


def test_no_reading_builds_on_a_file_that_was_sent(clean_warehouse, request):
    """It may be cut off or broken, and nobody says how the system stood when it was made."""
    put("casework/2026-09/appeals.csv", b"")
    put("casework/2026-09/checklists.csv", b"checklist_id\n\xff\n")
    assert landing.fetch("2026-09", silent) == 2
    request.getfixturevalue("system")
    tables = {each.feed for each in source_contracts().values() if each.file.table}
    assert landing.fetch("2026-09", silent) == len(tables)
    assert {feed for (feed,) in ledger(clean_warehouse, "feed", "is_extract")} == tables
