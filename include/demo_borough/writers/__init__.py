"""Writes the borough's deliveries of a month, each in the real format of its system."""

import os
from datetime import UTC, datetime
from pathlib import Path

from demo_borough.cutoff import as_of
from demo_borough.days import add_months, month_start
from demo_borough.departments import DEPARTMENTS
from demo_borough.facts import World
from demo_borough.writers import casework, children_in_need, finance, gias, sen2, therapy

# system: writer, minute after 06:00 UTC on the 5th of the next month at which its files are received
SYSTEMS = {
    "sen2": (sen2.files, 0),
    "casework": (casework.files, 7),
    "gias": (gias.files, 11),
    "finance": (finance.files, 19),
    "therapy": (therapy.files, 31),
    "cin": (children_in_need.files, 43),
}
FIRST_MINUTE_OF_DEPARTMENTS = 45
LAST_MINUTE = 59
COMMENTARY = Path(__file__).parents[1] / "commentary"


def write_deliveries(world: World, month: str, folder, systems=tuple(SYSTEMS)) -> list[Path]:
    """Write the deliveries of `month` ('YYYY-MM') under `folder` and return their paths, in a fixed order.

    The files show the world as of the last day of the month; their modification time is the day they are received.
    What DfE publishes is no file here: `demo_borough.statistics_server` serves it.
    """
    seen = as_of(world, month)
    written = []
    for system in systems:
        write, minute = SYSTEMS[system]
        received_at = _received_at(month, minute)
        for path, content in write(seen, month):
            written.append(_write(Path(folder) / path, content, received_at))
            received_at += 5
    received_at = _received_at(month, FIRST_MINUTE_OF_DEPARTMENTS)
    for department in DEPARTMENTS.values():
        for path, content in department.files(seen, month):
            written.append(_write(Path(folder) / path, content, received_at))
            received_at += 1
    return written + _write_commentary(month, Path(folder))


def _write_commentary(month: str, folder: Path) -> list[Path]:
    """What managers and forums write for the Board, in the months for which they have written."""
    written = COMMENTARY / f"{month}.yml"
    if not written.exists():
        return []
    received_at = _received_at(month, LAST_MINUTE)
    return [_write(folder / "commentary" / written.name, written.read_bytes(), received_at)]


def _received_at(month: str, minute: int) -> float:
    """Moment the files are received, seconds since 1970: the 5th of the next month, 06:00 UTC and so many minutes."""
    day = add_months(month_start(month), 1).replace(day=5)
    return datetime(day.year, day.month, day.day, 6, minute, tzinfo=UTC).timestamp()


def _write(path: Path, content: bytes, received_at: float) -> Path:
    """Write the file and set the moment it was received."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (received_at, received_at))
    return path
