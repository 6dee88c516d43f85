"""`make bench`: what the pipeline costs beside the ordinary way, as ratios within one run, into docs/benchmarks.md.

Absolute times are this machine's and this hour's; the ratios are what may be compared.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import yaml

from demo_borough import demo_world, write_deliveries
from tests.borough import MONTHS, home_environment, query, send

ROOT = Path(__file__).resolve().parents[1]
PEOPLE, PUPILS, CENSUS_COLUMNS = 20_000, 300_000, 35
THRICE = ("2026-07", "2026-08", "2026-09")
STAGE = re.compile(r"done (.+?) ([0-9.]+) s")

LAND = """
import resource, sys, time
from send_data import landing, warehouse
landing.prepare_sources()
started = time.perf_counter()
landing.fetch(sys.argv[1], report=lambda text: None)
landing.load_new(report=lambda text: None)
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Run everything in homes of its own and write the page."""
    with tempfile.TemporaryDirectory(prefix="send-bench-") as folder:
        home = Path(folder)
        sections = [*_second_month(home / "demo"), "", *_loading(home / "load"), "", *_starting(home / "demo")]
        sections += [
            "",
            *_people(home / "demo"),
            "",
            *_first_views(home / "demo" / "editions" / MONTHS[1] / "dashboard"),
        ]
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
    return sum(_seconds_by_task(environment).values())


def _seconds_by_task(environment: dict) -> dict[str, float]:
    """The same for each task."""
    command = "from send_data import warehouse; print(warehouse.airflow_url().render_as_string(hide_password=False))"
    url = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True).stdout
    statement = """
        select t.task_id, sum(t.duration) from task_instance as t
        inner join (select dag_id, max(id) as id from dag_run group by dag_id) as newest on t.dag_id = newest.dag_id
        inner join dag_run as r on newest.id = r.id and t.run_id = r.run_id
        where t.duration is not null
        group by t.task_id
    """
    connection = psycopg2.connect(url.strip().replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return {task: float(seconds) for task, seconds in cursor.fetchall()}


def _loading(home: Path) -> list[str]:
    """Large deliveries through fetching, reader and ledger, beside COPY of the same rows by hand; and their memory."""
    environment = home_environment(home) | {"SEND_ROOT": str(_root_with_census(home / "root"))}
    send(environment, "prepare")
    lines = [
        "## Loading",
        "",
        "Fetched and loaded, against a bare COPY of the same rows into tables of the same kind; the",
        "best of three each.",
        "",
    ]
    lines += ["| delivery | rows | size | times the bare COPY | peak memory |", "|---|---|---|---|---|"]
    for name, file, write in (
        (f"SEN2 return of {PEOPLE:,} people, XML", "sen2/{month}/return.xml", _write_return),
        (
            f"school census of {PUPILS:,} pupils, CSV of {CENSUS_COLUMNS} columns",
            "bench/{month}/census.csv",
            _write_census,
        ),
    ):
        runs = [_landed(environment, home / "deliveries" / file.format(month=month), month, write) for month in THRICE]
        rows, size = runs[0][:2]
        ours, memory, bare = (min(column) for column in list(zip(*runs, strict=True))[2:])
        lines.append(f"| {name} | {rows:,} | {size:.0f} MB | {ours / bare:.1f} | {memory:.0f} MB |")
    return lines


def _landed(environment: dict, path: Path, month: str, write) -> tuple[int, float, float, float, float]:
    """(rows, MB of the file, seconds to land it, MB of memory, seconds of the bare COPY) of a delivery of a month."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path)
    done = subprocess.run([sys.executable, "-c", LAND, month], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, memory = (float(word) for word in done.stdout.split())
    rows, bare = _bare_copy(environment)
    return rows, path.stat().st_size / 1e6, seconds, memory, bare


def _root_with_census(root: Path) -> Path:
    """A root with the project's contracts, and one of a census as wide as a school's."""
    shutil.copytree(ROOT / "expectations", root / "expectations")
    contract = {
        "source": "bench__census", "title": "Census", "owner": "nobody", "system": "bench",
        "grain": "one row per pupil",
        "file": {"path": "bench/{month}/census.csv", "format": "csv", "delivers": "everything"},
        "arrives": {"every": "month", "by_day": 5},
        "columns": {f"column_{n}": {"type": "text", "description": "text"} for n in range(CENSUS_COLUMNS)},
    }  # fmt: skip
    (root / "expectations" / "sources" / "bench__census.yml").write_text(yaml.safe_dump(contract))
    return root


def _write_return(path: Path) -> None:
    """The made-up borough's return, its people over and over."""
    (written, *_) = write_deliveries(demo_world(), "2026-10", path.parent / "borough", systems=("sen2",))
    text = written.read_text("utf-8")
    begin, end = text.index("    <Person>"), text.index("  </Persons>")
    people = text[begin:end].split("    <Person>")[1:]
    with path.open("w", encoding="utf-8") as out:
        out.write(text[:begin])
        out.writelines("    <Person>" + people[number % len(people)] for number in range(PEOPLE))
        out.write(text[end:])
    shutil.rmtree(path.parent / "borough")


def _write_census(path: Path) -> None:
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([f"column_{n}" for n in range(CENSUS_COLUMNS)])
        for pupil in range(PUPILS):
            writer.writerow("" if n % 5 == 4 else f"{pupil + n:07d}" for n in range(CENSUS_COLUMNS))


def _bare_copy(environment: dict) -> tuple[int, float]:
    """(rows, seconds) of the newest delivery's rows, by COPY into tables made like their own."""
    connection = psycopg2.connect(send(environment, "url").stdout.strip())
    rows, seconds = 0, 0.0
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "select source, delivery_id from ops.load where delivery_id = (select max(delivery_id) from ops.load)"
        )
        for source, delivery_id in cursor.fetchall():
            content = io.StringIO()
            cursor.copy_expert(
                f"copy (select * from raw.{source} where delivery_id = {delivery_id}) to stdout", content
            )
            content.seek(0)
            cursor.execute(f"create table ops.bare_copy (like raw.{source} including all)")
            connection.commit()
            started = time.perf_counter()
            cursor.copy_expert("copy ops.bare_copy from stdin", content)
            connection.commit()
            seconds += time.perf_counter() - started
            cursor.execute("select count(*) from ops.bare_copy")
            rows += cursor.fetchone()[0]
            cursor.execute("drop table ops.bare_copy")
    return rows, seconds


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


TRIAL = """
import json, time
import demo_borough
from send_cli import trial
people, true = trial.people(demo_borough.demo_world(), demo_borough.DEMO_MONTHS[-1])
found = trial.measure(people, true)
print(json.dumps([found.precision, found.recall, found.true_pairs, found.linked, found.waiting, found.rightly_waiting]))
"""


def _people(home: Path) -> list[str]:
    """How well scored linkage finds the whole borough's people, by the world's truth, and what it costs."""
    environment = home_environment(home)
    done = subprocess.run([sys.executable, "-c", TRIAL], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    precision, recall, true_pairs, linked, waiting, rightly = json.loads(done.stdout.splitlines()[-1])
    seconds = _seconds_by_task(environment)
    share = seconds["link_people"] / seconds["run_dbt"]
    return [
        "## People",
        "",
        f"- {true_pairs} pairs of people that exact keys leave apart are one child in truth. By likelihood {linked}",
        f"  were linked: precision {precision:.4f}, recall {recall:.4f}.",
        f"- {waiting} pairs wait for a person, {rightly} of them one child: a forename with a slip may be a twin's.",
        f"- Linking people against dbt's run, last month: {share:.2f}.",
    ]


FIRST_VIEW = """
    () => new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime))
        .observe({type: 'paint', buffered: true}))
"""


def _first_views(site: Path) -> list[str]:
    """What the dashboard weighs, and how soon something of it is seen from the disk in chromium (median of five)."""
    from playwright.sync_api import sync_playwright

    sizes = {str(path.relative_to(site)): path.stat().st_size for path in site.rglob("*.html")}
    shared = sum((site / name).stat().st_size for name in ("site.css", "site.js"))
    shown = {"index.html", "measures/reviews_completed_on_time.html", max(sizes, key=sizes.get)}
    lines = [
        "## The dashboard from the disk",
        "",
        "| page | with style sheet and script | first view |",
        "|---|---|---|",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in sorted(shown):
            views = []
            for _ in range(5):
                page = browser.new_page()
                page.goto((site / name).as_uri())
                views.append(page.evaluate(FIRST_VIEW))
                page.close()
            lines.append(f"| {name} | {(sizes[name] + shared) / 1000:.0f} kB | {sorted(views)[2] / 1000:.2f} s |")
        browser.close()
    typical = sorted(sizes.values())[len(sizes) // 2] + shared
    return [*lines, "", f"- {len(sizes)} pages; the page in the middle has {typical / 1000:.0f} kB."]


if __name__ == "__main__":
    main()
