"""Seeds of the dbt project that Python reads too, so that a list stands in one place."""

import csv
from functools import cache
from pathlib import Path

from send_data.settings import settings


class NoSuchSeedError(LookupError):
    """The dbt project has no such seed."""


def rows(folder: str, name: str) -> tuple[dict[str, str], ...]:
    """The rows of `dbt_project/seeds/<folder>/<name>.csv`, by header; an empty cell is ''. Raises NoSuchSeedError."""
    return _rows(Path(settings().dbt_dir) / "seeds" / folder / f"{name}.csv")


@cache
def _rows(path):
    if not path.exists():
        raise NoSuchSeedError(path.name)
    with path.open(newline="", encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))
