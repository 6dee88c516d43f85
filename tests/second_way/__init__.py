"""Every measure worked out again in pandas, from the files the services sent and not from the models' SQL.

A module holds one area; a function named like its measure takes the `Files` of a month and returns one row per thing
counted: month_start, then `counted`, or `amount` (and `base`, `forecast`), and a column for each breakdown. What the
YAML says of the measure (kind, breakdowns, months) is read from there; the arithmetic is `figures.py`.
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

import yaml

from send_data import build
from send_data.settings import ROOT
from tests.second_way.files import Files

MEASURES = build.measure_ids()
NOT_AREAS = {"files", "figures", "children", "schools"}


@cache
def second_ways() -> dict[str, Callable[[Files], object]]:
    """{measure: the function that works it out again}."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name not in NOT_AREAS:
            area = importlib.import_module(f"{__name__}.{module.name}")
            found |= {name: getattr(area, name) for name in MEASURES if hasattr(area, name)}
    return found


@cache
def described(measure_id: str) -> dict:
    """What the measure's YAML says of it."""
    path = ROOT / "dbt_project" / "models" / "measures" / f"{measure_id}.yml"
    return yaml.safe_load(path.read_text())["models"][0]["config"]["meta"]["measure"]
