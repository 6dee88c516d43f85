"""The demonstration: a made-up borough's deliveries, and the DAGs for each month, through Airflow."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from send_cli import orchestra, stand_ins
from send_data import ledger, lists, outbox, outputs, warehouse
from send_data.settings import ROOT, settings

DAGS = ("land_sources", "build_marts", "publish_board_paper")
TERMLY = "share_review_lists"


def run(
    months: list[str], *, small: bool, stage: Callable[[str], AbstractContextManager], say: Callable[[str], None]
) -> None:
    """Deliver and run each month in order; months whose edition stands already are only named."""
    say("Everything shown is a made-up borough: no real child is in it.")
    with stage("start the warehouse"):
        warehouse.start()
        warehouse.prepare()
    with stage("set up Airflow"):
        orchestra.set_up()
    _deliver(months, small, stage)
    with stand_ins.serving() as move_to:
        for month in months:
            move_to(month)
            _run_month(month, stage, say)
        _share_lists(months[-1], stage)
    _say_where(months, say)


def _deliver(months: list[str], small: bool, stage: Callable[[str], AbstractContextManager]) -> None:
    """Write the months' files unless the same world's files are there."""
    folder, mark = Path(settings().deliveries_url), _world_version(small)
    missing = [month for month in months if not (folder / ".made" / f"{month}-{mark}").exists()]
    if not missing:
        return
    import demo_borough

    with stage("imagine the borough"):
        world = demo_borough.small_world() if small else demo_borough.demo_world()
    for month in missing:
        with stage(f"{month}: its services send their files"):
            demo_borough.write_deliveries(world, month, folder)
            (folder / ".made").mkdir(exist_ok=True)
            (folder / ".made" / f"{month}-{mark}").touch()


def _run_month(month: str, stage: Callable[[str], AbstractContextManager], say: Callable[[str], None]) -> None:
    with stage(f"{month}: land_sources"):
        orchestra.run_dag("land_sources", _log(month, "land_sources"), month=month)
    if ledger.is_published(month) and _papers(month):
        say(f"{month}: nothing new; its edition stands")
        return
    for dag_id in DAGS[1:]:
        with stage(f"{month}: {dag_id}"):
            orchestra.run_dag(dag_id, _log(month, dag_id), month=month)


def _share_lists(month: str, stage: Callable[[str], AbstractContextManager]) -> None:
    """Once, after the last month: the lists of the term that comes next."""
    if not lists.is_made(month):
        with stage(f"{month}: {TERMLY}"):
            orchestra.run_dag(TERMLY, _log(month, TERMLY), month=month)


def _log(month: str, dag_id: str) -> Path:
    return settings().home / "logs" / f"{month}-{dag_id}.log"


def _papers(month: str) -> list[Path]:
    return [] if outputs.missing(month) else [outputs.folder_of(month) / name for name in outputs.OPENED_FIRST]


def _say_where(months: list[str], say: Callable[[str], None]) -> None:
    for month in months:
        say(f"\n[bold]{month}[/]")
        for path in _papers(month):
            say(f"  {path}", soft_wrap=True)
    mails = sorted(stand_ins.mail_dir().glob("*.eml"))
    if mails:
        say(f"\n{len(mails)} e-mails that would have gone out: {stand_ins.mail_dir()}", soft_wrap=True)
    say(f"\nlists for schools, locked with a password each: {outbox.where()} (send lists --help)", soft_wrap=True)
    say("marts: send url --role bi_reader (schemas marts and published); data docs: ", end="")
    say(f"{settings().data_docs_dir}", soft_wrap=True)
    say("stop the warehouse with: make down")


def _world_version(small: bool) -> str:
    """Changes when the borough's code does, so that old files are not taken for its."""
    digest = hashlib.sha256(b"small" if small else b"whole")
    for path in sorted((ROOT / "include" / "demo_borough").rglob("*")):
        if path.suffix in (".py", ".yml", ".csv"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
