"""The embedded server and the roles, tried rather than believed."""

import psutil
import psycopg2
import pytest
import sqlalchemy as sa

from send_data import embedded, warehouse
from send_data.settings import settings

SCHEMAS = ("raw", "quarantine", "identity", "ops", "staging", "intermediate", "measures", "marts", "published",
           "lists")  # fmt: skip
MAY = {"bi_reader": {"marts", "published"}, "board_reader": {"published"}, "list_maker": set()}


def execute(role: str, statement: str) -> None:
    with warehouse.engine(role).begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("role", sorted(MAY))
@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_reader_reads_its_schemas_and_nothing_else(warehouse, role, schema):
    execute("pipeline", f"create table if not exists {schema}.tried as select 1 as one")
    with warehouse.engine().begin() as connection:
        warehouse.grant_reads(connection)
    try:
        if schema in MAY[role]:
            execute(role, f"select one from {schema}.tried")
        else:
            with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied for (schema|table)"):
                execute(role, f"select one from {schema}.tried")
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            execute(role, f"insert into {schema}.tried values (2)")
    finally:
        execute("pipeline", f"drop table {schema}.tried")


@pytest.mark.parametrize("role", sorted(MAY))
def test_a_reader_cannot_make_anything(warehouse, role):
    for statement in ("create table public.mine (a int)", "create schema mine", "create temp table mine (a int)"):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            execute(role, statement)


@pytest.mark.parametrize("role", ["pipeline", *sorted(MAY)])
def test_no_role_of_ours_is_superuser(warehouse, role):
    with warehouse.engine(role).connect() as connection:
        row = connection.exec_driver_sql(
            "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user"
        ).one()
    assert tuple(row) == (False, False, False)


def test_preparing_again_changes_nothing(warehouse):
    listing = "select string_agg(table_schema || table_name || column_name, ' ' order by 1) \
        from (select * from information_schema.columns order by 1, 2, 3, ordinal_position) c"
    with warehouse.engine().connect() as connection:
        before = connection.exec_driver_sql(listing).scalar()
    warehouse.prepare()
    with warehouse.engine().connect() as connection:
        assert connection.exec_driver_sql(listing).scalar() == before


def test_the_server_needs_its_password_and_listens_on_loopback_alone(warehouse):
    url = warehouse.url()
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(host=url.host, port=url.port, user=url.username, password="wrong", dbname=url.database)  # noqa: S106
    with warehouse.engine().connect() as connection:
        assert connection.exec_driver_sql("show listen_addresses").scalar() == "127.0.0.1"


def test_it_starts_again_after_a_crash_with_what_was_committed(tmp_path):
    home = tmp_path / "crashed"
    state = embedded.start(home)
    connect = {
        "host": "127.0.0.1",
        "user": "postgres",
        "password": state["passwords"]["postgres"],
        "dbname": "postgres",
    }
    with psycopg2.connect(port=state["port"], **connect) as connection:
        connection.cursor().execute("create table kept as select 1 as one")
    connection.close()
    server = psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
    server.kill()
    psutil.wait_procs([server], timeout=10)
    again = embedded.start(home)
    try:
        with psycopg2.connect(port=again["port"], **connect) as connection, connection.cursor() as cursor:
            cursor.execute("select one from kept")
            assert cursor.fetchall() == [(1,)]
        connection.close()
    finally:
        assert embedded.stop(home)
    assert not embedded.is_running(home)
    assert not embedded.stop(home)


def test_another_servers_reader_needs_its_own_password(monkeypatch):
    monkeypatch.setenv("SEND_WAREHOUSE_URL", "postgresql://send_pipeline:one@db.example/send")
    monkeypatch.delenv("SEND_BOARD_READER_PASSWORD", raising=False)
    with pytest.raises(warehouse.WarehouseError, match="SEND_BOARD_READER_PASSWORD"):
        warehouse.url("board_reader")
    monkeypatch.setenv("SEND_BOARD_READER_PASSWORD", "two")
    target = warehouse.url("board_reader")
    assert (target.username, target.password, target.host, target.database) == (
        "board_reader",
        "two",
        "db.example",
        "send",
    )


def test_passwords_are_for_the_owner_alone(warehouse):
    assert (settings().home / "postgres.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("is_upn('E303200026001')", True),
        ("is_upn('D303402126002')", True),
        ("is_upn('Q30320002600A')", True),
        ("is_upn('B801200005001')", True),
        ("is_upn('A801200005001')", False),
        ("is_upn('E3032000260011')", False),
        ("is_upn('e303200026001')", False),
        ("is_upn(null)", None),
        ("is_nhs_number('9990000018')", True),
        ("is_nhs_number('9434765919')", True),
        ("is_nhs_number('9434765871')", False),
        ("is_nhs_number('4444444444')", False),
        ("is_nhs_number('0000000000')", False),
        ("is_uln('1234567890')", True),
        ("is_uln('0234567890')", False),
        ("as_date('2024-02-29')::text", "2024-02-29"),
        ("as_date('2026-02-29')", None),
        ("as_date('2000-02-29')::text", "2000-02-29"),
        ("as_date('1900-02-29')", None),
        ("as_date('29/02/2024')", None),
        ("as_date_uk('29/02/2024')::text", "2024-02-29"),
        ("as_date_uk('31-04-2026')", None),
        ("as_integer('12.5')", None),
        ("as_numeric('12.5')::text", "12.5"),
        ("as_numeric('1e5')", None),
    ],
)
def test_reading_text(warehouse, call, answer):
    with warehouse.engine().connect() as connection:
        assert connection.exec_driver_sql(f"select ops.{call}").scalar() == answer
