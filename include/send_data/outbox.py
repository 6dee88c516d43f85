"""The outbox: where locked lists with names wait to be handed over, who was handed what, and what opens which.

Only locked files come here. Their names say for whom and for when, nothing of a child. `ops.list_log` has a line for
every list that is read and every file that is written, sent or removed.
"""

import fcntl
import hashlib
import json
import os
import pwd
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import fsspec
import sqlalchemy as sa

from send_data import connections, warehouse
from send_data.settings import settings

MAKER = "list_maker"
CONNECTION = "lists_sftp"
# Told over the telephone: no letter or digit is taken for another.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 5, 4


class OutboxError(RuntimeError):
    """A list cannot be put into the outbox or sent; the message names settings and files, never a child."""


@dataclass(frozen=True)
class Package:
    """A locked file: for whom (URN, UKPRN or a name of ours), under which path in the outbox, how many rows."""

    setting: str
    path: str
    row_count: int
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Log:
    """The log of one making of one list, written as list_maker in one session of the warehouse."""

    connection: sa.Connection = field(repr=False)
    list_: str
    of_when: str
    month: date

    def add(self, event: str, **of_file: object) -> None:
        """Keep a line, for good, at once: event, and of a file setting, file_name, sha256 and row_count."""
        values = {"setting": None, "file_name": None, "sha256": None, "row_count": None} | of_file
        values |= {"la": settings().la_code, "list": self.list_, "of_when": self.of_when, "month": self.month}
        self.connection.execute(sa.text(_LINE), values | {"event": event, "user": pwd.getpwuid(os.getuid()).pw_name})
        self.connection.commit()


@contextmanager
def as_list_maker() -> Iterator[sa.Connection]:
    """One session of the role that alone may join names back."""
    with warehouse.engine(MAKER).connect() as connection:
        yield connection


def put(folder: str, packages: list[Package], log: Log) -> None:
    """Write packages into a folder of the outbox, each whole or not at all, and take away what else stands in it."""
    file_system, root = _place()
    for package in packages:
        _replace(file_system, f"{root}/{package.path}", package.content)
        log.add("written", setting=package.setting, file_name=_name(package.path), sha256=package.sha256,
                row_count=package.row_count)  # fmt: skip
    kept = {package.path for package in packages}
    for path in sorted(set(listing(folder)) - kept):
        file_system.rm_file(f"{root}/{path}")
        log.add("removed", file_name=_name(path))


def listing(folder: str) -> dict[str, str]:
    """{path in the outbox: SHA-256 of the file} of everything in a folder of it."""
    file_system, root = _place()
    found = file_system.find(f"{root}/{folder}") if file_system.exists(f"{root}/{folder}") else []
    return {
        path.removeprefix(root).lstrip("/"): hashlib.sha256(file_system.cat_file(path)).hexdigest() for path in found
    }


def read(path: str) -> bytes:
    """A file of the outbox."""
    file_system, root = _place()
    return file_system.cat_file(f"{root}/{path}")


def send(folder: str, lines: list[sa.Row], log: Log) -> int:
    """Upload what the log says was written and not yet sent, each into a folder of its setting's own; how many files.

    Raises OutboxError when a file is not the one that was written, ConnectionFailedError when the server fails.
    """
    with connections.opened() as opened:
        file_system, root = opened.place(CONNECTION)
        for line in lines:
            content = read(f"{folder}/{line.file_name}")
            if hashlib.sha256(content).hexdigest() != line.sha256:
                raise OutboxError(f"{line.file_name} is not the file that was written: make the lists again")
            _replace(file_system, f"{root.rstrip('/')}/{line.setting}/{line.file_name}", content)
            log.add("sent", setting=line.setting, file_name=line.file_name, sha256=line.sha256,
                    row_count=line.row_count)  # fmt: skip
    return len(lines)


def may_send() -> bool:
    """Whether somebody has set up where lists are uploaded to."""
    try:
        return bool(connections.find(CONNECTION))
    except connections.NotSetUpError:
        return False


def where() -> str:
    """The outbox as a person finds it."""
    return settings().outbox_url


def passwords(for_whom: list[str]) -> dict[str, str]:
    """{setting: its password}; a setting that has none is given one, kept in the file that only its owner may read.

    Raises OutboxError when others may read the file, or it is not a table of passwords.
    """
    path = settings().list_passwords_file
    path.parent.mkdir(parents=True, exist_ok=True)
    with _opened(path) as file:
        kept = _kept(file, path)
        made = {setting: _new_password() for setting in for_whom if not kept.get(setting)}
        if made:
            file.seek(0)
            file.truncate()
            json.dump(kept | made, file, indent=1, sort_keys=True)
    return {setting: (kept | made)[setting] for setting in for_whom}


@contextmanager
def _opened(path: Path):
    """The file of passwords for one process at a time; new, it is its owner's alone."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise OutboxError(f"others may read {path}: chmod 600 it, and change the passwords in it")
        yield file


def _kept(file, path):
    try:
        kept = json.loads(file.read() or "{}")
    except json.JSONDecodeError:
        kept = None
    if not isinstance(kept, dict) or not all(isinstance(word, str) for word in kept.values()):
        raise OutboxError(f"{path} is not written as {{setting: password}}")
    return kept


def _new_password():
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _place() -> tuple[fsspec.AbstractFileSystem, str]:
    file_system, root = connections.folder(settings().outbox_url)
    if "file" in file_system.protocol:
        Path(root).mkdir(mode=0o700, parents=True, exist_ok=True)
    return file_system, root.rstrip("/")


def _replace(file_system, path, content):
    """Whoever looks sees the old file or the new one: half a file is under a name of its own."""
    file_system.makedirs(path.rpartition("/")[0], exist_ok=True)
    file_system.pipe_file(f"{path}.part", content)
    file_system.mv(f"{path}.part", path)


def _name(path):
    return path.rpartition("/")[2]


_LINE = """
    insert into ops.list_log (la_code, list, of_when, event, month, setting, file_name, sha256, row_count, os_user)
    values (:la, :list, :of_when, :event, :month, :setting, :file_name, :sha256, :row_count, :user)
"""
