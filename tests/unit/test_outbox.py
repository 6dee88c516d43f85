"""The outbox: what is put there, taken away, uploaded to a real server, and what the log keeps of it."""

import json
from datetime import date

import pytest
import sqlalchemy as sa

from send_data import connections, outbox
from send_data import warehouse as store
from send_data.outbox import Log, OutboxError, Package
from tests import openssh

TERM = "2026-27-spring"
FOLDER = "review-lists"
MONTH = date(2026, 10, 1)
SECRET = "Canary-Pa55word"  # noqa: S105  looked for in what is told


@pytest.fixture
def place(warehouse, tmp_path, monkeypatch):
    """An outbox and a file of passwords of the test's own, and a log that has nothing of it yet."""
    monkeypatch.setenv("SEND_OUTBOX_URL", str(tmp_path / "outbox"))
    monkeypatch.setenv("SEND_LIST_PASSWORDS_FILE", str(tmp_path / "passwords" / "lists.json"))
    for part in ("URL", "KEY_FILE", "HOST_KEY"):
        monkeypatch.delenv(f"SEND_LISTS_SFTP_{part}", raising=False)
    warehouse.prepare()
    return tmp_path / "outbox"


@pytest.fixture
def log(place, request):
    with outbox.as_list_maker() as connection:
        # Lines are never deleted: each test writes of a list of its own.
        yield Log(connection, "annual_reviews", request.node.name[:60], MONTH)


def package(setting: str = "900001", content: bytes = b"locked", term: str = TERM) -> Package:
    return Package(setting, f"{FOLDER}/{term}/{setting}-{term}.xlsx", 3, content)


def lines(log: Log) -> list[dict]:
    with store.engine().connect() as connection:
        found = connection.execute(
            sa.text("select * from ops.list_log where of_when = :w order by line_id"), {"w": log.of_when}
        )
        return [dict(row) for row in found.mappings()]


def told(log: Log) -> list[tuple]:
    return [(line["event"], line["setting"], line["file_name"], line["row_count"]) for line in lines(log)]


def test_what_is_put_stands_there_and_in_the_log(place, log):
    outbox.put(FOLDER, [package()], log)
    file = place / FOLDER / TERM / f"900001-{TERM}.xlsx"
    assert file.read_bytes() == b"locked"
    assert [path.name for path in place.rglob("*") if path.is_file()] == [file.name]
    (line,) = lines(log)
    assert line["sha256"] == package().sha256 == outbox.listing(FOLDER)[f"{FOLDER}/{TERM}/900001-{TERM}.xlsx"]
    assert (line["event"], line["setting"], line["row_count"], line["month"]) == ("written", "900001", 3, MONTH)
    assert (line["database_role"], bool(line["os_user"])) == ("list_maker", True)


def test_the_outbox_is_its_owners_alone(place, log):
    outbox.put(FOLDER, [package()], log)
    assert place.stat().st_mode & 0o077 == 0


def test_what_a_new_list_takes_the_place_of_is_taken_away(place, log):
    outbox.put(FOLDER, [package(), package("900002")], log)
    outbox.put(FOLDER, [package("900001", b"newer"), package("900003", term="2026-27-summer")], log)
    assert set(outbox.listing(FOLDER)) == {
        f"{FOLDER}/{TERM}/900001-{TERM}.xlsx", f"{FOLDER}/2026-27-summer/900003-2026-27-summer.xlsx",
    }  # fmt: skip
    assert outbox.read(package().path) == b"newer"
    assert told(log)[-1] == ("removed", None, f"900002-{TERM}.xlsx", None)


def test_another_folder_of_the_outbox_is_left_alone(place, log):
    outbox.put("inspection", [Package("annex_a", "inspection/annex-a-2026-10-31.xlsx", 9, b"x")], log)
    outbox.put(FOLDER, [package()], log)
    assert set(outbox.listing("inspection")) == {"inspection/annex-a-2026-10-31.xlsx"}


def test_the_log_is_only_added_to_and_stamped_by_the_server(place, log):
    log.add("read")
    for change in ("update ops.list_log set os_user = 'another'", "delete from ops.list_log"):
        with pytest.raises(sa.exc.DatabaseError, match="stays in the log"), store.engine().begin() as connection:
            connection.exec_driver_sql(change)
    log.connection.execute(
        sa.text(
            "insert into ops.list_log (la_code, list, of_when, event, month, os_user, database_role, session_number, "
            "session_began_at) values ('303', 'annual_reviews', :w, 'read', '2026-10-01', 'u', 'send_pipeline', 1, "
            "'2000-01-01')"
        ),
        {"w": log.of_when},
    )
    log.connection.commit()
    forged = lines(log)[-1]
    assert forged["database_role"] == "list_maker"
    assert forged["session_number"] != 1
    assert forged["session_began_at"].year > 2000


def test_a_password_is_made_once_and_is_the_owners_alone(place, tmp_path):
    first = outbox.passwords(["900001", "sen-team"])
    assert outbox.passwords(["900001"]) == {"900001": first["900001"]}
    assert len(set(first.values())) == 2
    assert all(len(word) == 24 and set(word) <= {*outbox.ALPHABET, "-"} for word in first.values())
    assert (tmp_path / "passwords" / "lists.json").stat().st_mode & 0o077 == 0


def test_a_password_that_was_agreed_is_used(place, tmp_path):
    file = tmp_path / "passwords" / "lists.json"
    file.parent.mkdir()
    file.touch(mode=0o600)
    file.write_text(json.dumps({"900001": "agreed over the telephone"}))
    assert outbox.passwords(["900001", "900002"])["900001"] == "agreed over the telephone"
    assert set(json.loads(file.read_text())) == {"900001", "900002"}


@pytest.mark.parametrize(("mode", "content", "said"), [
    (0o640, f'{{"900001": "{SECRET}"}}', "others may read"),
    (0o600, f"900001 {SECRET}", "is not written as"),
    (0o600, f'["{SECRET}"]', "is not written as"),
    (0o600, '{"900001": 7}', "is not written as"),
])  # fmt: skip
def test_a_file_of_passwords_that_cannot_be_trusted_is_refused(place, tmp_path, mode, content, said):
    file = tmp_path / "passwords" / "lists.json"
    file.parent.mkdir()
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(OutboxError, match=said) as error:
        outbox.passwords(["900001"])
    assert SECRET not in str(error.value)
    assert file.read_text() == content


def test_an_outbox_on_a_server_whose_key_is_not_pinned_is_refused(place, log, monkeypatch):
    monkeypatch.setenv("SEND_OUTBOX_URL", "sftp://anybody@127.0.0.1/outbox")
    with pytest.raises(connections.ConnectionFailedError, match="pins its host key"):
        outbox.put(FOLDER, [package()], log)


def test_without_a_connection_nothing_can_be_sent(place):
    assert not outbox.may_send()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if openssh.SSHD is None:
        pytest.skip(openssh.MISSING)
    with openssh.serving(tmp_path_factory.mktemp("openssh")) as server:
        yield server


@pytest.fixture
def waiting(server, log, monkeypatch):
    """Two lists in the outbox, a server to send them to, and the lines of the log that say so."""
    for name, value in server.settings("lists_sftp").items():
        monkeypatch.setenv(name, value)
    outbox.put(FOLDER, [package(), package("900002", b"other")], log)
    with store.engine().connect() as connection:
        query = sa.text("select * from ops.list_log where of_when = :w and event = 'written' order by setting")
        yield list(connection.execute(query, {"w": log.of_when}))


def test_each_setting_has_a_folder_of_its_own_on_the_server(server, log, waiting):
    assert outbox.may_send()
    assert outbox.send(f"{FOLDER}/{TERM}", waiting, log) == 2
    sent = {str(p.relative_to(server.outbox)): p.read_bytes() for p in server.outbox.rglob("*") if p.is_file()}
    assert sent == {
        f"900001/900001-{TERM}.xlsx": b"locked", f"900002/900002-{TERM}.xlsx": b"other",
    }  # fmt: skip
    assert told(log)[-2:] == [
        ("sent", "900001", f"900001-{TERM}.xlsx", 3), ("sent", "900002", f"900002-{TERM}.xlsx", 3),
    ]  # fmt: skip


def test_a_list_that_was_sent_is_replaced_there(server, log, waiting):
    outbox.send(f"{FOLDER}/{TERM}", waiting, log)
    outbox.put(FOLDER, [package("900001", b"newer")], log)
    with store.engine().connect() as connection:
        query = sa.text("select * from ops.list_log where of_when = :w and event = 'written' order by line_id desc")
        newest = list(connection.execute(query, {"w": log.of_when}))[:1]
    outbox.send(f"{FOLDER}/{TERM}", newest, log)
    assert (server.outbox / "900001" / f"900001-{TERM}.xlsx").read_bytes() == b"newer"


def test_a_file_that_is_not_the_one_that_was_written_is_not_sent(place, log, waiting):
    (place / package().path).write_bytes(b"something else")
    with pytest.raises(OutboxError, match=f"900001-{TERM}.xlsx is not the file that was written"):
        outbox.send(f"{FOLDER}/{TERM}", waiting, log)
    assert "sent" not in {event for event, *_ in told(log)}


def test_a_server_that_shows_another_key_gets_nothing(server, log, waiting, monkeypatch, tmp_path):
    stranger = openssh.new_key(tmp_path / "stranger").with_suffix(".pub").read_text()
    monkeypatch.setenv("SEND_LISTS_SFTP_HOST_KEY", stranger)
    before = sorted(server.outbox.rglob("*"))
    with pytest.raises(connections.ConnectionFailedError, match="another host key"):
        outbox.send(f"{FOLDER}/{TERM}", waiting, log)
    assert sorted(server.outbox.rglob("*")) == before
    assert "sent" not in {event for event, *_ in told(log)}
