"""The services of the borough that keep records of their own beside the plans: one module each.

A department is a module with
- `imagine(world, rng, last_day) -> facts`: what is true, over the world's children; `rng` is the department's own, so
  that no department's chance changes another's;
- `as_of(facts, cut) -> facts`: what it knew on the day `cut`;
- `files(seen, month) -> (path, bytes), ...`: what it sends for a month ('YYYY-MM'); `seen` is the world as of then and
  holds the department's facts in `seen.departments[name]`; a termly or yearly department also sends in the first month
  of the demonstration what it sent in the months before;
- `faults(month) -> [(source, kind, count), ...]`: the bad rows that it plants in the files that are for the month;
- `STAGING`: the names of its staging models;
- `staging(seen, month) -> {model: [row, ...]}`: what its staging models must hold when the month is reported, each row
  a dict of every column but la_code and person_key. Computed from the facts, never from the files.
"""

from datetime import date
from zlib import crc32

import numpy as np

from demo_borough.departments import (
    adult_care,
    allocations,
    casework_records,
    census,
    community_health,
    delivery_plan,
    early_support,
    finance_office,
    learning_disability,
    looked_after,
    outcomes,
    pathways,
    places,
    quality,
    voice,
    workforce,
    youth_activity,
)
from demo_borough.facts import World

# In this order they are imagined and their files are received: a later one may know the facts of those before it.
DEPARTMENTS = {
    "learning_disability": learning_disability,
    "delivery_plan": delivery_plan,
    "voice": voice,
    "quality": quality,
    "workforce": workforce,
    "finance_office": finance_office,
    "community_health": community_health,
    "pathways": pathways,
    "looked_after": looked_after,
    "adult_care": adult_care,
    "outcomes": outcomes,
    "youth_activity": youth_activity,
    "census": census,
    "early_support": early_support,
    "places": places,
    "casework_records": casework_records,
    "allocations": allocations,
}


def imagine_departments(world: World, seed: int, last_day: date) -> None:
    """Give the world the facts of every department."""
    for name, department in DEPARTMENTS.items():
        rng = np.random.default_rng([seed, crc32(name.encode())])
        world.departments[name] = department.imagine(world, rng, last_day)
