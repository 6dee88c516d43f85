"""The integrated care board's extract of the learning disability register: who is on it, and their health checks."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.days import add_months, month_end, month_start
from demo_borough.due_months import FIRST_DEMO_MONTH, months_due
from demo_borough.facts import World
from demo_borough.text import csv_bytes, iso_date

NEEDS = {"MLD": 0.35, "SLD": 0.97, "PMLD": 1.0, "DS": 1.0}
# England 2024-25: 138,771 checks for 191,843 people on the register (NHS England); an action plan follows most.
CHECKED, WITH_ACTION_PLAN, DECLINED = 0.72, 0.8, 0.04
STAGING = ("stg_ld_register__people",)
COLUMNS = [
    "nhs_number", "forename", "surname", "date_of_birth", "postcode", "registered_date", "check_date",
    "action_plan_date", "declined_date",
]  # fmt: skip


@dataclass(frozen=True)
class Registered:
    """A person on the register; the dates are of the latest check, action plan and refusal."""

    child_id: int
    registered_on: date
    checks: tuple[tuple[date, date | None], ...]
    declined_on: date | None

    @property
    def check_on(self) -> date | None:
        """Day of the latest check."""
        return self.checks[-1][0] if self.checks else None

    @property
    def action_plan_on(self) -> date | None:
        """Day of the action plan that followed the latest check."""
        return self.checks[-1][1] if self.checks else None


def imagine(world: World, rng: np.random.Generator, last_day: date) -> list[Registered]:
    """Young people of 14 and over with a learning disability, each with the yearly checks they had."""
    needs = {plan.child_id: plan.needs[0] for plan in world.plans if plan.needs}
    found = []
    for child_id, need in sorted(needs.items()):
        registered_on = add_months(world.children[child_id].born_on, 14 * 12) + timedelta(days=int(rng.integers(0, 60)))
        if rng.random() < NEEDS.get(need, 0) and registered_on <= last_day:
            found.append(_person(child_id, registered_on, rng, last_day))
    return found


def as_of(facts: list[Registered], cut: date) -> list[Registered]:
    """The register on a day."""
    return [
        replace(
            person,
            checks=tuple((day, _known(plan_on, cut)) for day, plan_on in person.checks if day <= cut),
            declined_on=_known(person.declined_on, cut),
        )
        for person in facts
        if person.registered_on <= cut
    ]


def files(seen: World, month: str):
    """The extract of the month: path and bytes."""
    rows = [_line(person, seen.children[person.child_id]) for person in _people(seen, month_end(month_start(month)))]
    yield f"ld_register/{month}/register.csv", csv_bytes(COLUMNS, rows + _bad_rows(month))


def faults(month: str) -> list[tuple[str, str, int]]:
    """A check before the person was on the register."""
    return [("ld_register__person", "check before registration", len(_bad_rows(month)))] if _bad_rows(month) else []


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """The registers as `stg_ld_register__people` must hold them: one of every month sent so far."""
    months = map(month_start, months_due(tuple(range(1, 13)), FIRST_DEMO_MONTH, month))
    rows = [
        {
            "month_start": sent,
            "born_month": seen.children[person.child_id].born_on.replace(day=1),
            "registered_on": person.registered_on,
            "check_on": person.check_on,
            "action_plan_on": person.action_plan_on,
            "declined_on": person.declined_on,
        }
        for sent in months
        for person in as_of(_people(seen, month_end(sent)), month_end(sent))
    ]
    return {"stg_ld_register__people": rows}


def _person(child_id, registered_on, rng, last_day):
    checks, day = [], registered_on + timedelta(days=int(rng.integers(30, 330)))
    while day <= last_day:
        if rng.random() < CHECKED:
            has_plan = rng.random() < WITH_ACTION_PLAN
            checks.append((day, day + timedelta(days=int(rng.integers(0, 40))) if has_plan else None))
        day += timedelta(days=int(rng.integers(330, 400)))
    declined_on = registered_on + timedelta(days=int(rng.integers(60, 700))) if rng.random() < DECLINED else None
    return Registered(child_id, registered_on, tuple(checks), declined_on)


def _people(seen, cut):
    """Whom the services knew of on a day."""
    asked = {request.child_id for request in seen.requests if request.received_on is None or request.received_on <= cut}
    return [person for person in seen.departments["learning_disability"] if person.child_id in asked]


def _known(day, cut):
    return day if day is not None and day <= cut else None


def _line(person, child):
    dates = (person.registered_on, person.check_on, person.action_plan_on, person.declined_on)
    return [
        child.nhs_number, child.forename, child.surname, iso_date(child.born_on), child.postcode,
        *map(iso_date, dates),
    ]  # fmt: skip


def _bad_rows(month):
    """A made-up person who is nobody of the borough, checked before being on the register."""
    if month != "2026-09":
        return []
    number = identifiers.nhs_number(99_001)
    return [[number, "Faulty", "Faultbury", "2008-03-07", "ZZ9 9ZZ", "2024-05-01", "2024-04-01", "", ""]]
