"""A real OpenSSH server on loopback for the tests of SFTP: keys of its own, ended with the test run."""

import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
MISSING = "openssh-server is not installed (.ci/run installs it where it may)"


@dataclass(frozen=True)
class OpenSSH:
    """The server: its port and user, the folder it is asked for, the host's public key, the client's key file."""

    port: int
    user: str
    outbox: Path
    host_key: str
    key_file: Path

    def settings(self, name: str, **changed: str) -> dict[str, str]:
        """The environment variables of a connection of this name; a change replaces one of them."""
        url = f"sftp://{self.user}@127.0.0.1:{self.port}{self.outbox}"
        values = {"url": url, "key_file": str(self.key_file), "host_key": self.host_key} | changed
        return {f"SEND_{name.upper()}_{part.upper()}": value for part, value in values.items()}


@contextmanager
def serving(folder: Path, passphrase: str = "") -> Iterator[OpenSSH]:
    """A server with new keys under `folder`, serving `folder/outbox` to the user who runs the tests."""
    host, client = new_key(folder / "host_key"), new_key(folder / "client_key", passphrase=passphrase)
    outbox, port = folder / "outbox", free_port()
    outbox.mkdir()
    configuration = folder / "sshd_config"
    configuration.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {host}\nPidFile {folder}/sshd.pid\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {client}.pub\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\nLogLevel INFO\n"
    )
    if Path("/run").stat().st_uid == psutil.Process().uids().effective:
        Path("/run/sshd").mkdir(exist_ok=True)
    log = open(folder / "sshd.log", "w")  # noqa: SIM115  the server writes it
    server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(configuration)], stderr=log)
    try:
        until_it_answers(port, server)
        yield OpenSSH(port, getpass.getuser(), outbox, host.with_suffix(".pub").read_text(), client)
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def new_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """A key pair by OpenSSH's own tool: the private key's path, the public one beside it as `.pub`."""
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_it_answers(port: int, server: subprocess.Popen | None = None) -> None:
    """Return once a port of this machine takes connections; RuntimeError when none does or the server ended."""
    for _ in range(600):
        if server is not None and server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}")
