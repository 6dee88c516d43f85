"""What the staging models of the departments must hold, from their facts."""

from demo_borough.cutoff import as_of
from demo_borough.departments import DEPARTMENTS
from demo_borough.facts import World


def known_staging(world: World, month: str) -> dict[str, list[dict]]:
    """{model: rows} as known at `month` ('YYYY-MM'); a row is a dict of every column but la_code and person_key."""
    seen = as_of(world, month)
    return {model: rows for each in DEPARTMENTS.values() for model, rows in each.staging(seen, month).items()}
