"""SFTP as fsspec knows it, made strict: the server's key is pinned, and what cannot be listed is an error."""

import base64
import io
from urllib.parse import unquote, urlsplit

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from send_data.connections import Connection, ConnectionFailedError

PORT = 22
# Seconds a server may be silent.
PATIENCE = 30
KEY_KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


def _unless_missing(error):
    if not isinstance(error, FileNotFoundError):
        raise error


class PinnedSFTPFileSystem(SFTPFileSystem):
    """Files of one SFTP server, reached with a key (or password) and only if it shows the host key that is pinned.

    fsspec's own class trusts whatever key an unknown server shows, and takes a folder that it may not list, or a server
    that went away, for an empty one. Raises ConnectionFailedError when the server cannot be reached or is not trusted.
    """

    cachable = False

    def __init__(self, connection: Connection):
        self.connection = connection
        super().__init__(urlsplit(connection.url).hostname)

    def _connect(self):
        connection, url = self.connection, urlsplit(self.connection.url)
        self.client, port = paramiko.SSHClient(), url.port or PORT
        host_key = _host_key(connection)
        known_as = self.host if port == PORT else f"[{self.host}]:{port}"
        self.client.get_host_keys().add(known_as, host_key.get_name(), host_key)
        self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        key = _private_key(connection)
        try:
            self.client.connect(
                self.host, port, unquote(url.username or "") or None, connection.password, key,
                timeout=PATIENCE, banner_timeout=PATIENCE, auth_timeout=PATIENCE, channel_timeout=PATIENCE,
                allow_agent=False, look_for_keys=False,
            )  # fmt: skip
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(PATIENCE)
        except (paramiko.SSHException, OSError, EOFError) as error:
            self.client.close()
            raise ConnectionFailedError(f"connection {connection.name} {_reason(error)}") from None

    def exists(self, path, **kwargs):
        """Whether there is such a file or folder; any other trouble than its absence is an error."""
        try:
            self.info(path)
        except FileNotFoundError:
            return False
        return True

    def walk(self, path, maxdepth=None, topdown=True, on_error=_unless_missing, **kwargs):
        """As fsspec's, but only a folder that is not there counts as empty."""
        return super().walk(path, maxdepth=maxdepth, topdown=topdown, on_error=on_error, **kwargs)


def _host_key(connection):
    if connection.host_key is None:
        raise ConnectionFailedError(
            f"connection {connection.name} has no host key pinned (SEND_{connection.name.upper()}_HOST_KEY,"
            " 'ssh-ed25519 AAAA...', as the server's owner tells it)"
        )
    try:
        kind, encoded = connection.host_key.split()[:2]
        return paramiko.PKey.from_type_string(kind, base64.b64decode(encoded, validate=True))
    except Exception:
        text = f"connection {connection.name}: its host key is not written as 'ssh-ed25519 AAAA...'"
    raise ConnectionFailedError(text)


def _private_key(connection):
    if connection.private_key is None:
        return None
    for kind in KEY_KINDS:
        try:
            return kind.from_private_key(io.StringIO(connection.private_key), connection.private_key_passphrase)
        except Exception:  # noqa: S112  each kind refuses another's key in a way of its own
            continue
    raise ConnectionFailedError(
        f"connection {connection.name}: its private key cannot be read (Ed25519, ECDSA or RSA, with its passphrase)"
    )


def _reason(error):
    if isinstance(error, paramiko.BadHostKeyException):
        return "is not used: the server shows another host key than the one that is pinned"
    if isinstance(error, paramiko.AuthenticationException):
        return "is refused by the server: it does not take our key or password"
    return f"cannot be reached ({type(error).__name__})"
