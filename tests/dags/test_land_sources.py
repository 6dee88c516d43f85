"""Landing by a connection that Airflow keeps: it is used, and its secrets stand nowhere but there, encrypted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import openssh
from tests.unit.test_connections import FEED, REGISTER, upload
from tests.unit.test_landing import ledger

PASSWORD = "Pass-word-of-the-server"  # noqa: S105  made up, and looked for
PASSPHRASE = "Pass-phrase-of-the-key"  # noqa: S105

# Airflow takes its settings when it is first imported: in a process of its own.
RUN = """
import json, os, sys
from pathlib import Path
from send_cli import orchestra
orchestra.set_up()
os.environ.update(orchestra.environment())
from airflow.models import Connection
from airflow.utils.session import create_session
kept = json.loads(sys.stdin.read())
with create_session() as session:
    session.query(Connection).filter(Connection.conn_id == kept["conn_id"]).delete()
    session.add(Connection(**kept))
try:
    orchestra.run_dag("land_sources", Path(sys.argv[1]), month="2026-09")
except orchestra.OrchestraError as error:
    raise SystemExit(str(error))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if openssh.SSHD is None:
        pytest.skip(openssh.MISSING)
    with openssh.serving(tmp_path_factory.mktemp("openssh"), passphrase=PASSPHRASE) as server:
        yield server


def run(server, log: Path, **changed) -> subprocess.CompletedProcess:
    extra = {
        "private_key": server.key_file.read_text(),
        "private_key_passphrase": PASSPHRASE,
        "host_key": server.host_key,
    }
    kept = {
        "conn_id": "health_sftp", "conn_type": "sftp", "host": "127.0.0.1", "port": server.port,
        "login": server.user, "password": PASSWORD, "schema": str(server.outbox).lstrip("/"),
    }  # fmt: skip
    given = json.dumps(kept | {"extra": json.dumps(extra)} | changed)
    command = [sys.executable, "-c", RUN, str(log)]
    return subprocess.run(command, input=given, capture_output=True, text=True, env=os.environ)


def test_a_connection_of_airflow_is_used_and_its_secrets_are_told_nowhere(server, clean_warehouse, tmp_path):
    upload(server.outbox)
    done = run(server, tmp_path / "good.log")
    assert done.returncode == 0, done.stderr[-3000:]
    assert ledger(clean_warehouse, "feed, bytes, status") == [(FEED, len(REGISTER), "accepted")]
    refused = run(server, tmp_path / "bad.log", extra=json.dumps({"host_key": server.host_key}))
    assert refused.returncode != 0
    said = "connection health_sftp is refused by the server: it does not take our key or password"
    assert f"{FEED}: {said}; ask ICB primary care analyst" in (tmp_path / "bad.log").read_text()
    secrets = [PASSWORD, PASSPHRASE, *server.key_file.read_text().splitlines()[1:3]]
    told = [done.stdout, done.stderr, refused.stdout, refused.stderr, *_files(tmp_path), *_airflow(clean_warehouse)]
    assert len(told) > 40
    assert [secret for secret in secrets if any(secret in text for text in told)] == []


def _files(tmp_path):
    """What was written: the runs' logs, and what Airflow keeps in its folder."""
    home = Path(os.environ["SEND_HOME"])
    paths = [*tmp_path.glob("*.log"), *(home / "airflow").rglob("*.log")]
    return [path.read_text(errors="replace") for path in paths]


def _airflow(warehouse):
    """Every table of Airflow's own database, the connections' and the XComs' among them."""
    engine = sa.create_engine(warehouse.airflow_url())
    with engine.connect() as connection:
        query = "select table_name from information_schema.tables where table_schema = 'public'"
        tables = connection.execute(sa.text(query)).scalars().all()
        assert {"xcom", "connection", "log"} <= set(tables)
        texts = [str(connection.exec_driver_sql(f'select * from "{table}"').all()) for table in tables]
    engine.dispose()
    return texts
