"""Help before a plan: outreach of the special schools to mainstream schools, and early interventions at SEN support."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.codes import LA_CODE, TYPES
from demo_borough.days import TERMS, age_at_31_august, month_end, month_start
from demo_borough.due_months import months_due, months_sent_with
from demo_borough.facts import Child, World
from demo_borough.strangers import share_of_the_borough, strangers
from demo_borough.text import csv_bytes, iso_date, yes_no

STAGING = (
    "stg_early_support__interventions",
    "stg_early_support__outreach_learners",
    "stg_early_support__outreach_visits",
)
BLOCK = 10_000
RETURNS_OF = (3, 7, 12)
VISITS_SINCE, INTERVENTIONS_SINCE = "2025-12", "2026-07"
FIRST_HELP = date(2024, 9, 1)
TERM_ENDING_IN = {12: "autumn", 3: "spring", 7: "summer"}
# Bexley, council papers of June to November 2025: one special school's outreach had reached 35 of 75 schools.
SCHOOLS_REACHED = 35 / 75
PUPILS_REACHED, CHILDREN_HELPED = 150, 600
HELPED_BEFORE_A_REQUEST = 0.15
VISITS = ["visit_id", "visit_date", "special_school_urn", "school_urn", "kind", "hours"]
LEARNERS = ["visit_id", "upn", "forename", "surname", "date_of_birth"]
INTERVENTIONS = [
    "intervention_id", "upn", "forename", "surname", "date_of_birth", "postcode", "phase", "kind", "sen_support",
    "start_date", "end_date",
]  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """A visit to a mainstream school, and the learners it was for."""

    visit_id: str
    visited_on: date
    special_school_urn: str
    school_urn: str
    kind: str
    hours: float
    learners: tuple[Child, ...]


@dataclass(frozen=True)
class Intervention:
    """A time of early help for a child."""

    person: Child
    intervention_id: str
    phase: str
    kind: str
    is_at_sen_support: bool
    began_on: date
    ended_on: date | None


@dataclass(frozen=True)
class EarlySupport:
    """All that the two services know."""

    visits: list[Visit]
    interventions: list[Intervention]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> EarlySupport:
    """Visits term by term; interventions of children who went on to a request and of many who did not."""
    share = share_of_the_borough(world)
    born = (date(2010, 9, 1), date(2021, 8, 31))
    pupils = strangers(BLOCK, max(5, round(PUPILS_REACHED * share)), born, rng)
    visits = [row for due in months_due(RETURNS_OF, VISITS_SINCE, f"{last_day:%Y-%m}")
              for row in _visits(world, due, pupils, rng)]  # fmt: skip
    helped = strangers(BLOCK + 1000, max(4, round(CHILDREN_HELPED * share)), (date(2011, 9, 1), date(2022, 8, 31)), rng)
    starts = [(child, FIRST_HELP + timedelta(days=int(rng.integers(0, 700)))) for child in helped]
    for request in world.requests:
        if request.received_on and request.received_on >= date(2025, 1, 1) and rng.random() < HELPED_BEFORE_A_REQUEST:
            began_on = request.received_on - timedelta(days=int(rng.integers(30, 330)))
            starts.append((world.children[request.child_id], began_on))
    interventions = [
        _intervention(child, f"EI{number:05d}", began_on, rng)
        for number, (child, began_on) in enumerate(starts, start=1)
        if began_on >= FIRST_HELP and age_at_31_august(child.born_on, began_on) <= 15
    ]
    return EarlySupport(visits, interventions)


def as_of(facts: EarlySupport, cut: date) -> EarlySupport:
    """What was known on a day."""
    visits = [row for row in facts.visits if row.visited_on <= cut]
    return EarlySupport(visits, _interventions_on(facts.interventions, cut))


def files(seen: World, month: str):
    """With the months that end a term: its visits and learners, and the interventions of all times."""
    facts = seen.departments["early_support"]
    for due in months_sent_with(RETURNS_OF, VISITS_SINCE, month):
        visits = _of_the_term(facts, due)
        rows = [_visit_line(row) for row in visits]
        yield f"early_support/{due}/outreach_visits.csv", csv_bytes(VISITS, rows + _bad_visits(due))
        rows = [_learner_line(row, child) for row in visits for child in row.learners]
        yield f"early_support/{due}/outreach_learners.csv", csv_bytes(LEARNERS, rows + _bad_learners(due))
    for due in months_sent_with(RETURNS_OF, INTERVENTIONS_SINCE, month):
        rows = [_intervention_line(row) for row in _returned(facts, due)]
        yield f"early_support/{due}/interventions.csv", csv_bytes(INTERVENTIONS, rows + _bad_interventions(due))


def faults(month: str) -> list[tuple[str, str, int]]:
    """A visit of seventy hours, a learner without a right UPN, an intervention of an unknown kind."""
    planted = [
        ("early_support__outreach_visit", "a visit of seventy hours", len(_bad_visits(month))),
        ("early_support__outreach_learner", "invalid UPN check letter", len(_bad_learners(month))),
        ("early_support__intervention", "unknown code", len(_bad_interventions(month))),
    ]
    return [row for row in planted if row[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the three staging models must hold: the visits of every term, the newest list of interventions."""
    facts = seen.departments["early_support"]
    visits = [row for due in months_due(RETURNS_OF, VISITS_SINCE, month) for row in _of_the_term(facts, due)]
    newest = months_due(RETURNS_OF, INTERVENTIONS_SINCE, month)[-1]
    return {
        "stg_early_support__outreach_visits": [
            {
                "visit_key": row.visit_id,
                "visited_on": row.visited_on,
                "special_school_urn": row.special_school_urn,
                "school_urn": row.school_urn,
                "kind_code": row.kind,
                "visit_hours": row.hours,
            }
            for row in visits
        ],
        "stg_early_support__outreach_learners": [
            {"visit_key": row.visit_id, "visited_on": row.visited_on, "school_urn": row.school_urn}
            for row in visits
            for _ in row.learners
        ],
        "stg_early_support__interventions": [
            {
                "intervention_key": row.intervention_id,
                "born_month": row.person.born_on.replace(day=1),
                "phase_code": row.phase,
                "kind_code": row.kind,
                "has_sen_support": row.is_at_sen_support,
                "began_on": row.began_on,
                "ended_on": row.ended_on,
            }
            for row in _returned(facts, newest)
        ],
    }


def _visits(world, due, pupils, rng):
    """The visits of the term that ends in a month."""
    in_borough = [place for place in world.establishments if place.la_code == LA_CODE and place.urn]
    mainstream = [place for place in in_borough if TYPES[place.type_code][2].startswith("mainstream_")]
    special = [place for place in in_borough if TYPES[place.type_code][3] == "special"]
    first_day, last_day = _term(due)
    count = round(len(mainstream) * SCHOOLS_REACHED)
    number = 0
    for place in sorted(rng.choice(len(mainstream), count, replace=False)):
        school = mainstream[place]
        for _ in range(rng.integers(1, 4)):
            number += 1
            visited_on = first_day + timedelta(days=int(rng.integers(0, (last_day - first_day).days)))
            kind = str(rng.choice(["LEARNER", "STAFF", "SCHOOL"], p=[0.6, 0.25, 0.15]))
            yield Visit(
                visit_id=f"OV{due.replace('-', '')}{number:03d}",
                visited_on=visited_on,
                special_school_urn=special[rng.integers(0, len(special))].urn,
                school_urn=school.urn,
                kind=kind,
                hours=float(rng.integers(2, 13)) / 2,
                learners=_learners(school, pupils, rng) if kind == "LEARNER" else (),
            )


def _learners(school, pupils, rng):
    """One to four pupils of the school, each school having its own."""
    own = [child for child in pupils if child.child_id % 5 == int(school.urn) % 5]
    count = min(len(own), int(rng.integers(1, 5)))
    return tuple(own[place] for place in sorted(rng.choice(len(own), count, replace=False)))


def _term(due):
    """First and last teaching day of the term that ends in a month."""
    day = month_start(due)
    first = day.year - (day.month < 9)
    return TERMS[f"{first}/{(first + 1) % 100:02d}", TERM_ENDING_IN[day.month]]


def _of_the_term(facts, due):
    first_day, last_day = _term(due)
    return [row for row in facts.visits if first_day <= row.visited_on <= last_day]


def _intervention(child, intervention_id, began_on, rng):
    age = age_at_31_august(child.born_on, began_on)
    phase = "PRE_SCHOOL" if age < 4 else "PRIMARY" if age < 11 else "SECONDARY"
    kinds = ["SPEECH", "AUTISM", "SEMH", "LEARNING", "SENSORY"] + (["PORTAGE"] if age < 4 else [])
    ended_on = began_on + timedelta(days=int(rng.integers(60, 220)))
    return Intervention(
        child, intervention_id, phase, str(rng.choice(kinds)), bool(rng.random() < 0.92), began_on, ended_on
    )


def _interventions_on(interventions, day):
    """Interventions that had begun by a day; those that end later last."""
    return [
        row if row.ended_on is None or row.ended_on <= day else replace(row, ended_on=None)
        for row in interventions
        if row.began_on <= day
    ]


def _returned(facts, due):
    return _interventions_on(facts.interventions, month_end(month_start(due)))


def _visit_line(row):
    return [row.visit_id, iso_date(row.visited_on), row.special_school_urn, row.school_urn, row.kind, row.hours]


def _learner_line(row, child):
    return [row.visit_id, child.upn, child.forename, child.surname, iso_date(child.born_on)]


def _intervention_line(row):
    child = row.person
    return [
        row.intervention_id, child.upn, child.forename, child.surname, iso_date(child.born_on), child.postcode,
        row.phase, row.kind, yes_no(row.is_at_sen_support), iso_date(row.began_on), iso_date(row.ended_on),
    ]  # fmt: skip


def _bad_visits(due):
    return [["OV999901", "2026-06-03", "900028", "900000", "STAFF", 70]] if due == "2026-07" else []


def _bad_learners(due):
    wrong = identifiers.wrong_upn(identifiers.upn(821, establishment=9999))
    return [["OV999901", wrong, "Faulty", "Faultbury", "2015-03-07"]] if due == "2026-07" else []


def _bad_interventions(due):
    if due != "2026-07":
        return []
    number = identifiers.upn(822, establishment=9999)
    return [["EI99901", number, "Faulty", "Faultbury", "2015-03-07", "ZZ9 9ZZ", "PRIMARY", "HORSES", "Y",
             "2026-03-02", ""]]  # fmt: skip
