"""Telling people: each message once, by e-mail (or into a folder as files) and to a Teams channel.

What is due is read from the ledger and from `published`, and `ops.message_log` says what was sent: a run sends nothing
twice and tries again what failed. Nothing here fails a caller: what could not be sent is said in the lines returned.
"""

import hashlib
import logging
import re
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from email.headerregistry import Address, Group
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import httpx
import sqlalchemy as sa
import yaml

from send_data import connections, documents, messages, published, warehouse
from send_data.connections import ConnectionFailedError, NotSetUpError
from send_data.messages import OWNER, TEAM, Message
from send_data.settings import settings

LOG = logging.getLogger(__name__)
LONDON = ZoneInfo("Europe/London")
SECONDS = 30
SMTP, TEAMS = "smtp", "teams_webhook"
# One key for all telling, so that two runs never send the same message.
TELLING_LOCK = 3030002
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


class NotSentError(RuntimeError):
    """A message could not be sent; the text says why, without an address or a secret."""


class Contacts(NamedTuple):
    """Who is told at which addresses; `owners`: role as in the contracts -> addresses."""

    sender: str
    team: list[str]
    board: list[str]
    owners: Mapping[str, list[str]]

    def of(self, message: Message) -> list[str]:
        """The addresses of a message; of an owner whom nobody has entered, those of the data team."""
        if message.to == OWNER:
            return self.owners.get(message.role, self.team)
        return self.team if message.to == TEAM else self.board


class Channel(NamedTuple):
    """A way to send: its name in the log, and what sends a message under an identifier, at a moment.

    `send` returns what went wrong although it was sent, or nothing; NotSentError when it was not.
    """

    name: str
    send: Callable[[Message, str, datetime], str | None]


def tell() -> list[str]:
    """Send all that is due; returns a line for each message that was sent or could not be."""
    return [*tell_editions(), *tell_owners()]


def tell_editions() -> list[str]:
    """Tell the data team of drafts that are ready, and the Board of editions that are approved."""
    with _told_when_broken() as lines:
        due = messages.ready_editions()
        for channel in [*_mail(lines if due else []), *_teams()]:
            for edition_id, (about, role) in due.items():
                lines += _send_once(channel, role, [about], partial(_of_edition, edition_id))
    return lines


def _of_edition(edition_id: int, _: list[str]) -> Message:
    return messages.of_edition(published.read(edition_id))


def tell_owners(on: date | None = None) -> list[str]:
    """Tell owners of sources of deliveries that are late on a day (None: the server's), refused or in part set aside.

    An owner gets one message with all that is new.
    """
    with _told_when_broken() as lines:
        by_owner = messages.of_owners(on or _moment().astimezone(LONDON).date())
        for channel in _mail(lines if by_owner else []):
            known = contacts().owners
            for owner, items in by_owner.items():
                compose = partial(_to_owner, owner, items, owner in known)
                lines += _send_once(channel, owner, [item.about for item in items], compose)
    return lines


def _to_owner(owner: str, items: list[messages.Item], is_known: bool, new: list[str]) -> Message:
    return messages.to_owner(owner, [item for item in items if item.about in new], is_known)


def not_told() -> list[str]:
    """A line for each message that could not be sent the last time it was tried."""
    with warehouse.engine().connect() as connection:
        found = connection.execute(sa.text(_FAILED)).all()
    return [f"{row.role} was not told ({row.channel}, {row.about}): {row.why}" for row in found]


def contacts() -> Contacts:
    """The addresses of SEND_CONTACTS_FILE. NotSentError when there is none, or it is not as the example is."""
    path = settings().contacts_file
    if path is None:
        raise NotSentError("SEND_CONTACTS_FILE names no file of addresses")
    try:
        found = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise NotSentError(f"{path.name} cannot be read ({type(error).__name__})") from None
    if not isinstance(found, dict) or set(found) != {"from", "team", "board", "owners"}:
        raise NotSentError(f"{path.name} has to say from, team, board and owners, and nothing else")
    owners = {role: _addresses(path.name, role, given) for role, given in (found["owners"] or {}).items()}
    team, board = (_addresses(path.name, name, found[name]) for name in ("team", "board"))
    sender = " ".join(str(found["from"]).split())
    _addresses(path.name, "from", parseaddr(sender)[1])
    return Contacts(sender, team, board, owners)


def _addresses(file: str, name: str, given: object) -> list[str]:
    entries = given if isinstance(given, list) else [given]
    if not entries or not all(isinstance(entry, str) and ADDRESS.fullmatch(entry) for entry in entries):
        raise NotSentError(f"{file}: {name} has to be an address or a list of addresses")
    return entries


# --- sending once -----------------------------------------------------------------------------------------------------


def _send_once(channel: Channel, role: str, about: Iterable[str], compose: Callable[[list[str]], Message]) -> list[str]:
    """Send what of `about` was not sent yet as one message, and log it; a line for people, or none."""
    with warehouse.engine().begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": TELLING_LOCK})
        place = {"channel": channel.name, "role": role}
        sent = set(connection.execute(sa.text(_SENT), place).scalars())
        new = [one for one in about if one not in sent]
        if not new:
            return []
        message = compose(new)
        identifier = hashlib.sha256("\n".join([settings().la_code, role, *new]).encode()).hexdigest()[:32]
        try:
            why, outcome = channel.send(message, identifier, _moment(connection)), "sent"
        except NotSentError as error:
            why, outcome = str(error), "failed"
        entries = [place | {"about": one, "id": identifier, "outcome": outcome, "why": why} for one in new]
        connection.execute(sa.text(_LOG), entries)
    said = f"{role} was told ({channel.name})" if outcome == "sent" else f"{role} was NOT told ({channel.name})"
    line = f"{said}: {message.subject}" + (f": {why}" if why else "")
    if why:
        LOG.warning(line)
    return [line]


@contextmanager
def _told_when_broken() -> Iterator[list[str]]:
    """Lines; whatever keeps all messages from being sent becomes one of them."""
    lines: list[str] = []
    try:
        yield lines
    except (NotSentError, ConnectionFailedError) as error:
        lines.append(f"nobody was told: {error}")
        LOG.warning(lines[-1])


def _moment(connection: sa.Connection | None = None) -> datetime:
    """When this session with the server began, as the server says it."""
    query = sa.text("select backend_start from pg_stat_activity where pid = pg_backend_pid()")
    if connection is not None:
        return connection.execute(query).scalar_one()
    with warehouse.engine().connect() as opened:
        return opened.execute(query).scalar_one()


# --- e-mail -----------------------------------------------------------------------------------------------------------


def _mail(lines: list[str]) -> list[Channel]:
    """The way e-mails go: to the server of the connection `smtp`, else into a folder as files; none is said."""
    try:
        server = connections.find(SMTP)
    except NotSetUpError:
        if settings().mail_dir is not None:
            return [Channel("folder", _put_into_folder)]
        lines.append("nobody is told by e-mail: SEND_SMTP_URL is not set")
        return []
    return [Channel("email", lambda message, name, moment: _send_by(server, message, name, moment))]


def email(message: Message, to: Contacts, identifier: str, moment: datetime) -> EmailMessage:
    """A message as an e-mail, as text and as HTML. Nobody sees whom else it goes to."""
    mail, sender = EmailMessage(), parseaddr(to.sender)
    mail["From"] = Address(sender[0], addr_spec=sender[1])
    mail["To"] = Group(message.role)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(moment)
    # Of the same things told to the same role it is the same: sent twice, a mailbox can tell.
    mail["Message-ID"] = f"<{identifier}@{sender[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_alternative(documents.render("message.html", {"message": message}, chart=None), subtype="html")
    return mail


def _put_into_folder(message: Message, identifier: str, moment: datetime) -> None:
    mail = email(message, contacts(), identifier, moment)
    name = re.sub(r"[^a-z0-9]+", "-", f"{message.role} {message.subject}".lower()).strip("-")
    settings().mail_dir.mkdir(parents=True, exist_ok=True)
    (settings().mail_dir / f"{name}-{identifier[:8]}.eml").write_bytes(mail.as_bytes())


def _send_by(server: connections.Connection, message: Message, identifier: str, moment: datetime) -> str | None:
    to = contacts()
    mail, addresses = email(message, to, identifier, moment), to.of(message)
    with _smtp_errors_in_words(), _connected(server) as smtp:
        refused = smtp.send_message(mail, from_addr=parseaddr(to.sender)[1], to_addrs=addresses)
    return f"the mail server refused {len(refused)} of {len(addresses)} addresses" if refused else None


@contextmanager
def _connected(server: connections.Connection) -> Iterator[smtplib.SMTP]:
    """A mail server that we are logged in to: TLS at once (smtps://), by STARTTLS (smtp://), or none (smtp+plain://)."""
    url, trusted = urlsplit(server.url), ssl.create_default_context()
    if server.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=SECONDS, context=trusted)
    elif server.scheme in ("smtp", "smtp+plain"):
        smtp = smtplib.SMTP(url.hostname, url.port or (587 if server.scheme == "smtp" else 25), timeout=SECONDS)
    else:
        raise NotSentError("SEND_SMTP_URL has to begin with smtp://, smtps:// or smtp+plain://")
    with smtp:
        if server.scheme == "smtp":
            smtp.starttls(context=trusted)
        if url.username:
            _log_in(smtp, server, unquote(url.username))
        yield smtp


def _log_in(smtp: smtplib.SMTP, server: connections.Connection, user: str) -> None:
    if server.scheme == "smtp+plain":
        raise NotSentError("SEND_SMTP_URL names a user: no password is sent without TLS")
    if not server.password:
        raise NotSentError("SEND_SMTP_PASSWORD is not set, and SEND_SMTP_URL names a user")
    smtp.login(user, server.password)


@contextmanager
def _smtp_errors_in_words() -> Iterator[None]:
    """What a mail server says may hold addresses: our own words stand for it."""
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        why = "the mail server does not take our user and password"
    except smtplib.SMTPNotSupportedError:
        why = "the mail server offers no TLS, or no way to log in"
    except smtplib.SMTPRecipientsRefused:
        why = "the mail server refuses every address"
    except smtplib.SMTPResponseException as error:
        why = f"the mail server answers {error.smtp_code}"
    except ssl.SSLCertVerificationError:
        why = "the mail server's certificate is not one that this machine trusts"
    except (smtplib.SMTPException, OSError) as error:
        why = f"the mail server cannot be reached ({type(error).__name__})"
    except ValueError:
        why = "SEND_SMTP_URL cannot be understood"
    else:
        return
    raise NotSentError(why)


# --- Teams ------------------------------------------------------------------------------------------------------------


def _teams() -> list[Channel]:
    """The Teams channel of the connection `teams_webhook`, where one is set up. Its address is a secret."""
    try:
        found = connections.find(TEAMS)
    except NotSetUpError:
        return []
    # Airflow keeps it where a password stands: its own field for addresses shows them to everybody.
    return [Channel("teams", lambda message, *_: _post(found.password or found.url, card(message)))]


def card(message: Message) -> dict:
    """A message as an Adaptive Card; a link of it is the card's button."""
    blocks = [_card_block(kind, content) for kind, content in message.blocks if kind != "link"]
    title = {"type": "TextBlock", "text": message.subject, "weight": "Bolder", "size": "Medium", "wrap": True,
             "style": "heading"}  # fmt: skip
    links = [content for kind, content in message.blocks if kind == "link"]
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "lang": "en-GB",
        "body": [title, *blocks],
        "actions": [{"type": "Action.OpenUrl", "title": words, "url": url} for words, url in links],
    }


def _card_block(kind: str, content: object) -> dict:
    text = "\n".join(f"- {line}" for line in content) if kind == "list" else content
    return {"type": "TextBlock", "text": text, "wrap": True}


def _post(url: str, payload: dict) -> None:
    place = urlsplit(url)
    if place.scheme != "https" and place.hostname not in THIS_MACHINE:
        raise NotSentError("the address of the Teams channel has to begin with https://")
    # It would write the address, a secret, into the log of whoever listens.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        answer = httpx.post(url, json=payload, timeout=SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotSentError(f"Teams cannot be reached ({type(error).__name__})") from None
    if answer.status_code not in (200, 201, 202):
        raise NotSentError(f"Teams answers {answer.status_code}")


_SENT = "select about from ops.message_log where channel = :channel and role = :role and outcome = 'sent'"
_LOG = """
    insert into ops.message_log (about, channel, role, message_id, outcome, why)
    values (:about, :channel, :role, :id, :outcome, :why)
"""
_FAILED = """
    select * from (
        select distinct on (about, channel, role) about, channel, role, outcome, why from ops.message_log
        order by about, channel, role, entry_id desc
    ) as newest
    where outcome = 'failed'
    order by role, channel, about
"""
