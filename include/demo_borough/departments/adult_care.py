"""Adult social care: referrals of young people with a plan, and where they live when the plan has ended."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.days import add_months, month_start
from demo_borough.due_months import months_due, months_sent_with
from demo_borough.facts import Child, World
from demo_borough.text import csv_bytes, iso_date

STAGING = ("stg_adult_care__transitions", "stg_adult_care__living_arrangements")
NEEDS = {"PMLD": 0.95, "SLD": 0.8, "PD": 0.4, "MLD": 0.2, "ASD": 0.15}
OUTCOMES = {"ELIGIBLE": 0.6, "NOT_ELIGIBLE": 0.3, "DECLINED": 0.07, "MOVED": 0.03}
# Moved to another authority, moved outside England, died: nobody here can say where they live.
GONE = ("5", "7", "8")
ARRANGEMENTS = {
    "OWN_HOME": ("independent", 0.12), "STUDENT": ("independent", 0.08), "SUPPORTED": ("supported", 0.12),
    "SHARED_LIVES": ("supported", 0.03), "FAMILY": ("family", 0.47), "RESIDENTIAL": ("residential", 0.02),
    "TEMPORARY": ("other", 0.02), "UNKNOWN": ("not_known", 0.14),
}  # fmt: skip
LISTS_OF, LISTS_SINCE = (8,), "2025-08"
WHO = ["upn", "nhs_number", "forename", "surname", "date_of_birth", "postcode"]
TRANSITIONS = ["referral_id", *WHO, "referred_date", "decided_date", "outcome", "care_from_date"]
LIVING = ["academic_year", *WHO, "plan_ended_date", "arrangement", "ascertained_date"]


@dataclass(frozen=True)
class Transition:
    """A referral to adult social care."""

    person: Child
    referral_id: str
    referred_on: date
    decided_on: date | None
    outcome: str
    care_from_on: date | None


@dataclass(frozen=True)
class Living:
    """Where a young person lives after the plan ended."""

    person: Child
    plan_ended_on: date
    arrangement: str
    ascertained_on: date | None

    @property
    def year(self) -> int:
        """Calendar year in which the academic year of the plan's end began."""
        return _academic_year(self.plan_ended_on)


@dataclass(frozen=True)
class AdultCare:
    """All that adult social care knows."""

    transitions: list[Transition]
    living: list[Living]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> AdultCare:
    """Referrals around the seventeenth birthday, by need; and everybody whose plan ended at 19 or over."""
    needs = {plan.child_id: plan.needs[0] for plan in world.plans if plan.needs}
    transitions = []
    for child_id, need in sorted(needs.items()):
        child = world.children[child_id]
        referred_on = add_months(child.born_on, 17 * 12) + timedelta(days=int(rng.integers(0, 200)))
        if rng.random() < NEEDS.get(need, 0.02) and date(2023, 9, 1) <= referred_on <= last_day:
            transitions.append(_transition(child, f"ASC{len(transitions) + 1:05d}", referred_on, rng))
    ended = {
        (plan.child_id, _academic_year(plan.ceased_on)): plan
        for plan in world.plans
        if plan.ceased_on and plan.cease_reason not in GONE
    }
    living = [
        _living(world.children[plan.child_id], plan.ceased_on, rng)
        for plan in ended.values()
        if plan.ceased_on >= add_months(world.children[plan.child_id].born_on, 19 * 12)
    ]
    return AdultCare(transitions, living)


def as_of(facts: AdultCare, cut: date) -> AdultCare:
    """What was known on a day."""
    transitions = [_known(row, cut) for row in facts.transitions if row.referred_on <= cut]
    return AdultCare(transitions, [row for row in facts.living if row.plan_ended_on <= cut])


def files(seen: World, month: str):
    """The referrals of all times; with the month that ends an academic year its list of living arrangements."""
    rows = [_transition_line(row) for row in seen.departments["adult_care"].transitions]
    yield f"adult_care/{month}/transitions.csv", csv_bytes(TRANSITIONS, rows + _bad_rows(month))
    for due in months_sent_with(LISTS_OF, LISTS_SINCE, month):
        # A year in which no plan ended has no list.
        if rows := [_living_line(row) for row in _listed(seen, due)]:
            yield f"adult_care/{due}/living_arrangements.csv", csv_bytes(LIVING, rows + _bad_living(due))


def faults(month: str) -> list[tuple[str, str, int]]:
    """A referral decided before it was made, and a plan listed under an academic year it did not end in."""
    planted = [
        ("adult_care__transition", "decision before referral", len(_bad_rows(month))),
        ("adult_care__living_arrangement", "wrong academic year", len(_bad_living(month))),
    ]
    return [row for row in planted if row[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the two staging models must hold."""
    return {
        "stg_adult_care__transitions": [
            {
                "referral_key": row.referral_id,
                "born_month": row.person.born_on.replace(day=1),
                "referred_on": row.referred_on,
                "decided_on": row.decided_on,
                "outcome_code": row.outcome or None,
                "care_from_on": row.care_from_on,
            }
            for row in seen.departments["adult_care"].transitions
        ],
        "stg_adult_care__living_arrangements": [
            {
                "academic_year": _split_year(row.year),
                "born_month": row.person.born_on.replace(day=1),
                "plan_ended_on": row.plan_ended_on,
                "arrangement_code": row.arrangement,
                "arrangement_group": ARRANGEMENTS[row.arrangement][0],
                "ascertained_on": row.ascertained_on,
            }
            for due in months_due(LISTS_OF, LISTS_SINCE, month)
            for row in _listed(seen, due)
        ],
    }


def _transition(child, referral_id, referred_on, rng):
    decided_on = referred_on + timedelta(days=int(rng.integers(40, 220)))
    outcome = str(rng.choice(list(OUTCOMES), p=list(OUTCOMES.values())))
    care_from_on = max(decided_on, add_months(child.born_on, 18 * 12)) if outcome == "ELIGIBLE" else None
    return Transition(child, referral_id, referred_on, decided_on, outcome, care_from_on)


def _living(child, ended_on, rng):
    arrangement = str(rng.choice(list(ARRANGEMENTS), p=[odds for _, odds in ARRANGEMENTS.values()]))
    last_of_year = date(_academic_year(ended_on) + 1, 8, 31)
    learnt_on = min(ended_on + timedelta(days=int(rng.integers(0, 45))), last_of_year)
    return Living(child, ended_on, arrangement, None if arrangement == "UNKNOWN" else learnt_on)


def _known(row, cut):
    """The referral, open unless it was decided by then; the first day of the care is agreed with the decision."""
    if row.decided_on is None or row.decided_on <= cut:
        return row
    return replace(row, decided_on=None, outcome="", care_from_on=None)


def _listed(seen, due):
    """Whose plan ended in the academic year that ends with the month."""
    return [row for row in seen.departments["adult_care"].living if row.year == month_start(due).year - 1]


def _academic_year(day):
    """Calendar year in which the academic year of a day began, counted from 1 September."""
    return day.year - (day.month < 9)


def _split_year(first):
    return f"{first}/{(first + 1) % 100:02d}"


def _who(child):
    return [child.upn, child.nhs_number, child.forename, child.surname, iso_date(child.born_on), child.postcode]


def _transition_line(row):
    days = (row.referred_on, row.decided_on, row.care_from_on)
    referred, decided, care_from = map(iso_date, days)
    return [row.referral_id, *_who(row.person), referred, decided, row.outcome, care_from]


def _living_line(row):
    ended, learnt = iso_date(row.plan_ended_on), iso_date(row.ascertained_on)
    return [_split_year(row.year), *_who(row.person), ended, row.arrangement, learnt]


def _nobody(serial):
    return ["", identifiers.nhs_number(serial), "Faulty", "Faultbury", "2006-03-07", "ZZ9 9ZZ"]


def _bad_rows(month):
    if month != "2026-10":
        return []
    return [["ASC99901", *_nobody(99_011), "2026-05-01", "2026-04-01", "DECLINED", ""]]


def _bad_living(due):
    return [["2024/25", *_nobody(99_012), "2026-07-01", "FAMILY", ""]] if due == "2026-08" else []
