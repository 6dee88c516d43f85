"""A month under Airflow's real scheduler and LocalExecutor: one trigger, and the assets wake the rest."""

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import demo_borough
from send_data import outputs
from tests.borough import home_environment, query, send

MONTH = "2026-09"
PATIENCE_SECONDS = 600

TRIGGER = """
import json, os, subprocess, sys
from send_cli import orchestra
os.environ.update(orchestra.environment())
raise SystemExit(subprocess.call([sys.executable, "-m", "airflow", *json.loads(sys.argv[1])]))
"""


def airflow(environment: dict, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", TRIGGER, json.dumps(arguments)], env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def scheduled(tmp_path_factory):
    environment = home_environment(tmp_path_factory.mktemp("scheduled"))
    demo_borough.write_deliveries(demo_borough.small_world(), MONTH, Path(environment["SEND_HOME"]) / "deliveries")
    started = send(environment, "up", "--demo")
    assert started.returncode == 0, started.stdout + started.stderr
    yield environment
    stopped = send(environment, "down")
    assert stopped.returncode == 0, stopped.stderr


@pytest.mark.timeout(1500)
def test_one_trigger_lands_builds_and_publishes(scheduled):
    triggered = airflow(scheduled, "dags", "trigger", "land_sources", "--conf", json.dumps({"month": MONTH}))
    assert triggered.returncode == 0, triggered.stderr[-2000:]
    paper = Path(scheduled["SEND_EDITIONS_DIR"]) / MONTH / "dashboard" / "index.html"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not paper.exists() and time.monotonic() < deadline:
        time.sleep(5)
    runs = airflow(scheduled, "tasks", "states-for-dag-run", "build_marts", "latest").stdout
    assert paper.exists(), f"{runs}\n{_logs(scheduled)}"
    editions = query(scheduled, "select to_char(month, 'YYYY-MM') as month, status from published.editions")
    assert editions.values.tolist() == [[MONTH, "draft"]]
    assert query(scheduled, "select count(*) as n from marts.fct_measures").n[0] > 0


def test_the_scheduler_writes_what_the_demonstration_writes(scheduled, borough):
    """To the byte, though every task was a process and every person key another."""
    ours, theirs = (Path(folder) / MONTH for folder in (scheduled["SEND_EDITIONS_DIR"], borough.editions))
    documents, of_ours = (
        sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.is_file())
        for folder in (theirs, ours)
    )
    assert of_ours == documents
    assert set(outputs.ALWAYS) <= set(documents)
    assert [name for name in documents if (ours / name).read_bytes() != (theirs / name).read_bytes()] == []


def test_stopping_leaves_no_process(scheduled):
    """Runs last in the file: what `up` started is gone after `down`, and `down` again has nothing to do."""
    assert send(scheduled, "down").returncode == 0
    assert "nothing was running" in send(scheduled, "down").stdout
    home = str(Path(scheduled["SEND_HOME"]))
    left = [p.pid for p in psutil.process_iter() if _environment(p).get("SEND_HOME") == home]
    assert left == []


def _environment(process: psutil.Process) -> dict:
    try:
        return process.environ()
    except psutil.Error:
        return {}


def _logs(environment: dict) -> str:
    logs = Path(environment["SEND_HOME"]).glob("airflow/logs/dag_id=*/**/*.log")
    return "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in sorted(logs)[-4:])
