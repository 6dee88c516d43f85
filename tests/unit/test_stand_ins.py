"""The made-up services' servers: reached as a real one is, and nothing but the deliveries can be had from them."""

import os
from urllib.parse import urlsplit

import pytest

from demo_borough import sftp_server
from send_cli import orchestra, stand_ins
from send_data import connections
from tests import openssh


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SEND_HOME", str(tmp_path))
    # No database is wanted here: the tests of extracts fill one.
    for name in ("SEND_CASEWORK_URL", "SEND_WAREHOUSE_URL"):
        monkeypatch.setenv(name, "postgresql://nowhere/nothing")
    monkeypatch.delenv("SEND_DELIVERIES_URL", raising=False)
    (tmp_path / "deliveries" / "csds" / "2026-09").mkdir(parents=True)
    (tmp_path / "deliveries" / "csds" / "2026-09" / "CYP001.csv").write_text("a,b\n")
    os.utime(tmp_path / "deliveries" / "csds" / "2026-09" / "CYP001.csv", (1_790_000_000, 1_790_000_000))
    (tmp_path / "outside.txt").write_text("secret")
    return tmp_path


def test_deliveries_are_read_by_their_connections(home):
    with stand_ins.serving(), connections.opened() as places:
        for name in stand_ins.SFTP_CONNECTIONS:
            file_system, root = places.place(name)
            (path,) = file_system.glob(f"{root}/csds/*/CYP001.csv")
            assert file_system.cat(path) == b"a,b\n"
            assert file_system.modified(path).timestamp() == 1_790_000_000
            assert not file_system.exists(f"{root}/csds/2026-10")
    with pytest.raises(connections.NotSetUpError):
        connections.find("health_sftp")


def test_nothing_but_reports_can_be_written_and_nothing_outside_be_read(home):
    with stand_ins.serving(), connections.opened() as places:
        file_system, _ = places.place("health_sftp")
        with pytest.raises(PermissionError):
            file_system.open("/csds/new.csv", "wb")
        with pytest.raises(PermissionError):
            file_system.mkdir("/csds/2026-10", create_parents=False)
        with pytest.raises(PermissionError):
            file_system.open("/reports/../csds/2026-09/CYP001.csv", "wb")
        file_system.makedirs("/reports/csds/2026-09", exist_ok=True)
        with file_system.open("/reports/csds/2026-09/CYP001.txt", "wb") as report:
            report.write(b"two rows")
        assert (home / "deliveries" / "reports" / "csds" / "2026-09" / "CYP001.txt").read_text() == "two rows"
        with pytest.raises(OSError, match="unsupported"):
            file_system.rm_file("/csds/2026-09/CYP001.csv")
        with pytest.raises(FileNotFoundError):
            file_system.open("/../outside.txt", "rb")
        with pytest.raises(FileNotFoundError):
            file_system.open("../../outside.txt", "rb")


def test_a_stranger_is_not_let_in_and_the_server_stays(home, tmp_path, monkeypatch):
    with stand_ins.serving():
        with monkeypatch.context() as patch, connections.opened() as places:
            patch.setenv("SEND_HEALTH_SFTP_KEY_FILE", str(openssh.new_key(tmp_path / "stranger")))
            with pytest.raises(connections.ConnectionFailedError, match="is refused by the server"):
                places.place("health_sftp")
        with connections.opened() as places:
            assert places.place("health_sftp")


def test_what_a_person_has_set_is_left_alone(home, monkeypatch):
    monkeypatch.setenv("SEND_HEALTH_SFTP_URL", "sftp://real/outbox")
    with stand_ins.serving():
        assert os.environ["SEND_HEALTH_SFTP_URL"] == "sftp://real/outbox"
        assert "SEND_HEALTH_SFTP_HOST_KEY" not in os.environ
        assert "SEND_SCHOOLS_SFTP_HOST_KEY" in os.environ
    assert os.environ["SEND_HEALTH_SFTP_URL"] == "sftp://real/outbox"


def test_the_keys_are_made_once_and_are_for_their_owner_alone(home):
    first, second = (sftp_server.Keys.of(home / "keys") for _ in range(2))
    assert first.pinned == second.pinned
    assert [path.stat().st_mode & 0o777 for path in sorted((home / "keys").iterdir())] == [0o600, 0o600]


def test_it_runs_beside_airflow_until_it_is_told_to_stop(home, monkeypatch):
    (home / "airflow").mkdir()
    variables = orchestra._stand_in()
    try:
        assert orchestra._stand_in() == variables
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        openssh.until_it_answers(urlsplit(variables["SEND_HEALTH_SFTP_URL"]).port)
        with connections.opened() as places:
            file_system, root = places.place("schools_sftp")
            assert file_system.exists(f"{root}/csds/2026-09/CYP001.csv")
    finally:
        assert orchestra.down() == [orchestra.STAND_IN]
    assert orchestra.down() == []
