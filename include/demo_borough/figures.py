"""The cited figures the borough is calibrated to."""

from functools import cache
from pathlib import Path

import yaml


@cache
def published() -> dict:
    """The figures of published_figures.yml, by name."""
    text = Path(__file__).with_name("published_figures.yml").read_text("utf-8")
    return yaml.safe_load(text)


def counts(name: str, year: int) -> dict[int, int]:
    """The counts of a year by code, without the remarks beside them."""
    return {code: count for code, count in published()[name][year].items() if isinstance(code, int)}
