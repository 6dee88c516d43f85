"""People are told once, over a real mail server and a real web server, and never anything of a child."""

import json
import logging
import re
import threading
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sqlalchemy as sa

from send_data import approval, landing, messages, notify, outputs, published
from send_data import warehouse as store
from send_data.settings import settings
from tests import mail_server
from tests.mail_server import Inbox
from tests.unit import sample_files as samples
from tests.unit import sample_marts
from tests.unit.test_approval import CHAIR, WHY, correct, more_requests
from tests.unit.test_editions import freeze, rows
from tests.unit.test_landing import put, silent
from tests.unit.test_paper import Reader
from tests.unit.test_supplier_report import LATE_YEAR, LOG, TWICE

PASSWORD = "Hidden-Pa55"  # noqa: S105  looked for in what is told
SEPTEMBER, OCTOBER, OCTOBER_20 = date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 20)
REVIEWS = "casework__annual_review"
CONTACTS = """
from: SEND data team <data@council.test>
team: team@council.test
board: [chair@council.test, secretary@council.test]
owners:
  SEND casework manager: casework@council.test
  SEN data officer: [sen@council.test, deputy@council.test]
"""


@pytest.fixture
def nothing_told(warehouse, tmp_path, monkeypatch):
    """Nobody told; addresses in a file, and no way to send set up."""
    monkeypatch.setenv("SEND_EDITIONS_DIR", str(tmp_path / "editions"))
    monkeypatch.setenv("SEND_EDITIONS_URL", "https://send.council.test/editions/")
    for name in ("SEND_SMTP_URL", "SEND_SMTP_PASSWORD", "SEND_MAIL_DIR", "SEND_TEAMS_WEBHOOK_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "contacts.yml").write_text(CONTACTS)
    monkeypatch.setenv("SEND_CONTACTS_FILE", str(tmp_path / "contacts.yml"))
    execute("truncate ops.message_log")


@pytest.fixture
def inbox(nothing_told, monkeypatch):
    """A mail server that takes everything without TLS, and is set up."""
    found = Inbox()
    with mail_server.serving(found) as port:
        monkeypatch.setenv("SEND_SMTP_URL", f"smtp+plain://127.0.0.1:{port}")
        yield found


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return mail_server.certificate_of(tmp_path_factory.mktemp("certificate"))


def ready_edition() -> int:
    """The draft of the sample, as the only edition: frozen when it does not stand already. Its files are empty ones."""
    found = rows("select edition_id, status from published.editions")
    if [row["status"] for row in found] != ["draft"]:
        execute("truncate published.editions cascade")
        found = [{"edition_id": freeze(sample_marts.tables())}]
    for name in outputs.ALWAYS:
        path = outputs.folder_of("2026-10") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return found[0]["edition_id"]


def execute(statement: str, **values) -> None:
    with store.engine().begin() as connection:
        connection.execute(sa.text(statement), values)


def came(source: str, month: date, status: str = "accepted", set_aside: int = 0) -> None:
    """Enter a delivery of a source into the ledger, without a file."""
    feed = landing.prepare_sources()[source].feed
    execute(
        """
        with delivered as (
            insert into ops.delivery
                (la_code, feed, month, file_name, sha256, bytes, received_at, landed_path, status, reason)
            select '303', :feed, :month, :feed, md5(:feed || count(*)), 1, '2026-10-05', '', :status, 'why'
            from ops.delivery
            returning delivery_id
        )
        insert into ops.load select delivery_id, :source, 9, 9 - :aside, :aside from delivered
        """,
        feed=feed, month=month, status=status, source=source, aside=set_aside,
    )  # fmt: skip


def logged(columns: str = "about, channel, role, outcome, why") -> list[tuple]:
    with store.engine().connect() as connection:
        query = sa.text(f"select {columns} from ops.message_log order by entry_id")
        return [tuple(row) for row in connection.execute(query)]


def part(mail, kind: str) -> str:
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")


# --- editions ---------------------------------------------------------------------------------------------------------


def test_the_team_is_told_of_a_draft_and_the_board_of_an_approved_edition(inbox):
    edition = ready_edition()
    assert notify.tell_editions() == ["data team was told (email): SEND Board paper for October 2026: a draft is ready"]
    approval.approve("2026-10", CHAIR)
    assert notify.tell_editions() == ["Board was told (email): SEND Board paper for October 2026: approved"]
    assert [(to, str(mail["To"])) for to, mail in inbox.mails] == [
        (["team@council.test"], "data team:;"), (["chair@council.test", "secretary@council.test"], "Board:;"),
    ]  # fmt: skip
    assert logged() == [
        (f"edition {edition} draft", "email", "data team", "sent", None),
        (f"edition {edition} approved", "email", "Board", "sent", None),
    ]


def test_a_message_is_text_and_html_and_says_the_same(inbox):
    edition = ready_edition()
    notify.tell_editions()
    ((_, mail),) = inbox.mails
    assert mail.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]
    assert list(mail.iter_attachments()) == []
    link = "https://send.council.test/editions/2026-10/board-paper.html"
    assert part(mail, "plain").split("\n\n") == [
        f"Edition {edition} for October 2026 is ready as a draft.",
        "Of 10 measures 3 can be charted: 0 truly improved, 0 got worse, and 3 show no real change. Of 4 measures that "
        "have a target or the law to meet, 0 meet it, 3 miss it, and 1 cannot be judged yet. "
        "1 of 3 sources came late, were refused or are missing; what rests on them is older.",
        "Measures that miss the law:",
        "- Plans issued within 20 weeks\n- Phase transfers finished by the deadline\n"
        "- Annual reviews completed on time",
        f"Open the Board paper for October 2026: {link}\n",
    ]
    page = Reader(part(mail, "html"))
    assert ("html", {"lang": "en-GB"}) in page.tags
    assert page.levels == [1]
    assert page.links == [link]
    assert mail["Subject"] in " ".join(page.words)
    said = " ".join(" ".join(page.words).split())
    for block in part(mail, "plain").split("\n\n")[:3]:
        assert block in said


def test_nobody_is_told_twice_and_the_newest_edition_alone_is_told(inbox):
    ready_edition()
    second = freeze(more_requests())
    assert [len(notify.tell_editions()), len(notify.tell_editions())] == [1, 0]
    assert [row[0] for row in logged()] == [f"edition {second} draft"]
    assert len(inbox.mails) == 1


def test_an_edition_without_its_files_is_not_told(inbox):
    ready_edition()
    (outputs.folder_of("2026-10") / outputs.ALWAYS[0]).unlink()
    assert notify.tell_editions() == []
    assert inbox.mails == []


def test_a_correction_says_so_and_the_reason_stays_in_the_paper(inbox):
    first = ready_edition()
    approval.approve("2026-10", CHAIR)
    correct(more_requests())
    (line,) = notify.tell_editions()
    assert line.endswith("Correction of the SEND Board paper for October 2026: a draft is ready")
    text = part(inbox.mails[0][1], "plain")
    assert f"It corrects edition {first}; the paper says what differs and why." in text
    assert WHY not in text


def test_no_figure_of_an_edition_is_told(nothing_told):
    """Every number of a message counts measures or sources, or is the edition's own or a date."""
    edition_id = ready_edition()
    edition = published.read(edition_id)
    message = messages.of_edition(edition)
    names = [measure["title"] for measure in edition.measures]
    text = message.text
    for known in (*names, "October 2026", f"Edition {edition_id} ", "https://send.council.test/editions/2026-10/"):
        text = text.replace(known, "")
    # Measures: all, charted, better, worse, unchanged; with a line, met, missed, not judged; sources missing, all.
    assert re.findall(r"\d+", text) == ["10", "3", "0", "0", "3", "4", "0", "3", "1", "1", "3"]


def test_where_the_paper_stands_when_nobody_says_its_address(nothing_told, monkeypatch):
    monkeypatch.delenv("SEND_EDITIONS_URL")
    message = messages.of_edition(published.read(ready_edition()))
    assert str(settings().editions_dir / "2026-10" / "board-paper.html") in message.text


# --- owners -----------------------------------------------------------------------------------------------------------


def test_owners_are_told_of_what_is_late_refused_or_set_aside(clean_warehouse, inbox):
    put(LOG, samples.reviews(samples.REVIEW, TWICE, LATE_YEAR, samples.OTHER_REVIEW))
    put("sen2/2026-09/return.xml", samples.sen2(lea="886"))
    landing.land("2026-09", silent)
    lines = notify.tell_owners(OCTOBER_20)
    mails = {str(mail["To"]): (to, mail) for to, mail in inbox.mails}
    assert len(mails) == len(lines) > 5
    to, mail = mails["SEND casework manager:;"]
    text = part(mail, "plain")
    assert to == ["casework@council.test"]
    assert "September 2026: rows set aside" in text
    assert "  - a review cycle stands in the log once: 2 rows set aside" in text
    to, mail = mails["SEN data officer:;"]
    text = part(mail, "plain")
    assert to == ["sen@council.test", "deputy@council.test"]
    assert "September 2026: refused" in text
    assert "this is a file of another authority" in text
    assert "September 2026: late" in text
    assert "Nothing that can be used has come. It was due by 5 October 2026." in text
    to, mail = mails["SEND finance business partner:;"]
    assert to == ["team@council.test"]
    assert "No address is known of their owner, SEND finance business partner" in part(mail, "plain")
    for _, mail in inbox.mails:
        for kind in ("plain", "html"):
            assert [value for value in (*samples.CANARY, "C3", "Other") if value in part(mail, kind)] == []


@pytest.mark.parametrize(("day", "is_told"), [(date(2026, 10, 5), False), (date(2026, 10, 6), True)])
def test_a_source_is_late_from_the_day_after_it_is_due(clean_warehouse, inbox, day, is_told):
    came(REVIEWS, SEPTEMBER)
    notify.tell_owners(day)
    assert ("SEN data officer" in {row[2] for row in logged()}) is is_told


def test_a_month_that_has_begun_does_not_hide_what_is_late_of_the_last(clean_warehouse, inbox):
    came(REVIEWS, SEPTEMBER)
    came(REVIEWS, OCTOBER)
    notify.tell_owners(OCTOBER_20)
    about = {row[0] for row in logged() if row[2] == "SEN data officer"}
    assert {entry[-7:] for entry in about} == {"2026-09"}
    assert {entry.partition(" ")[0] for entry in about} == {"late"}


def test_a_refused_delivery_does_not_make_it_come(clean_warehouse, inbox):
    came(REVIEWS, SEPTEMBER)
    came("sen2__request", SEPTEMBER, "refused")
    notify.tell_owners(OCTOBER_20)
    about = [row[0].partition(" ")[0] for row in logged() if row[2] == "SEN data officer"]
    assert sorted(about) == ["delivery", "late"]


def test_an_owner_is_told_of_what_is_new_and_not_again_of_the_rest(clean_warehouse, inbox):
    came(REVIEWS, SEPTEMBER, set_aside=2)
    assert len(notify.tell_owners(SEPTEMBER)) == 1
    assert notify.tell_owners(SEPTEMBER) == []
    came(REVIEWS, SEPTEMBER, set_aside=1)
    came(REVIEWS, OCTOBER, set_aside=1)
    (line,) = notify.tell_owners(SEPTEMBER)
    assert line == "SEND casework manager was told (email): SEND data: 2 deliveries need your attention"
    assert len(inbox.mails) == 2


def test_a_delivery_put_right_is_told_no_more(clean_warehouse, inbox):
    came(REVIEWS, SEPTEMBER, set_aside=2)
    came(REVIEWS, SEPTEMBER)
    assert notify.tell_owners(SEPTEMBER) == []


def test_nobody_is_told_where_nothing_was_ever_delivered(clean_warehouse, inbox):
    landing.prepare_sources()
    assert notify.tell_owners(OCTOBER_20) == []


# --- mail servers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [False, True], ids=["STARTTLS", "TLS at once"])
def test_a_server_with_tls_and_a_password(nothing_told, certificate, monkeypatch, caplog, at_once):
    caplog.set_level(logging.DEBUG)
    found = Inbox()
    with mail_server.serving(found, certificate, ("sender@council.test", PASSWORD), at_once) as port:
        scheme = "smtps" if at_once else "smtp"
        monkeypatch.setenv("SEND_SMTP_URL", f"{scheme}://sender%40council.test@127.0.0.1:{port}")
        monkeypatch.setenv("SEND_SMTP_PASSWORD", PASSWORD)
        ready_edition()
        (untrusted,) = notify.tell_editions()
        assert "data team was NOT told" in untrusted
        assert "the mail server's certificate is not one that this machine trusts" in untrusted
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        monkeypatch.setenv("SEND_SMTP_PASSWORD", "another")
        (refused,) = notify.tell_editions()
        assert "does not take our user and password" in refused
        assert [notify.not_told(), found.mails] == [
            [f"data team was not told (email, {logged()[0][0]}): the mail server does not take our user and password"],
            [],
        ]
        monkeypatch.setenv("SEND_SMTP_PASSWORD", PASSWORD)
        (told,) = notify.tell_editions()
    assert "was told" in told
    assert len(found.mails) == 1
    assert notify.not_told() == []
    assert PASSWORD not in caplog.text + str(logged())


def test_a_retry_is_the_same_message(inbox):
    ready_edition()
    notify.tell_editions()
    with store.engine().begin() as connection:
        connection.exec_driver_sql("truncate ops.message_log")
    notify.tell_editions()
    first, second = (mail["Message-ID"] for _, mail in inbox.mails)
    assert first == second
    assert re.fullmatch(r"<[0-9a-f]{32}@council\.test>", first)


def refuse_all(inbox):
    inbox.refuses = {"team@council.test"}


def answer_later(inbox):
    inbox.answer = "451 team@council.test: come back later"


@pytest.mark.parametrize(
    ("trouble", "why"),
    [(refuse_all, "the mail server refuses every address"), (answer_later, "the mail server answers 451")],
)
def test_a_server_that_refuses_fails_nothing_and_is_tried_again(inbox, caplog, trouble, why):
    edition = ready_edition()
    trouble(inbox)
    (line,) = notify.tell_editions()
    assert line == f"data team was NOT told (email): SEND Board paper for October 2026: a draft is ready: {why}"
    assert line in caplog.text
    assert logged() == [(f"edition {edition} draft", "email", "data team", "failed", why)]
    inbox.refuses, inbox.answer = set(), "250 taken"
    assert len(notify.tell_editions()) == len(inbox.mails) == 1
    assert notify.tell_editions() == []


def test_one_address_that_is_refused_is_told_without_naming_it(inbox):
    ready_edition()
    approval.approve("2026-10", CHAIR)
    inbox.refuses = {"secretary@council.test"}
    (line,) = notify.tell_editions()
    assert line.endswith("approved: the mail server refused 1 of 2 addresses")
    assert "@" not in line + str(logged())
    assert notify.tell_editions() == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("smtp://127.0.0.1:{port}", "the mail server offers no TLS"),
        ("smtp+plain://sender@127.0.0.1:{port}", "no password is sent without TLS"),
        ("ftp://127.0.0.1:{port}", "has to begin with smtp://"),
        ("smtp+plain://127.0.0.1:port", "SEND_SMTP_URL cannot be understood"),
        ("smtp+plain://127.0.0.1:{closed}", "the mail server cannot be reached (ConnectionRefusedError)"),
    ],
)
def test_what_is_set_up_wrongly_is_said(inbox, monkeypatch, url, why):
    port = settings_port()
    monkeypatch.setenv("SEND_SMTP_URL", url.format(port=port, closed=mail_server.free_port()))
    ready_edition()
    (line,) = notify.tell_editions()
    assert why in line
    assert inbox.mails == []


def settings_port() -> str:
    from send_data import connections

    return connections.find("smtp").url.rpartition(":")[2]


def test_without_a_server_it_is_said_that_nobody_is_told(nothing_told):
    ready_edition()
    assert notify.tell_editions() == ["nobody is told by e-mail: SEND_SMTP_URL is not set"]
    assert logged() == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has to say from, team, board and owners"),
        (CONTACTS + "others: x@council.test\n", "has to say from, team, board and owners"),
        (CONTACTS.replace("team@council.test", "nobody"), "team has to be an address"),
        (CONTACTS.replace("[chair@council.test, secretary@council.test]", "[]"), "board has to be an address"),
        (CONTACTS.replace("<data@council.test>", ""), "from has to be an address"),
        ("from: [", "cannot be read"),
    ],
)
def test_a_file_of_addresses_that_is_wrong_is_said(inbox, text, why):
    settings().contacts_file.write_text(text)
    ready_edition()
    (line,) = notify.tell_editions()
    assert why in line
    assert inbox.mails == []


def test_the_example_of_addresses_can_be_read(nothing_told, monkeypatch):
    monkeypatch.setenv("SEND_CONTACTS_FILE", str(settings().telling_dir / "contacts.example.yml"))
    from send_data import contracts

    owners = {contract.owner for contract in contracts.source_contracts().values()}
    assert set(notify.contacts().owners) <= owners
    assert set(notify.contacts().owners)


def test_into_a_folder_messages_go_as_files(nothing_told, monkeypatch, tmp_path):
    monkeypatch.setenv("SEND_MAIL_DIR", str(tmp_path / "mail"))
    ready_edition()
    assert len(notify.tell_editions()) == 1
    (file,) = (tmp_path / "mail").glob("*.eml")
    assert file.name.startswith("data-team-send-board-paper-for-october-2026-a-draft-is-ready-")
    assert b"Measures that miss the law" in file.read_bytes()


# --- Teams ------------------------------------------------------------------------------------------------------------


@contextmanager
def web_server(status: list[int]):
    """A web server on this machine that answers with the first of `status`; gives its port and what was posted."""
    posted = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, posted
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_teams_channel_gets_a_card_once_and_its_address_is_told_nowhere(nothing_told, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    status = [500]
    with web_server(status) as (port, posted):
        monkeypatch.setenv("SEND_TEAMS_WEBHOOK_URL", f"http://127.0.0.1:{port}/flow?sig={PASSWORD}")
        ready_edition()
        failed = notify.tell_editions()[-1]
        assert failed.endswith("a draft is ready: Teams answers 500")
        status[0] = 202
        assert "data team was told (teams)" in notify.tell_editions()[-1]
        assert not [line for line in notify.tell_editions() if "teams" in line]
    assert len(posted) == 2
    card = posted[-1]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"][0]["text"] == "SEND Board paper for October 2026: a draft is ready"
    assert {block["type"] for block in card["body"]} == {"TextBlock"}
    assert [action["type"] for action in card["actions"]] == ["Action.OpenUrl"]
    assert PASSWORD not in caplog.text + failed + str(logged())


def test_a_teams_address_without_tls_is_not_used(nothing_told, monkeypatch):
    monkeypatch.setenv("SEND_TEAMS_WEBHOOK_URL", "http://flows.council.test/flow")
    ready_edition()
    assert notify.tell_editions()[-1].endswith("the address of the Teams channel has to begin with https://")


# --- the log ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["update ops.message_log set outcome = 'failed'", "delete from ops.message_log"])
def test_what_was_told_stays_in_the_log(inbox, statement):
    ready_edition()
    notify.tell_editions()
    with pytest.raises(sa.exc.DatabaseError, match="stays in the log"), store.engine().begin() as connection:
        connection.exec_driver_sql(statement)


def test_the_log_holds_no_address(inbox):
    ready_edition()
    notify.tell_editions()
    assert "@" not in str(logged("*"))
