"""The simulated borough: calibrated to published figures, the same for the same seed."""

from datetime import date
from functools import lru_cache

import numpy as np

from demo_borough.advising import advise
from demo_borough.builder import Builder
from demo_borough.careers import add_case, cases_of_all_times
from demo_borough.departments import imagine_departments
from demo_borough.edges import enter_late, plant_before_reviews
from demo_borough.facts import World
from demo_borough.money import Money
from demo_borough.moves import Moves
from demo_borough.requests_made import add_requests_without_plan
from demo_borough.reviewing import Reviewing
from demo_borough.schooling import Schooling
from demo_borough.socialcare import know_children
from demo_borough.therapies import specify_and_provide
from demo_borough.variations import plant

LAST_DAY = date(2026, 10, 31)


@lru_cache(maxsize=2)
def demo_world(seed: int = 303) -> World:
    """The simulated borough up to 31 October 2026, and the moves named by then. Callers must not change it."""
    builder = Builder("demo borough", np.random.default_rng(seed))
    schooling = _add_plans(builder)
    moves = Moves(builder, schooling)
    moves.make()
    plant_before_reviews(builder, schooling)
    reviewing = Reviewing(builder, LAST_DAY)
    for plan in builder.world.plans:
        reviewing.review(plan)
    advise(builder)
    specify_and_provide(builder, LAST_DAY)
    Money(builder, moves, LAST_DAY).write()
    know_children(builder, LAST_DAY)
    enter_late(builder)
    plant(builder.world, seed)
    imagine_departments(builder.world, seed, LAST_DAY)
    return builder.world


def _add_plans(builder: Builder) -> Schooling:
    """Children, requests, plans and their ordinary placements."""
    cases = cases_of_all_times(builder, LAST_DAY)
    schooling = Schooling(builder, LAST_DAY)
    for case in cases:
        plan = add_case(builder, case, LAST_DAY)
        if plan is not None:
            schooling.place(case, plan)
    received = [case.received_on for case in cases if case.received_on]
    add_requests_without_plan(builder, received, LAST_DAY)
    return schooling
