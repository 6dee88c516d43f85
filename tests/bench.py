"""`make bench`: what the pipeline costs beside the ordinary way, as ratios within one run, into docs/benchmarks.md.

Absolute times are this machine's and this hour's; the ratios are what may be compared.
"""

import csv
import io
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2

from tests.borough import MONTHS, home_environment, query, send

ROOT = Path(__file__).resolve().parents[1]
ROWS = 200_000
STAGE = re.compile(r"done (.+?) ([0-9.]+) s")

COPY_OURS = """
import resource, sys, time
from datetime import date
from send_data import landing, warehouse
landing.fetch("2026-09", report=lambda text: None)
started = time.perf_counter()
landing.load_new(report=lambda text: None)
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Run everything in homes of its own and write the page."""
    with tempfile.TemporaryDirectory(prefix="send-bench-") as folder:
        home = Path(folder)
        sections = [*_second_month(home / "demo"), "", *_loading(home / "load"), "", *_starting(home / "demo")]
        send(home_environment(home / "demo"), "down")
        send(home_environment(home / "load"), "down")
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text("\n".join([*HEAD, *sections, ""]))
    print(page)


HEAD = [
    "# Benchmarks",
    "",
    "Written by `make bench`; each ratio is of two things measured in the same run, on a machine with two cores.",
    "",
]


def _second_month(home: Path) -> list[str]:
    """The month after the first, from landing to paper, as `make demo` runs it."""
    environment = home_environment(home)
    first = send(environment, "demo", "--months", MONTHS[0])
    if first.returncode:
        raise SystemExit(first.stdout + first.stderr)
    started = time.perf_counter()
    second = send(environment, "demo", "--months", ",".join(MONTHS))
    wall = time.perf_counter() - started
    stages = {name: float(seconds) for name, seconds in STAGE.findall(second.stdout)}
    dags = {name: seconds for name, seconds in stages.items() if name.startswith(f"{MONTHS[1]}: ") and "_" in name}
    total, work = sum(dags.values()), _task_seconds(environment)
    lines = ["## The second month, landing to paper", "", "| stage | share of the month |", "|---|---|"]
    lines += [f"| {name} | {seconds / total:.0%} |" for name, seconds in dags.items()]
    lines += [
        "",
        f"- {total:.0f} s from landing to paper; the whole command, with making the deliveries, {wall:.0f} s.",
        f"- Airflow around the tasks against the tasks' own work: {max(total - work, 0) / work:.2f}.",
    ]
    return lines


def _task_seconds(environment: dict) -> float:
    """Seconds spent inside the tasks of the last run of each DAG, by Airflow's own record."""
    command = "from send_data import warehouse; print(warehouse.airflow_url().render_as_string(hide_password=False))"
    url = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True).stdout
    statement = """
        select sum(t.duration) from task_instance as t
        inner join (select dag_id, max(id) as id from dag_run group by dag_id) as newest on t.dag_id = newest.dag_id
        inner join dag_run as r on newest.id = r.id and t.run_id = r.run_id
    """
    connection = psycopg2.connect(url.strip().replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return float(cursor.fetchone()[0])


def _loading(home: Path) -> list[str]:
    """A large log through the reader and the ledger, beside COPY of the same rows by hand; and the memory it takes."""
    environment = home_environment(home)
    send(environment, "prepare")
    seconds, memory = {}, {}
    for rows in (ROWS // 10, ROWS):
        file = home / "deliveries" / "casework" / "2026-09" / "advice_requests.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_log(file, rows)
        done = subprocess.run([sys.executable, "-c", COPY_OURS], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        seconds[rows], memory[rows] = (float(word) for word in done.stdout.split())
    bare = _bare_copy(environment, file)
    few, many = memory[ROWS // 10], memory[ROWS]
    return [
        "## Loading",
        "",
        f"- {ROWS:,} rows of a CSV, landed, against bare COPY of the same: {seconds[ROWS] / bare:.1f} times as long.",
        f"- Peak memory with ten times the rows: {many / few:.2f} times ({many:.0f} MB).",
    ]


def _write_log(file: Path, rows: int) -> None:
    sys.path.insert(0, str(ROOT / "include"))
    from send_data import contracts

    header = contracts.source_contracts()["casework__advice_request"].columns
    with open(file, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([column.header for column in header])
        for number in range(rows):
            writer.writerow([f"{column.name[:8]}{number}" for column in header])


def _bare_copy(environment: dict, file: Path) -> float:
    url = send(environment, "url").stdout.strip()
    with open(file) as rows:
        columns = rows.readline().strip().split(",")
        body = io.StringIO(rows.read())
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"create table ops.bare_copy ({', '.join(f'c{i} text' for i in range(len(columns)))})")
        started = time.perf_counter()
        cursor.copy_expert("copy ops.bare_copy from stdin with (format csv)", body)
        connection.commit()
        return time.perf_counter() - started


def _starting(home: Path) -> list[str]:
    """What it costs to start: the imports that every process of a task would pay, beside the build they serve."""
    environment = home_environment(home)
    costs = {}
    for name in ("great_expectations", "dbt.cli.main", "airflow.sdk", "weasyprint"):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {name}"], env=environment, check=True, capture_output=True)
        costs[name] = time.perf_counter() - started
    work = query(environment, "select sum(seconds) as s from ops.model_result group by build_id order by build_id desc")
    build = float(work.s[0])
    lines = ["## Start-up", "", "| import | against the seconds dbt spends in its nodes for one month |", "|---|---|"]
    return lines + [f"| {name} | {seconds / build:.2f} |" for name, seconds in costs.items()]


if __name__ == "__main__":
    main()
