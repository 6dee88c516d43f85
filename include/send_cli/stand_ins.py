"""Stand-ins for the servers of the services, for the made-up borough: which they are, and what leads to them.

An SFTP server shows the deliveries folder; a database beside the embedded warehouse is the casework system; for the
length of a demonstration a small API has what DfE publishes. What a person has set for a connection wins.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from send_data import warehouse
from send_data.settings import settings

CASEWORK = "casework"
SFTP_CONNECTIONS = ("health_sftp", "schools_sftp")


@contextmanager
def serving() -> Iterator[Callable[[str], None]]:
    """The stand-ins run, and this process knows where, until the block ends; gives what moves them on to a month."""
    from demo_borough import sftp_server, statistics_server

    casework_is_ours = _casework_is_ours()
    with (
        sftp_server.serving(_deliveries(), sftp_server.Keys.of(_keys())) as port,
        statistics_server.serving(statistics_server.cited()) as statistics_url,
    ):
        added = environment(port)
        if "SEND_EES_URL" not in os.environ:
            added["SEND_EES_URL"] = statistics_url
        os.environ.update(added)
        try:
            yield _move_casework_to if casework_is_ours else lambda month: None
        finally:
            for name in added:
                del os.environ[name]


def start(port: int) -> list[str]:
    """Arguments for Python: the SFTP server as a process of its own; the casework system stands at the newest month."""
    from demo_borough import casework_database

    states = sorted(_deliveries().glob(casework_database.state_path("*")))
    if states and _casework_is_ours():
        _move_casework_to(states[-1].stem)
    return ["-m", "demo_borough.sftp_server", str(_deliveries()), str(_keys()), str(port)]


def environment(port: int) -> dict[str, str]:
    """The variables that lead to the stand-ins, for the connections that nobody has set."""
    from demo_borough import sftp_server

    keys = sftp_server.Keys.of(_keys())
    variables = {}
    for name in SFTP_CONNECTIONS:
        variable = f"SEND_{name.upper()}"
        if f"{variable}_URL" not in os.environ:
            variables |= {
                f"{variable}_URL": f"sftp://{sftp_server.USER}@127.0.0.1:{port}/",
                f"{variable}_KEY_FILE": str(keys.client_file),
                f"{variable}_HOST_KEY": keys.pinned,
            }
    if _casework_is_ours():
        reader = warehouse.neighbour(CASEWORK)[1]
        variables["SEND_CASEWORK_URL"] = reader.set(drivername="postgresql").render_as_string(hide_password=False)
    return variables


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
