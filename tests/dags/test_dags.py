"""The DAGs as policy: which there are, what they are made of, and that reading them is cheap."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TASKS = {
    "land_sources": ["check", "fetch", "load", "prove", "tell_owners"],
    "build_marts": ["check_marts", "link_people", "open_build", "run_dbt", "swap_in"],
    "publish_board_paper": ["freeze", "prove", "tell", "write"],
    "share_review_lists": ["make", "prove", "send"],
}
ORDER = {
    "land_sources": [("check", "prove"), ("check", "tell_owners"), ("fetch", "load"), ("load", "check")],
    "build_marts": [
        ("check_marts", "swap_in"),
        ("link_people", "run_dbt"),
        ("open_build", "check_marts"),
        ("open_build", "link_people"),
        ("open_build", "run_dbt"),
        ("open_build", "swap_in"),
        ("run_dbt", "check_marts"),
    ],
    "publish_board_paper": [("freeze", "prove"), ("freeze", "write"), ("prove", "tell"), ("write", "prove")],
    "share_review_lists": [("make", "prove"), ("make", "send"), ("send", "prove")],
}

# Read in a process of its own: what a DAG file imports when it is parsed is part of what is tested.
READ = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
heavy = ("great_expectations", "dbt", "pandas", "send_data", "weasyprint")
print(json.dumps({
    "errors": bag.import_errors,
    "heavy": [name for name in heavy if name in sys.modules],
    "dags": {d.dag_id: {
        "file": d.fileloc, "doc": d.doc_md or "", "params": sorted(d.params), "catchup": d.catchup,
        "active": d.max_active_runs, "schedule": str(d.timetable.summary),
        "tasks": {t.task_id: {"down": sorted(t.downstream_task_ids), "retries": t.retries} for t in d.tasks},
    } for d in bag.dags.values()},
}))
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory) -> dict:
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        "PATH": str(Path(sys.executable).parent),
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-c", READ, str(ROOT / "dags")], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_file_is_one_dag_of_its_own_name(bag):
    assert bag["errors"] == {}
    assert {p.stem for p in (ROOT / "dags").glob("*.py")} == set(bag["dags"]) == set(TASKS)
    assert {name: Path(d["file"]).stem for name, d in bag["dags"].items()} == {name: name for name in TASKS}


@pytest.mark.parametrize("dag_id", sorted(TASKS))
def test_tasks_and_arrows(bag, dag_id):
    tasks = bag["dags"][dag_id]["tasks"]
    assert sorted(tasks) == TASKS[dag_id]
    assert sorted((up, down) for up, t in tasks.items() for down in t["down"]) == sorted(ORDER[dag_id])


@pytest.mark.parametrize("dag_id", sorted(TASKS))
def test_policy(bag, dag_id):
    dag = bag["dags"][dag_id]
    assert dag["catchup"] is False
    assert dag["active"] == 1
    assert "month" in dag["params"]
    assert "Woken at night?" in dag["doc"]
    assert "Safe to re-run" in dag["doc"]
    assert all(task["retries"] >= 1 for task in dag["tasks"].values())


def test_parsing_imports_nothing_heavy(bag):
    assert bag["heavy"] == []


def test_no_file_is_taken_for_a_dbt_plugin():
    assert [p.name for p in (ROOT / "dags").glob("dbt_*.py")] == []
