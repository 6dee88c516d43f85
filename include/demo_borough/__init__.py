"""A made-up borough: a seeded, simulated world that writes every source in its real format and knows its own answers.

Nobody in it is real. It is calibrated to what is published about Bexley (published_figures.yml).
"""

from demo_borough.answers import known_answers, known_repatriations
from demo_borough.answers.staging import known_staging
from demo_borough.faults import planted_faults
from demo_borough.small import small_world
from demo_borough.world import demo_world
from demo_borough.writers import write_deliveries

DEMO_MONTHS = ("2026-09", "2026-10")

__all__ = [
    "DEMO_MONTHS",
    "demo_world",
    "known_answers",
    "known_repatriations",
    "known_staging",
    "planted_faults",
    "small_world",
    "write_deliveries",
]
