"""The outbox of the made-up borough's services: a small SFTP server that shows the deliveries, and takes reports.

It listens on loopback alone, lets in whoever holds the one client key, and shows the host key that clients pin. It is
for the demonstration; the pipeline's tests speak to OpenSSH.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

USER = "send"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True)
class Keys:
    """The server's key and the only client's; made once in a folder of their own."""

    host: paramiko.PKey
    client: paramiko.PKey
    client_file: Path

    @classmethod
    def of(cls, folder: Path) -> "Keys":
        """The keys of a folder, made there when they are not."""
        folder.mkdir(parents=True, exist_ok=True)
        host, client = (_key(folder / name) for name in ("host_key", "client_key"))
        return cls(host, client, folder / "client_key")

    @property
    def pinned(self) -> str:
        """The host's public key as clients pin it."""
        return f"{self.host.get_name()} {self.host.get_base64()}"


@contextlib.contextmanager
def serving(folder: Path, keys: Keys, port: int = 0) -> Iterator[int]:
    """Serve a folder until the block ends; gives the port (chosen freely for 0)."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        accepting = threading.Thread(target=_accept, args=(listener, folder, keys), daemon=True)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            # Closing alone would leave accept() waiting.
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(listener, folder, keys):
    transports = []
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            transport = paramiko.Transport(client)
            transport.add_server_key(keys.host)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Outbox, folder)
            # A client that is refused must not end the server.
            with contextlib.suppress(paramiko.SSHException, EOFError):
                transport.start_server(server=_Door(keys.client))
            transports.append(transport)
    for transport in transports:
        transport.close()


def _key(path):
    if not path.exists():
        made = ed25519.Ed25519PrivateKey.generate()
        path.touch(mode=0o600)
        path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    return paramiko.Ed25519Key.from_private_key_file(str(path))


class _Door(paramiko.ServerInterface):
    """Lets in one key, to the one subsystem."""

    def __init__(self, client: paramiko.PKey):
        self.client = client

    def get_allowed_auths(self, username):
        return "publickey"

    def check_auth_publickey(self, username, key):
        return paramiko.AUTH_SUCCESSFUL if username == USER and key == self.client else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        allowed = kind == "session"
        return paramiko.OPEN_SUCCEEDED if allowed else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class _Outbox(paramiko.SFTPServerInterface):
    """A folder and what is below it, to be read; below `reports` also to be written."""

    def __init__(self, server, root: Path):
        super().__init__(server)
        self.root = root

    def _real(self, path):
        # canonicalize leaves no `..` that could lead out of the folder.
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path):
        return self._told(lambda: [_attributes(each) for each in sorted(self._real(path).iterdir())])

    def stat(self, path):
        return self._told(lambda: _attributes(self._real(path)))

    lstat = stat

    def open(self, path, flags, attr):
        if flags & WRITING and not self._takes(path):
            return paramiko.SFTP_PERMISSION_DENIED
        handle = paramiko.SFTPHandle(flags)
        name = "writefile" if flags & WRITING else "readfile"
        file = self._told(lambda: open(self._real(path), "wb" if flags & WRITING else "rb"))  # noqa: SIM115
        setattr(handle, name, file)
        return file if isinstance(file, int) else handle

    def mkdir(self, path, attr):
        if not self._takes(path):
            return paramiko.SFTP_PERMISSION_DENIED
        return self._told(lambda: self._real(path).mkdir()) or paramiko.SFTP_OK

    def _takes(self, path):
        return self._real(path).relative_to(self.root).parts[:1] == ("reports",)

    @staticmethod
    def _told(answer):
        try:
            return answer()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)


def _attributes(path):
    return paramiko.SFTPAttributes.from_stat(path.stat(), path.name)
