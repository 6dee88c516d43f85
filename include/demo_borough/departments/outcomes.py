"""Outcomes after school: supported internships as colleges return them, and level 2 by 19 person by person."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.days import age_at_31_august
from demo_borough.due_months import months_due, months_sent_with
from demo_borough.facts import Child, Establishment, World
from demo_borough.figures import published
from demo_borough.strangers import share_of_the_borough, strangers
from demo_borough.text import csv_bytes, iso_date, yes_no

STAGING = ("stg_outcomes__level_2", "stg_outcomes__supported_internships")
BLOCK = 9_000
# DfE, work-based placements: 15 supported internships in Bexley in January 2025; more since is the plan's aim.
INTERNS = {2024: 15, 2025: 18, 2026: 20}
RESULTS = {"EMPLOYED": 0.45, "APPRENTICESHIP": 0.1, "LEARNING": 0.2, "VOLUNTARY": 0.1, "NONE": 0.15}
LEFT_EARLY = 0.1
# Nobody publishes the borough's: near what DfE gives for England, a plan about a third, SEN support about six in ten.
LEVEL_2 = {"E": 0.32, "K": 0.61}
COHORTS = {2023: "2025-04", 2024: "2026-04"}
RETURNS_OF, RETURNS_SINCE = (1, 5, 10), "2026-05"
COHORTS_OF, COHORTS_SINCE = (4,), "2025-04"
WHO = ["upn", "uln", "forename", "surname", "date_of_birth", "postcode"]
LEVELS = ["academic_year", *WHO, "sen_provision", "has_level_2", "achieved_year"]
INTERNSHIPS = [
    "internship_id", *WHO, "provider_ukprn", "provider", "start_date", "planned_end_date", "end_date", "outcome",
]  # fmt: skip


@dataclass(frozen=True)
class Internship:
    """A supported internship."""

    person: Child
    internship_id: str
    provider: Establishment
    began_on: date
    planned_end_on: date
    ended_on: date | None
    outcome: str


@dataclass(frozen=True)
class Level:
    """What somebody reached by 19; `cohort` and `achieved` are the calendar years in which academic years began."""

    person: Child
    cohort: int
    sen_provision: str
    achieved: int | None


@dataclass(frozen=True)
class Outcomes:
    """Internships in the order they began, and the cohorts of level 2."""

    internships: list[Internship]
    levels: list[Level]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> Outcomes:
    """Internships of young people with a plan; and everybody with SEND who turned 19."""
    share = share_of_the_borough(world)
    internships = [row for year in INTERNS for row in _internships(world, year, share, rng)]
    levels = [row for cohort in COHORTS for row in _cohort(world, cohort, share, rng)]
    return Outcomes(internships, levels)


def as_of(facts: Outcomes, cut: date) -> Outcomes:
    """What was known on a day; the cohorts are those of the years that are over."""
    return Outcomes(_internships_on(facts.internships, cut), facts.levels)


def files(seen: World, month: str):
    """With the months they are due for: the returns of internships, the cohorts of level 2."""
    facts = seen.departments["outcomes"]
    for due in months_sent_with(RETURNS_OF, RETURNS_SINCE, month):
        rows = [_internship_line(row) for row in _returned(facts, due)]
        yield f"outcomes/{due}/supported_internships.csv", csv_bytes(INTERNSHIPS, rows + _bad_internships(due))
    for due in months_sent_with(COHORTS_OF, COHORTS_SINCE, month):
        rows = [_level_line(row) for row in facts.levels if COHORTS[row.cohort] == due]
        yield f"outcomes/{due}/level_2_by_19.csv", csv_bytes(LEVELS, rows + _bad_levels(due))


def faults(month: str) -> list[tuple[str, str, int]]:
    """An internship that ends before it begins, somebody of 19 in the wrong year's cohort."""
    planted = [
        ("outcomes__supported_internship", "end before start", len(_bad_internships(month))),
        ("outcomes__level_2", "wrong cohort", len(_bad_levels(month))),
    ]
    return [row for row in planted if row[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the two staging models must hold: the newest return of internships, every cohort of level 2."""
    facts = seen.departments["outcomes"]
    newest = months_due(RETURNS_OF, RETURNS_SINCE, month)[-1]
    cohorts = months_due(COHORTS_OF, COHORTS_SINCE, month)
    return {
        "stg_outcomes__supported_internships": [
            {
                "internship_key": row.internship_id,
                "provider_ukprn": row.provider.ukprn,
                "provider": row.provider.name,
                "began_on": row.began_on,
                "expected_to_end_on": row.planned_end_on,
                "ended_on": row.ended_on,
                "outcome_code": row.outcome or None,
            }
            for row in _returned(facts, newest)
        ],
        "stg_outcomes__level_2": [
            {
                "academic_year": _split_year(row.cohort),
                "born_month": row.person.born_on.replace(day=1),
                "sen_provision_code": row.sen_provision,
                "has_level_2": row.achieved is not None,
                "achieved_year": _split_year(row.achieved),
            }
            for row in facts.levels
            if COHORTS[row.cohort] in cohorts
        ],
    }


def _internships(world, year, share, rng):
    """The internships that began in a September: a year each, some left early."""
    began_on, planned_end_on = date(year, 9, 9), date(year + 1, 7, 10)
    able = sorted(
        {
            plan.child_id
            for plan in world.plans
            if plan.begun_on <= began_on
            and (plan.ceased_on is None or plan.ceased_on > began_on)
            and 16 <= age_at_31_august(world.children[plan.child_id].born_on, began_on) <= 23
        }
    )
    colleges = [place for place in world.establishments if place.ukprn and place.la_code == "303"]
    count = min(len(able), max(1, round(INTERNS[year] * share)))
    for number, place in enumerate(sorted(rng.choice(len(able), count, replace=False)), start=1):
        left_early = rng.random() < LEFT_EARLY
        stayed = int(rng.integers(40, 200)) if left_early else (planned_end_on - began_on).days
        yield Internship(
            person=world.children[able[place]],
            internship_id=f"SI{year}{number:03d}",
            provider=colleges[rng.integers(0, len(colleges))],
            began_on=began_on,
            planned_end_on=planned_end_on,
            ended_on=began_on + timedelta(days=stayed),
            outcome="LEFT" if left_early else str(rng.choice(list(RESULTS), p=list(RESULTS.values()))),
        )


def _cohort(world, cohort, share, rng):
    """Everybody with SEND who turned 19 in an academic year: those the world knows, and others at SEN support."""
    born = (date(cohort - 19, 9, 1), date(cohort - 18, 8, 31))
    left_school_on = date(cohort - 2, 8, 31)
    had_plan = {plan.child_id for plan in world.plans if plan.begun_on <= left_school_on}
    people = {
        child.upn: (child, "E" if child_id in had_plan else "K")
        for child_id, child in world.children.items()
        if child.upn and born[0] <= child.born_on <= born[1]
    }
    youth = published()["participation"]
    count = max(2, round(youth["cohort"] / 2 * youth["sen_support"]["share"] * share))
    first = BLOCK + 500 * (cohort - min(COHORTS))
    others = [(child, "K") for child in strangers(first, count, born, rng)]
    for child, provision in [*people.values(), *others]:
        reached = rng.random() < LEVEL_2[provision]
        yield Level(child, cohort, provision, cohort - int(rng.choice([3, 2, 1, 0])) if reached else None)


def _internships_on(internships, day):
    """Internships that had begun by a day; those that end later last."""
    return [
        row if row.ended_on is None or row.ended_on <= day else replace(row, ended_on=None, outcome="")
        for row in internships
        if row.began_on <= day
    ]


def _returned(facts, due):
    """The list on the census day of a term: the 15th of the month."""
    return _internships_on(facts.internships, date.fromisoformat(f"{due}-15"))


def _split_year(first):
    return None if first is None else f"{first}/{(first + 1) % 100:02d}"


def _who(child):
    return [child.upn, child.uln, child.forename, child.surname, iso_date(child.born_on), child.postcode]


def _internship_line(row):
    days = map(iso_date, (row.began_on, row.planned_end_on, row.ended_on))
    return [row.internship_id, *_who(row.person), row.provider.ukprn, row.provider.name, *days, row.outcome]


def _level_line(row):
    reached = row.achieved is not None
    achieved = _split_year(row.achieved) or ""
    return [_split_year(row.cohort), *_who(row.person), row.sen_provision, yes_no(reached), achieved]


def _nobody(serial, born_on):
    return [identifiers.upn(serial, establishment=9999), "", "Faulty", "Faultbury", born_on, "ZZ9 9ZZ"]


def _bad_internships(due):
    if due != "2026-10":
        return []
    who = _nobody(811, "2008-03-07")
    return [["SI9999001", *who, "", "Nowhere College", "2026-09-09", "2027-07-10", "2026-09-01", "LEFT"]]


def _bad_levels(due):
    return [["2024/25", *_nobody(812, "2004-03-07"), "K", "N", ""]] if due == "2026-04" else []
