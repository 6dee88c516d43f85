"""Children without a plan who are referred to speech and language or occupational therapy, and how long they wait."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers, names
from demo_borough.caseload import CENSUS
from demo_borough.facts import Child, Contact, Referral, World
from demo_borough.figures import published
from demo_borough.therapies import CONTACTS_FROM

FIRST_CHILD, FIRST_REFERRAL, FIRST_CONTACT = 60_001, 600_001, 6_000_001
TEAMS = {"SLT": ("SLT5", "SLT6"), "OT": ("OT3", "OT4")}
# years of age at referral
AGES = {"SLT": (1.5, 9.0), "OT": (3.5, 13.0)}
BOYS, REJECTED, URGENT = 0.66, 0.05, 0.03


@dataclass(frozen=True)
class Known:
    """Children whom the trust knows, by id, with their referrals and contacts."""

    children: dict[int, Child]
    referrals: list[Referral]
    contacts: list[Contact]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> Known:
    """The children without a plan: in a borough with as many plans as Bexley, as many as wait there."""
    figures = published()["therapy_waits"]
    share = share_of_bexley(world)
    known = Known({}, [], [])
    weeks = (last_day - CONTACTS_FROM).days / 7
    for therapy, teams in TEAMS.items():
        for _ in range(max(round(figures["referrals_a_week_without_a_plan"][therapy] * weeks * share), 3)):
            received_on = CONTACTS_FROM + timedelta(days=int(rng.integers(0, (last_day - CONTACTS_FROM).days)))
            child = _child(known, rng, received_on, AGES[therapy])
            _refer(known, rng, child, str(rng.choice(teams)), received_on, figures["seen_within_weeks"][therapy])
    return known


def as_of(facts: Known, cut: date) -> Known:
    """What the trust knew on a day."""
    referrals = [row.as_of(cut) for row in facts.referrals if row.received_on <= cut]
    return Known(facts.children, referrals, [row for row in facts.contacts if row.occurred_on <= cut])


def everybody(seen: World) -> Known:
    """The trust's patients on the day of `seen`, with a plan or without."""
    others = seen.departments["community_health"]
    referrals = [row for row in seen.referrals if row.child_id in seen.children] + others.referrals
    known = {row.referral_id for row in referrals}
    contacts = [row for row in seen.contacts if row.referral_id in known] + others.contacts
    return Known(seen.children | others.children, referrals, contacts)


def share_of_bexley(world: World) -> float:
    """How much of Bexley the world is, by its plans of January 2025."""
    in_force = sum(
        plan.begun_on <= CENSUS and not (plan.ceased_on and plan.ceased_on <= CENSUS) for plan in world.plans
    )
    return in_force / published()["plans_january_2025"]["total"]


def days_to_be_seen(chance: float, seen_within_weeks: dict[float, float]) -> timedelta:
    """How long the child waits whose place among all is `chance`, from the share seen within so many weeks."""
    weeks = np.interp(chance, list(seen_within_weeks.values()), list(seen_within_weeks))
    return timedelta(days=int(weeks * 7))


def _child(known: Known, rng: np.random.Generator, on: date, ages: tuple[float, float]) -> Child:
    """A child of an age, with neither UPN nor plan."""
    number = FIRST_CHILD + len(known.children)
    forename, surname = names.full_name(number)
    child = Child(
        child_id=number,
        forename=forename,
        surname=surname,
        born_on=on - timedelta(days=int(rng.uniform(*ages) * 365.25)),
        sex="M" if rng.random() < BOYS else "F",
        postcode=names.postcode(rng),
        nhs_number=identifiers.nhs_number(number),
    )
    known.children[number] = child
    return child


def _refer(known, rng, child, team, received_on, seen_within_weeks) -> None:
    """A referral with what comes of it: turned down, or seen and followed up, and discharged."""
    row = Referral(FIRST_REFERRAL + len(known.referrals), child.child_id, team, received_on)
    chances, days = rng.random(3), [int(day) for day in rng.integers((3, 60), (15, 240))]
    row.priority = "2" if chances[1] < URGENT else "1"
    if chances[2] < REJECTED:
        row.rejected_on = row.discharged_on = received_on + timedelta(days=days[0])
    else:
        row.first_seen_on = received_on + days_to_be_seen(chances[0], seen_within_weeks)
        row.discharged_on = row.first_seen_on + timedelta(days=days[1])
        known.contacts.extend(_contacts(row, len(known.contacts)))
    known.referrals.append(row)


def _contacts(row: Referral, count: int) -> Iterator[Contact]:
    """The first contact, and one four weeks later that the child misses now and then."""
    later = row.first_seen_on + timedelta(days=28)
    for place, (day, minutes) in enumerate(((row.first_seen_on, 60), (later, 45))):
        number = FIRST_CONTACT + count + place
        status = "3" if place and number % 12 == 1 else "5"
        yield Contact(number, row.referral_id, row.child_id, row.team, day, minutes, status=status)
