"""Stand-ins for the servers of the services, for the made-up borough: which they are, and what leads to them.

An SFTP server shows the deliveries folder. What a person has set for a connection wins over the stand-in.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from send_data.settings import settings

SFTP_CONNECTIONS = ("health_sftp", "schools_sftp")


@contextmanager
def serving() -> Iterator[None]:
    """The stand-ins run, and this process knows where, until the block ends."""
    from demo_borough import sftp_server

    with sftp_server.serving(_deliveries(), sftp_server.Keys.of(_keys())) as port:
        added = environment(port)
        os.environ.update(added)
        try:
            yield
        finally:
            for name in added:
                del os.environ[name]


def command(port: int) -> list[str]:
    """Arguments for Python: the SFTP server as a process of its own, on a port."""
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
    return variables


def _deliveries() -> Path:
    return Path(settings().deliveries_url)


def _keys() -> Path:
    return settings().home / "stand_ins"
