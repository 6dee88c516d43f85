"""Stand-ins for the servers of the services, for the made-up borough: which they are, and what leads to them.

An SFTP server shows the deliveries folder; a database beside the embedded warehouse is the casework system; a small API
has what DfE publishes; a folder takes the e-mails. What a person has set for a connection wins. As a module it serves
until it is ended.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from send_data import warehouse
from send_data.settings import settings

CASEWORK = "casework"
SFTP_CONNECTIONS = ("health_sftp", "schools_sftp")


@contextmanager
def serving() -> Iterator[Callable[[str], None]]:
    """The stand-ins run, and this process knows where, until the block ends; gives what moves them on to a month."""
    casework_is_ours = _casework_is_ours()
    with _servers(0, 0) as addresses:
        added = environment(*addresses)
        os.environ.update(added)
        try:
            yield _move_casework_to if casework_is_ours else lambda month: None
        finally:
            for name in added:
                del os.environ[name]


def start(sftp_port: int, statistics_port: int) -> list[str]:
    """Arguments for Python: the servers as a process of their own; the casework system stands at the newest month."""
    from demo_borough import casework_database

    states = sorted(_deliveries().glob(casework_database.state_path("*")))
    if states and _casework_is_ours():
        _move_casework_to(states[-1].stem)
    return ["-m", "send_cli.stand_ins", str(sftp_port), str(statistics_port)]


def environment(sftp_port: int, statistics_port: int) -> dict[str, str]:
    """The variables that lead to the stand-ins, for the connections that nobody has set."""
    from demo_borough import sftp_server, statistics_server

    keys = sftp_server.Keys.of(_keys())
    variables = {}
    for name in SFTP_CONNECTIONS:
        variable = f"SEND_{name.upper()}"
        if f"{variable}_URL" not in os.environ:
            variables |= {
                f"{variable}_URL": f"sftp://{sftp_server.USER}@127.0.0.1:{sftp_port}/",
                f"{variable}_KEY_FILE": str(keys.client_file),
                f"{variable}_HOST_KEY": keys.pinned,
            }
    if "SEND_EES_URL" not in os.environ:
        variables["SEND_EES_URL"] = statistics_server.address(statistics_port)
    if not {"SEND_SMTP_URL", "SEND_MAIL_DIR", "SEND_CONTACTS_FILE"} & set(os.environ):
        variables |= {"SEND_MAIL_DIR": str(mail_dir()), "SEND_CONTACTS_FILE": str(_contacts_example())}
    if _casework_is_ours():
        reader = warehouse.neighbour(CASEWORK)[1]
        variables["SEND_CASEWORK_URL"] = reader.set(drivername="postgresql").render_as_string(hide_password=False)
    return variables


def mail_dir() -> Path:
    """Where the e-mails of the made-up borough lie as files: nobody gets them."""
    return settings().home / "outbox" / "mail"


def _contacts_example() -> Path:
    return settings().telling_dir / "contacts.example.yml"


@contextmanager
def _servers(sftp_port, statistics_port):
    """Both servers, until the block ends; gives their ports, chosen freely for 0."""
    from demo_borough import sftp_server, statistics_server

    with (
        sftp_server.serving(_deliveries(), sftp_server.Keys.of(_keys()), sftp_port) as sftp_port,
        statistics_server.serving(statistics_server.cited(), statistics_port) as url,
    ):
        yield sftp_port, urlsplit(url).port


def _casework_is_ours():
    """Only beside the embedded warehouse, which is ours to put a database into."""
    return settings().warehouse_url is None and "SEND_CASEWORK_URL" not in os.environ


def _move_casework_to(month):
    from demo_borough import casework_database

    state = _deliveries() / casework_database.state_path(month)
    casework_database.move_to(warehouse.neighbour(CASEWORK)[0], state)


def _deliveries() -> Path:
    return Path(settings().deliveries_url)


def _keys() -> Path:
    return settings().home / "stand_ins"


if __name__ == "__main__":
    with _servers(*map(int, sys.argv[1:])):
        threading.Event().wait()
