"""The warehouse: which PostgreSQL it is, its schemas and roles, and how to connect as each role.

Roles: `pipeline` owns every schema and is no superuser; `bi_reader` reads `marts` and `published` and nothing else;
`board_reader` reads `published` alone; `list_maker` reads no table: it calls the functions of `lists`, which alone join
names back, and writes into their log.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from send_data import embedded
from send_data.settings import settings

READERS = ("bi_reader", "board_reader", "list_maker")
READS = {"bi_reader": ("marts", "published"), "board_reader": ("published",)}
CALLS = {"list_maker": ("lists.standing_month", "lists.settings", "lists.annual_reviews", "lists.annex_a_plans",
                        "lists.annex_a_sen_support")}  # fmt: skip
ADDS_TO = {"list_maker": ("ops.list_log",)}
LOWEST_VERSION = 15
# One key for the whole warehouse: builds and set-up take it, so that two never run at once.
WAREHOUSE_LOCK = 3030001
# Held by a build while dbt is at work on the tables between raw and marts, and shared by who reads several of them.
TABLES_LOCK = 3030003

_ENGINES: dict[sa.URL, sa.Engine] = {}


class WarehouseError(RuntimeError):
    """The warehouse cannot be used as it stands; the message says what to ask for."""


def start() -> None:
    """Start the embedded server unless `SEND_WAREHOUSE_URL` names another one."""
    if settings().warehouse_url is None:
        embedded.start(settings().home)


def stop() -> bool:
    """Stop the embedded server; True when one was running. Another server is left alone."""
    for pooled in _ENGINES.values():
        pooled.dispose()
    _ENGINES.clear()
    return settings().warehouse_url is None and embedded.stop(settings().home)


def url(role: str = "pipeline") -> sa.URL:
    """SQLAlchemy URL of the warehouse for `pipeline` or one of `READERS`."""
    configured = settings().warehouse_url
    if configured is None:
        return _embedded_url("send_pipeline" if role == "pipeline" else role)
    pipeline = sa.make_url(configured).set(drivername="postgresql+psycopg2")
    if role == "pipeline":
        return pipeline
    password = _reader_password(role)
    if not password:
        raise WarehouseError(f"set {_password_variable(role)}: {role} has a password of its own on this server")
    return pipeline.set(username=role, password=password)


def engine(role: str = "pipeline") -> sa.Engine:
    """A pooled engine for a role; the same one each time within a process."""
    target = url(role)
    if target not in _ENGINES:
        _ENGINES[target] = sa.create_engine(target, pool_pre_ping=True)
    return _ENGINES[target]


def airflow_url() -> sa.URL:
    """URL of Airflow's own database on the embedded server; its role can see nothing of the warehouse."""
    _prepare_embedded()
    return _embedded_url("airflow", "airflow")


def neighbour(name: str) -> tuple[sa.URL, sa.URL]:
    """A database of its own on the embedded server, for a system beside the warehouse: its owner's URL and a reader's.

    Neither role can see anything of the warehouse; the reader (`<name>_reader`) reads what the owner makes.
    """
    reader = f"{name}_reader"
    passwords = {role: embedded.password(settings().home, role) for role in (name, reader)}
    with _administering() as connection:
        for role, password in passwords.items():
            _create_login(connection, role, password)
        if _create_database(connection, name, name):
            connection.exec_driver_sql(f"grant connect on database {name} to {reader}")
    with _administering(name) as connection:
        connection.exec_driver_sql(f"alter default privileges for role {name} grant select on tables to {reader}")
    return _embedded_url(name, name), _embedded_url(reader, name)


def prepare() -> None:
    """Create or bring up to date schemas, roles, functions and tables. Running it again changes nothing."""
    if settings().warehouse_url is None:
        _prepare_embedded()
    with engine().begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": WAREHOUSE_LOCK})
        _check_version(connection)
        for path in sorted((Path(__file__).parent / "sql").glob("*.sql")):
            connection.exec_driver_sql(path.read_text().replace("%", "%%"))
        _ensure_readers(connection)
        grant_reads(connection)


def grant_reads(connection: sa.Connection) -> None:
    """Give each role its schemas, functions and logs; needed again whenever a schema is swapped in."""
    for role, schemas in READS.items():
        for schema in schemas:
            connection.exec_driver_sql(f"grant usage on schema {schema} to {role}")
            connection.exec_driver_sql(f"grant select on all tables in schema {schema} to {role}")
    for right, granted in (("execute on function", CALLS), ("insert on", ADDS_TO)):
        for role, names in granted.items():
            schemas = ", ".join(sorted({name.partition(".")[0] for name in names}))
            connection.exec_driver_sql(f"grant usage on schema {schemas} to {role}")
            connection.exec_driver_sql(f"grant {right} {', '.join(names)} to {role}")


def _embedded_url(role: str, database: str = embedded.DATABASE) -> sa.URL:
    state = embedded.start(settings().home)
    return sa.URL.create(
        "postgresql+psycopg2",
        username=role,
        password=state["passwords"][role],
        host="127.0.0.1",
        port=state["port"],
        database=database,
    )


def _prepare_embedded() -> None:
    """Create the login roles and the database as the server's own superuser, which nothing else uses."""
    with _administering() as connection:
        for role in embedded.LOGIN_ROLES[1:]:
            _create_login(connection, role, embedded.password(settings().home, role))
        _create_database(connection, embedded.DATABASE, "send_pipeline")
        # Each time, for a server that is older than one of the roles.
        connection.exec_driver_sql(f"grant connect on database {embedded.DATABASE} to {', '.join(READERS)}")
        _create_database(connection, "airflow", "airflow")


@contextmanager
def _administering(database: str = "postgres") -> Iterator[sa.Connection]:
    admin = sa.create_engine(_embedded_url("postgres", database), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        yield connection
    admin.dispose()


def _create_database(connection: sa.Connection, name: str, owner: str) -> bool:
    if connection.execute(sa.text("select 1 from pg_database where datname = :n"), {"n": name}).scalar():
        return False
    connection.exec_driver_sql(f"create database {name} owner {owner}")
    connection.exec_driver_sql(f"revoke all on database {name} from public")
    return True


def _ensure_readers(connection: sa.Connection) -> None:
    """On another server: create the readers where the pipeline may, and say what to ask for where it may not."""
    for role in READERS:
        if connection.execute(sa.text("select 1 from pg_roles where rolname = :r"), {"r": role}).scalar():
            continue
        password = _reader_password(role)
        if not password:
            raise WarehouseError(
                f"role {role} does not exist: create it, or set {_password_variable(role)} and let the pipeline's "
                "role create it (it needs CREATEROLE)"
            )
        _create_login(connection, role, password)
        database = connection.dialect.identifier_preparer.quote(connection.engine.url.database)
        connection.exec_driver_sql(f"grant connect on database {database} to {role}")


def _create_login(connection: sa.Connection, role: str, password: str) -> None:
    exists = connection.execute(sa.text("select 1 from pg_roles where rolname = :r"), {"r": role}).scalar()
    if not exists:
        literal = password.replace("'", "''").replace("%", "%%")
        connection.exec_driver_sql(f"create role {role} login nosuperuser nocreatedb nocreaterole password '{literal}'")


def _reader_password(role: str) -> str | None:
    return os.environ.get(_password_variable(role))


def _password_variable(role: str) -> str:
    return f"SEND_{role.upper()}_PASSWORD"


def _check_version(connection: sa.Connection) -> None:
    version = int(connection.execute(sa.text("show server_version_num")).scalar_one()) // 10000
    if version < LOWEST_VERSION:
        raise WarehouseError(f"PostgreSQL {version} is too old: {LOWEST_VERSION} or newer is needed")
