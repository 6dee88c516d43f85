"""The words of paper and dashboard: those of `words.yml`, and of values of breakdowns, which the marts read too."""

import yaml

from send_data import seeds
from send_data.settings import settings


def words() -> dict:
    """words.yml by key; `breakdown_values`: {breakdown: {value: label}} in printing order, from the seed."""
    found = yaml.safe_load((settings().templates_dir / "words.yml").read_text())
    found["breakdown_values"] = {}
    for row in sorted(seeds.rows("reference", "breakdown_labels"), key=lambda row: int(row["sort_order"])):
        found["breakdown_values"].setdefault(row["breakdown"], {})[row["breakdown_value"]] = row["label"]
    return found
