"""Airflow beside the warehouse: its settings, its set-up, runs in this process, and the long-running parts for people.

The environment must be set before Airflow is first imported, so every import of it stands inside a function.
"""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

from send_data import warehouse
from send_data.settings import settings

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
STAND_IN = "stand-in"
READY_WITHIN_SECONDS = 240


class OrchestraError(RuntimeError):
    """Airflow did not come up, or a DAG did not end well; the message says which and where its log is."""


def connection(name: str) -> dict | None:
    """What Airflow keeps under a connection's name: its address, its password and its extras."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        kept = Connection.get(name)
    except AirflowNotFoundException:
        return None
    return {**kept.extra_dejson, "url": kept.get_uri().partition("?")[0], "password": kept.password}


def environment() -> dict[str, str]:
    """Airflow's settings as environment variables; what a deployment sets already wins."""
    secrets_ = _secrets()
    wanted = {
        "AIRFLOW_HOME": str(_home()),
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings().root / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # One worker process for each core of a small machine and two to wait on the database; the default is 32.
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__FERNET_KEY": secrets_["fernet_key"],
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_home() / "passwords.json"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{secrets_['port']}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _metadata_url(),
        # By default the API listens on every interface, and it is for the person at this machine.
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(secrets_["port"]),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{secrets_['port']}",
        "AIRFLOW__API__SECRET_KEY": secrets_["secret_key"],
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets_["jwt_secret"],
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "120",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "GX_ANALYTICS_ENABLED": "False",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    }
    return {name: os.environ.get(name, value) for name, value in wanted.items()}


def set_up() -> None:
    """Create or bring up to date Airflow's own database. Running it again changes nothing."""
    _home().mkdir(parents=True, exist_ok=True)
    passwords = Path(environment()["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    if not passwords.exists():
        passwords.touch(mode=0o600)
        passwords.write_text(json.dumps({"admin": secrets.token_urlsafe(16)}))
    _airflow("db", "migrate")


def run_dag(dag_id: str, log: Path, **params: str | None) -> None:
    """Run one DAG to its end in this process (imports are paid once for all), everything it says going to `log`.

    Raises OrchestraError, with the end of the log, unless every task did well.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with _into(log):
        dag = _dags()[dag_id]
        for task in dag.tasks:
            # Retries are for servers that come and go; here they would only make a failure slow.
            task.retries = 0
        run = dag.test(run_conf={name: value for name, value in params.items() if value is not None})
        states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    failed = sorted(task for task, state in states.items() if state in ("failed", "upstream_failed"))
    if failed or str(run.state) != "success":
        end = log.read_text(errors="replace")[-3000:]
        raise OrchestraError(f"{end}\nDAG {dag_id} did not do well: {', '.join(failed)}; its log is {log}")


@contextlib.contextmanager
def _into(log: Path) -> Iterator[None]:
    """Send what this process and its libraries print to a file; what the caller prints elsewhere still shows."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with open(log, "a") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, original in zip((1, 2), kept, strict=True):
            os.dup2(original, number)
            os.close(original)


def up(*, made_up: bool = False) -> str:
    """Start whatever is not running of Airflow's parts; returns the address of its UI once it answers.

    `made_up`: also the stand-ins for the services' servers, which Airflow's parts are told of when they start.
    """
    set_up()
    served = _stand_in() if made_up else {}
    for component in COMPONENTS:
        if _process(component) is None:
            _spawn(component, ["-m", "airflow", component], served)
    _wait_until_ready()
    return environment()["AIRFLOW__API__BASE_URL"]


def password() -> str:
    """The generated password of Airflow's one local user, `admin`."""
    path = Path(environment()["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    return json.loads(path.read_text())["admin"]


def down() -> list[str]:
    """Stop what `up` started, children and all; returns the parts that were running."""
    stopped = []
    for component in (*reversed(COMPONENTS), STAND_IN):
        process = _process(component)
        if process is not None:
            _end(process)
            stopped.append(component)
        _pid_file(component).unlink(missing_ok=True)
    return stopped


def _dags() -> dict:
    os.environ.update(environment())
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(settings().root / "dags"))
    if bag.import_errors:
        raise OrchestraError(f"DAG files that do not import: {', '.join(sorted(bag.import_errors))}")
    return bag.dags


def _home() -> Path:
    return settings().home / "airflow"


def _metadata_url() -> str:
    """Airflow's own database: beside the embedded warehouse, or a file where the warehouse is somebody else's."""
    if settings().warehouse_url is None:
        return warehouse.airflow_url().render_as_string(hide_password=False)
    return f"sqlite:///{_home() / 'airflow.db'}"


def _secrets() -> dict:
    """Generated once per home: keys and the port of the UI."""
    path = settings().home / "airflow.json"
    if not path.exists():
        from cryptography.fernet import Fernet

        settings().home.mkdir(parents=True, exist_ok=True)
        generated = {
            "fernet_key": Fernet.generate_key().decode(),
            "secret_key": secrets.token_urlsafe(32),
            "jwt_secret": secrets.token_urlsafe(48),
            "port": _free_port(preferred=8080),
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(generated))
    return json.loads(path.read_text())


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return probe.getsockname()[1]
    raise OrchestraError("no free port on 127.0.0.1")


def _airflow(*arguments: str) -> None:
    log = _home() / "set_up.log"
    with open(log, "w") as output:
        command = [sys.executable, "-m", "airflow", *arguments]
        code = subprocess.run(command, env={**os.environ, **environment()}, stdout=output, stderr=output).returncode
    if code:
        raise OrchestraError(f"airflow {' '.join(arguments)} failed; see {log}")


def _stand_in() -> dict[str, str]:
    """Start the stand-ins unless they run; returns the variables that lead to them."""
    from send_cli import stand_ins

    kept = settings().home / "stand_in.ports"
    if _process(STAND_IN) is None:
        kept.write_text(json.dumps([_free_port(preferred=2222), _free_port(preferred=8222)]))
        _spawn(STAND_IN, stand_ins.start(*json.loads(kept.read_text())), {})
    return stand_ins.environment(*json.loads(kept.read_text()))


def _spawn(component: str, command: list[str], extra: dict[str, str]) -> None:
    log = open(_home() / f"{component}.log", "a")  # noqa: SIM115  the child keeps it open
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, **environment(), **extra},
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    log.close()
    _pid_file(component).write_text(json.dumps([process.pid, psutil.Process(process.pid).create_time()]))


def _pid_file(component: str) -> Path:
    return _home() / f"{component}.process"


def _process(component: str) -> psutil.Process | None:
    """The process of a part while it lives; its start time tells it from another that was given its number."""
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        pid, started = json.loads(_pid_file(component).read_text())
        process = psutil.Process(pid)
        if process.create_time() == started and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def _end(process: psutil.Process) -> None:
    family = [*process.children(recursive=True), process]
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=20)
    for member in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()


def _wait_until_ready() -> None:
    for _ in _every_second(READY_WITHIN_SECONDS):
        health = _health()
        if health and all(health.get(part, {}).get("status") == "healthy" for part in ("scheduler", "dag_processor")):
            return
    raise OrchestraError(f"Airflow did not come up within {READY_WITHIN_SECONDS} s; its logs are in {_home()}")


def _health() -> dict | None:
    address = f"{environment()['AIRFLOW__API__BASE_URL']}/api/v2/monitor/health"
    with contextlib.suppress(OSError, ValueError), urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  loopback
        return json.load(answer)
    return None


def _every_second(seconds: int) -> Iterator[int]:
    for second in range(seconds):
        yield second
        time.sleep(1)
