"""Connections: where the sources that do not come into the deliveries folder are fetched from, and with which secrets.

A contract names its connection (`file: from:`). What the name stands for is looked up when it is first needed: by the
function that was handed in (`looked_up_with`; a DAG hands in Airflow's connections), else in the environment:
`SEND_<NAME>_URL`, and beside it `_PASSWORD`, `_KEY_FILE` or `_PRIVATE_KEY`, `_PRIVATE_KEY_PASSPHRASE` and `_HOST_KEY`.
No text of this module holds a secret: what a connection is written as, and its errors, give its name alone.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import fsspec
import sqlalchemy as sa

from send_data.settings import settings

SECRETS = ("password", "key_file", "private_key", "private_key_passphrase", "host_key")
# fsspec's own SFTP believes any server, also where it stands behind a cache.
UNPINNED = re.compile(r"(^|::)(sftp|ssh)://", re.IGNORECASE)
# (name of a connection) -> {"url": ..., and any of SECRETS}, or None where it knows of no such connection.
LookUp = Callable[[str], Mapping[str, str] | None]


class ConnectionFailedError(RuntimeError):
    """A connection cannot be used as it stands; the message names it and says why, without a secret."""


class NotSetUpError(ConnectionFailedError):
    """Nobody has said what a connection's name stands for."""


@dataclass(frozen=True)
class Connection:
    """What a name stands for. Its written form shows the name and nothing else."""

    name: str
    url: str = field(repr=False)
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    private_key_passphrase: str | None = field(default=None, repr=False)
    host_key: str | None = field(default=None, repr=False)

    @property
    def scheme(self) -> str:
        """What kind of server it is: sftp, https, postgresql, ...; empty for a folder."""
        return urlsplit(self.url).scheme

    @property
    def path(self) -> str:
        """The folder on the server."""
        return unquote(urlsplit(self.url).path).rstrip("/") or "/"


def _from_environment(name):
    variable = f"SEND_{name.upper()}_"
    found = {part: os.environ.get(variable + part.upper()) for part in ("url", *SECRETS)}
    return found if found["url"] else None


_LOOK_UP: ContextVar[LookUp] = ContextVar("look_up", default=_from_environment)


@contextmanager
def looked_up_with(look_up: LookUp) -> Iterator[None]:
    """While it lasts, ask `look_up` what a name stands for, and the environment where it knows of none."""
    token = _LOOK_UP.set(lambda name: look_up(name) or _from_environment(name))
    try:
        yield
    finally:
        _LOOK_UP.reset(token)


def find(name: str) -> Connection:
    """The connection of a name. Raises NotSetUpError, or ConnectionFailedError when its key cannot be read."""
    found = _LOOK_UP.get()(name)
    if found is None:
        raise NotSetUpError(f"connection {name} is not set up (SEND_{name.upper()}_URL, or in Airflow)")
    url = urlsplit(found["url"])
    return Connection(
        name=name,
        url=found["url"],
        password=found.get("password") or (unquote(url.password) if url.password else None),
        private_key=found.get("private_key") or _key_of(name, found.get("key_file")),
        private_key_passphrase=found.get("private_key_passphrase") or None,
        host_key=found.get("host_key") or None,
    )


def _key_of(name, file):
    try:
        return Path(file).read_text() if file else None
    except OSError as error:
        raise ConnectionFailedError(f"connection {name}: its key file cannot be read ({error.strerror})") from None


def folder(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """(file system, root folder) of an fsspec URL. Raises ConnectionFailedError for SFTP without a pinned host key."""
    if UNPINNED.search(url):
        raise ConnectionFailedError("an SFTP server is used only by a connection (from:) that pins its host key")
    return fsspec.core.url_to_fs(url)


class Opened:
    """The connections of one run: each is opened once, when it is first needed, and closed at the end.

    One that failed is not tried again within the run: the next run does that.
    """

    def __init__(self, stack: ExitStack):
        self._stack, self._opened, self._failed = stack, {}, {}

    def place(self, name: str | None) -> tuple[fsspec.AbstractFileSystem, str]:
        """(file system, root folder) of a connection; None is the deliveries folder. Raises ConnectionFailedError."""
        return self._once(name, self._open)

    def database(self, name: str) -> sa.Connection:
        """A connection to a database, in one read-only view of it for the whole run. Raises ConnectionFailedError."""
        return self._once(name, self._connect)

    def _once(self, name, open_):
        if name in self._failed:
            raise self._failed[name]
        if name not in self._opened:
            try:
                self._opened[name] = open_(name)
            except ConnectionFailedError as error:
                self._failed[name] = error
                raise
        return self._opened[name]

    def _connect(self, name):
        connection = find(name)
        try:
            url = sa.make_url(connection.url)
            if url.drivername in ("postgres", "postgresql"):
                url = url.set(drivername="postgresql+psycopg2")
            engine = sa.create_engine(url.set(password=connection.password), poolclass=sa.NullPool)
            opened = engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        except (sa.exc.SQLAlchemyError, ImportError) as error:
            why = type(getattr(error, "orig", None) or error).__name__
        else:
            self._stack.callback(opened.close)
            return opened
        raise ConnectionFailedError(f"connection {name} cannot be reached ({why})")

    def _open(self, name):
        if name is None:
            return folder(settings().deliveries_url)
        connection = find(name)
        if connection.scheme != "sftp":
            return folder(connection.url)
        from send_data.sftp import PinnedSFTPFileSystem

        file_system = PinnedSFTPFileSystem(connection)
        self._stack.callback(file_system.client.close)
        if not file_system.exists(connection.path):
            raise ConnectionFailedError(f"connection {name}: the server has no folder {connection.path}")
        return file_system, connection.path.rstrip("/")


@contextmanager
def opened() -> Iterator[Opened]:
    """The connections of one run."""
    with ExitStack() as stack:
        yield Opened(stack)
