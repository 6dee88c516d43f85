"""Connections: what a name stands for, and SFTP against a real OpenSSH server that may be wrong, changed or gone."""

import logging
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from send_data import connections, contracts, evidence, landing
from tests import openssh
from tests.unit import sample_files as samples
from tests.unit.test_landing import ledger, put, silent

FEED = "ld_register/{month}/register.csv"
FILE = "ld_register/2026-09/register.csv"
OWNER = "ICB primary care analyst"
REGISTER = (
    "nhs_number,forename,surname,date_of_birth,postcode,registered_date,check_date,action_plan_date,declined_date\n"
    "9434765919,Cora,Canary,2005-05-05,ZZ9 9ZZ,2024-05-01,,,\n"
)
SECRET = "Hidden-Pa55"  # noqa: S105  looked for in what is told


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if openssh.SSHD is None:
        pytest.skip(openssh.MISSING)
    with openssh.serving(tmp_path_factory.mktemp("openssh")) as server:
        yield server


@pytest.fixture
def outbox(server, clean_warehouse, monkeypatch):
    """The server's folder, empty, with health_sftp set to it and nothing told that must not be."""
    use(monkeypatch, server)
    yield server.outbox
    for path in sorted(server.outbox.rglob("*"), reverse=True):
        path.chmod(0o700)
        path.rmdir() if path.is_dir() else path.unlink()


def use(monkeypatch, server, **changed):
    for name, value in server.settings("health_sftp", **changed).items():
        monkeypatch.setenv(name, value)


def upload(outbox: Path, path: str = FILE, content: str = REGISTER) -> Path:
    target = outbox / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content)
    os.utime(target, (1_790_000_000, 1_790_000_000))
    return target


def failure_of_fetch(told) -> str:
    """What the fetch of September says of the register while the review log lands all the same."""
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW))
    with pytest.raises(landing.LandingError) as error:
        landing.fetch("2026-09", told.append)
    assert any(text.startswith("landed: casework") for text in told)
    (said,) = re.findall(f"{re.escape(FEED)}: (.*?); ask {OWNER}", str(error.value))
    assert f"failed: {FEED}: {said}; ask {OWNER}" in told
    return said


def test_a_file_is_fetched_with_a_key_from_a_server_whose_key_is_pinned(outbox, clean_warehouse):
    upload(outbox)
    assert landing.land("2026-09", silent).accepted == 1
    columns = "feed, file_name, extract(epoch from received_at)::bigint, bytes"
    assert ledger(clean_warehouse, columns) == [(FEED, FILE, 1_790_000_000, len(REGISTER))]
    assert landing.fetch("2026-09", silent) == 0


def test_the_suppliers_report_is_written_where_the_file_came_from(outbox, clean_warehouse):
    upload(outbox)
    (outbox / "reports").write_text("in the way")
    told = []
    landing.land("2026-09", told.append)
    said = re.escape(f"failed: {FEED}: connection health_sftp failed (") + r"\w+" + re.escape(f"); ask {OWNER}")
    assert [text for text in told if re.fullmatch(said, text)], told
    (outbox / "reports").unlink()
    assert landing.write_reports(silent) == 1
    (written,) = (outbox / "reports" / "ld_register" / "2026-09").iterdir()
    assert OWNER in written.read_text()
    assert landing.write_reports(silent) == 0


def test_without_a_month_every_month_on_the_server_is_fetched(outbox, clean_warehouse):
    upload(outbox)
    upload(outbox, "ld_register/2026-10/register.csv")
    assert landing.fetch(None, silent) == 2


def test_a_server_without_the_feeds_folder_has_sent_nothing_yet(outbox):
    assert FEED in landing.land("2026-09", silent).late


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_keys_of_every_usual_kind_are_read(server, tmp_path, kind):
    key = openssh.new_key(tmp_path / "key", kind)
    authorised = server.key_file.with_suffix(".pub")
    before = authorised.read_text()
    authorised.write_text(before + key.with_suffix(".pub").read_text())
    try:
        with pytest.MonkeyPatch.context() as patch, connections.opened() as places:
            use(patch, server, key_file=str(key))
            file_system, root = places.place("health_sftp")
            assert file_system.exists(root)
    finally:
        authorised.write_text(before)


def test_a_wrong_key_is_refused(server, outbox, tmp_path, monkeypatch):
    use(monkeypatch, server, key_file=str(openssh.new_key(tmp_path / "stranger")))
    assert failure_of_fetch([]) == (
        "connection health_sftp is refused by the server: it does not take our key or password"
    )


def test_a_wrong_password_is_refused_and_not_told(server, outbox, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    use(monkeypatch, server, key_file="", password=SECRET)
    told = []
    failure_of_fetch(told)
    assert SECRET not in "".join(told) + caplog.text


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_changed_host_key_is_refused(server, outbox, tmp_path, monkeypatch, kind):
    """Of the kind that the server shows, and of another kind."""
    other = openssh.new_key(tmp_path / "other", kind).with_suffix(".pub").read_text()
    use(monkeypatch, server, host_key=other)
    upload(outbox)
    told = []
    assert "the server shows another host key than the one that is pinned" in failure_of_fetch(told)
    assert not any(FILE in text and "landed" in text for text in told)


def test_an_unknown_host_is_refused_before_anything_is_sent(server, outbox, monkeypatch):
    use(monkeypatch, server, host_key="")
    assert "has no host key pinned" in failure_of_fetch([])


def test_a_host_key_that_is_none_is_said_to_be_none(server, outbox, monkeypatch):
    use(monkeypatch, server, host_key="ssh-ed25519 nonsense")
    assert "its host key is not written as 'ssh-ed25519 AAAA...'" in failure_of_fetch([])


def test_a_key_that_cannot_be_read_is_told_without_its_text(server, outbox, tmp_path, monkeypatch):
    (tmp_path / "key").write_text(SECRET)
    use(monkeypatch, server, key_file=str(tmp_path / "key"))
    told = []
    assert "its private key cannot be read" in failure_of_fetch(told)
    assert SECRET not in "".join(told)
    use(monkeypatch, server, key_file=str(tmp_path / "gone"))
    with pytest.raises(connections.ConnectionFailedError, match=r"its key file cannot be read \(No such file"):
        connections.find("health_sftp")


def test_a_server_that_is_down_stops_only_its_feeds_and_is_named(server, outbox, clean_warehouse, monkeypatch):
    use(monkeypatch, server, url=f"sftp://send@127.0.0.1:{openssh.free_port()}/outbox")
    said = "connection health_sftp cannot be reached (NoValidConnectionsError)"
    assert failure_of_fetch([]) == said
    with pytest.raises(landing.LandingError, match="health_sftp"):
        landing.land("2026-09", silent)
    states = {row[0]: row[4] for row in landing.sources("2026-09")}
    assert states["ld_register__person"] == "late"
    assert (FEED, said, OWNER) in landing.not_fetched()
    assert states["casework__annual_review"] == "accepted"
    assert f"{FEED} was not fetched: {said}; ask {OWNER}" in evidence.missing_from_landing()
    use(monkeypatch, server)
    upload(outbox)
    assert landing.land("2026-09", silent).accepted == 1
    assert evidence.missing_from_landing() == []


def test_a_folder_that_is_not_there_is_not_taken_for_an_empty_one(server, outbox, monkeypatch):
    use(monkeypatch, server, url=f"sftp://{server.user}@127.0.0.1:{server.port}/nowhere/at/all")
    assert failure_of_fetch([]) == "connection health_sftp: the server has no folder /nowhere/at/all"


@pytest.mark.parametrize(
    "name", [".register.csv", "register.csv.part", "register.csv.filepart", "~$register.csv", "register.csv.TMP"]
)
def test_names_of_uploads_under_way_are_passed_over(outbox, name):
    upload(outbox, f"ld_register/2026-09/{name}")
    contract = contracts.source_contracts()["ld_register__person"]
    anything = replace(contract, file=replace(contract.file, path="ld_register/{month}/*"))
    with connections.opened() as places:
        assert landing._groups(anything, "2026-09", places) == []
        upload(outbox)
        assert [[Path(path).name for path in group] for group in landing._groups(anything, "2026-09", places)] == [
            ["register.csv"]
        ]


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_run(outbox, clean_warehouse, monkeypatch):
    target = upload(outbox, content=REGISTER[:-20])
    original = landing.hashlib.sha256

    def growing():
        """The rest arrives after the copying began."""
        if target.stat().st_size < len(REGISTER):
            target.write_text(REGISTER)
        return original()

    monkeypatch.setattr(landing.hashlib, "sha256", growing)
    with pytest.raises(landing.LandingError, match=r"register\.csv is still being written"):
        landing.fetch("2026-09", silent)
    monkeypatch.undo()
    assert ledger(clean_warehouse) == []


def test_a_server_that_goes_away_between_two_files_is_an_error_and_not_an_empty_folder(outbox, server):
    upload(outbox)
    with connections.opened() as places:
        file_system, root = places.place("health_sftp")
        file_system.client.close()
        with pytest.raises(Exception, match="closed"):
            file_system.glob(f"{root}/ld_register/*/register.csv")
        with pytest.raises(Exception, match="closed"):
            file_system.glob(f"{root}/{FILE}")


def test_a_connection_that_nobody_set_up_is_late_and_no_failure(clean_warehouse):
    told = []
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW))
    assert landing.land("2026-09", told.append).accepted == 1
    why = "connection health_sftp is not set up (SEND_HEALTH_SFTP_URL, or in Airflow)"
    assert f"left out: {FEED}: {why}; ask {OWNER}" in told
    assert {row[0]: row[4] for row in landing.sources("2026-09")}["ld_register__person"] == "late"
    assert (FEED, why, OWNER) in landing.not_fetched()
    assert evidence.missing_from_landing() == []


def test_a_connection_may_be_a_folder(clean_warehouse, monkeypatch, tmp_path):
    upload(tmp_path / "share")
    monkeypatch.setenv("SEND_HEALTH_SFTP_URL", str(tmp_path / "share"))
    assert landing.land("2026-09", silent).accepted == 1


@pytest.mark.parametrize("url", ["sftp://host/x", "ssh://host/x", "filecache::sftp://host/x", "SFTP://host/x"])
def test_no_sftp_server_is_believed_without_its_key(url):
    with pytest.raises(connections.ConnectionFailedError, match="pins its host key"):
        connections.folder(url)


@pytest.mark.parametrize("variable", ["SEND_DELIVERIES_URL", "SEND_HEALTH_SFTP_URL"])
def test_nor_by_any_setting(clean_warehouse, monkeypatch, variable):
    monkeypatch.setenv(variable, "ssh://host/x")
    with pytest.raises(landing.LandingError, match="pins its host key"):
        landing.fetch("2026-09", silent)


def test_a_look_up_is_asked_first_and_the_environment_after_it(monkeypatch):
    monkeypatch.setenv("SEND_A_URL", "sftp://environment/a")
    monkeypatch.setenv("SEND_B_URL", "sftp://environment/b")
    with connections.looked_up_with({"a": {"url": "sftp://kept/a%20b", "password": SECRET}}.get):
        found = connections.find("a")
        assert (found.url, found.path, found.password) == ("sftp://kept/a%20b", "/a b", SECRET)
        assert connections.find("b").url == "sftp://environment/b"
        with pytest.raises(connections.NotSetUpError, match="connection c is not set up"):
            connections.find("c")
    assert connections.find("a").url == "sftp://environment/a"


def test_a_connection_is_written_without_its_secrets():
    url = f"sftp://send:{SECRET}@host/outbox"
    with connections.looked_up_with(lambda name: {"url": url, "private_key": SECRET, "private_key_passphrase": SECRET}):
        found = connections.find("a")
    assert found.password == SECRET
    assert repr(found) == str(found) == "Connection(name='a')"
