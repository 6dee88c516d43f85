"""Who may import whom, and the promises that hold for every file."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sorted(p for folder in ("include", "dags", "tests") for p in (ROOT / folder).rglob("*.py"))
OWN = {"send_data", "send_cli", "demo_borough"}

# Each library that is slow, or that the rest must not know of, has one home.
HOMES = {
    "airflow": {"dags/*.py", "include/send_cli/orchestra.py"},
    "great_expectations": {"include/send_data/gate.py"},
    "dbt": {"include/send_data/build.py"},
    "jinja2": {"include/send_data/documents.py"},
    "weasyprint": {"include/send_data/documents.py"},
    "httpx": {"include/send_data/ees_api.py", "include/send_data/notify.py"},
    "tenacity": {"include/send_data/ees_api.py"},
    "PIL": {"include/send_data/charts.py"},
    "splink": {"include/send_data/linkage.py"},
    "duckdb": {"include/send_data/linkage.py"},
    "paramiko": {"include/send_data/sftp.py", "include/demo_borough/sftp_server.py"},
    "msoffcrypto": {"include/send_data/locked_workbook.py"},
    "pypandoc": {"include/send_data/documents.py"},
    "odf": {"include/send_data/ods.py"},
}


def imported(path: Path) -> set[str]:
    """Top-level names of every module a file imports, wherever in the file it does so."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def files(*patterns: str) -> list[Path]:
    return sorted(p for pattern in patterns for p in ROOT.glob(pattern))


def test_there_are_files_to_judge():
    assert len(PYTHON) > 40


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_has_one_home(library):
    users = {str(p.relative_to(ROOT)) for p in PYTHON if library in imported(p) and "tests" not in p.parts}
    allowed = {str(p.relative_to(ROOT)) for p in files(*HOMES[library])}
    assert users, f"{library} is used nowhere: the rule is out of date"
    assert users <= allowed


@pytest.mark.parametrize(
    ("package", "may"),
    [("send_data", {"send_data"}), ("demo_borough", {"demo_borough"}), ("send_cli", OWN)],
)
def test_packages_import_only_what_they_may(package, may):
    for path in (ROOT / "include" / package).rglob("*.py"):
        assert imported(path) & OWN <= may, path.relative_to(ROOT)


def test_no_dag_imports_a_dag():
    ids = {p.stem for p in files("dags/*.py")}
    for path in files("dags/*.py"):
        assert not imported(path) & ids, path.name


def test_dags_do_no_work_when_parsed():
    """Outside functions a DAG file imports only Airflow, its clock library and the standard log."""
    for path in files("dags/*.py"):
        top = [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.Import | ast.ImportFrom)]
        names = {(n.module if isinstance(n, ast.ImportFrom) else n.names[0].name).split(".")[0] for n in top}
        assert names <= {"airflow", "logging", "pendulum"}, path.name


def test_nothing_asks_the_clock():
    asks = re.compile(
        r"datetime\.now|datetime\.today|date\.today|utcnow|time\.time\(\)"
        r"|current_date\b|current_timestamp|(?<![a-z_])now\(\)"
    )
    sql = [p for p in (ROOT / "dbt_project").rglob("*.sql") if "target" not in p.parts]
    sql += list((ROOT / "include").rglob("*.sql"))
    offenders = [str(p.relative_to(ROOT)) for p in [*PYTHON, *sql] if asks.search(_without_this_test(p))]
    assert offenders == []


def _without_this_test(path: Path) -> str:
    return "" if path == Path(__file__) else path.read_text()


def test_nothing_is_named_for_nobody():
    banned = {"utils", "helpers", "common", "misc", "util", "helper"}
    assert not {p.stem for p in PYTHON} & banned


def test_the_lock_names_hashes_and_no_host():
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--index-url" not in lock
    pinned = re.findall(r"^[a-z0-9._-]+(?:\[[^]]*\])?==", lock, re.MULTILINE | re.IGNORECASE)
    assert len(pinned) > 150
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_the_image_installs_from_the_same_lock_as_the_makefile():
    command = "--no-deps --require-hashes -r requirements.lock"
    assert command in (ROOT / "Makefile").read_text()
    assert command in (ROOT / "Dockerfile").read_text()


def test_nothing_generated_is_committed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    if not tracked:
        pytest.skip("not a git checkout")
    generated = [name for name in tracked if re.search(r"(^|/)(target|editions|\.send|\.venv|__pycache__)/", name)]
    assert generated == []
