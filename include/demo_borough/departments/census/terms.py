"""The censuses of the demonstration: attendance, exclusions and who left, term by term."""

from datetime import date, timedelta

import numpy as np

from demo_borough.days import TERMS
from demo_borough.departments.census.facts import Census, Exclusion, Person, Pupil
from demo_borough.departments.census.population import Population
from demo_borough.facts import World

# month, census day, term, and the half days of the term before, in autumn of each half of summer
CENSUSES = (
    ("2026-01", date(2026, 1, 15), "spring", (138,)),
    ("2026-05", date(2026, 5, 21), "summer", (110,)),
    ("2026-10", date(2026, 10, 1), "autumn", (56, 64)),
)
# Terms of which exclusions are reported, each with the day on which its pupils are looked at.
EXCLUDING = (
    (("2024/25", "summer"), date(2025, 5, 15)),
    (("2025/26", "autumn"), date(2025, 10, 2)),
    (("2025/26", "spring"), date(2026, 1, 15)),
    (("2025/26", "summer"), date(2026, 5, 21)),
)
# Of 100 pupils of Year 1 to 11 in a term, and illness in half days; assumptions in the proportion that England shows.
SUSPENDED = {"N": 0.9, "K": 4.2, "E": 4.8}
EXCLUDED_FOR_GOOD = {"N": 0.015, "K": 0.08, "E": 0.05}
ILL = {"N": 5.0, "K": 7.5, "E": 9.0}
ABSENT = {"N": 0.14, "K": 0.25, "E": 0.27}
REASONS = ("DB", "PP", "VA", "PA", "VP", "BU", "DM", "DA", "OW", "MT")
MOVED, AT_TWO_SCHOOLS = 0.005, 0.003


def censuses(world: World, rng: np.random.Generator) -> list[Census]:
    """The three censuses, oldest first."""
    population = Population(world, rng)
    rolls = {day: population.roll(day) for day in sorted({row[1] for row in (*EXCLUDING, *CENSUSES)})}
    excluded = [_exclusions(rolls[day], TERMS[term], rng) for term, day in EXCLUDING]
    return [
        _census(population, row, rolls[row[1]], excluded[number] + excluded[number + 1], rng)
        for number, row in enumerate(CENSUSES)
    ]


def _census(population, row, on_roll, excluded, rng):
    month, day, term, possible = row
    left = _leavers(on_roll, population, day, rng)
    _attend(on_roll, day, possible, rng)
    _attend(left, day, possible, rng)
    at = {(pupil.person.upn, pupil.urn): pupil for pupil in [*left, *on_roll]}
    for person, urn, exclusion in excluded:
        pupil = at.get((person.upn, urn))
        if pupil is None:
            last_day = max(exclusion.excluded_on, day - timedelta(days=40))
            pupil = Pupil(person, urn, "", date(day.year - 3, 9, 3), left_on=last_day)
            at[person.upn, urn] = pupil
            left.append(pupil)
        pupil.exclusions.append(exclusion)
    return Census(month, day, term, on_roll + _second_registrations(on_roll, population, rng) + left)


def _exclusions(roll, term, rng) -> list[tuple[Person, str, Exclusion]]:
    """Suspensions and permanent exclusions of a term, one of each at most for a pupil."""
    first, last = term
    chance, for_good = rng.random(len(roll)), rng.random(len(roll))
    found = []
    for number, pupil in enumerate(roll):
        if not 1 <= pupil.person.year_group(first) <= 11:
            continue
        if chance[number] < SUSPENDED[pupil.provision] / 100:
            found.append(_exclusion(pupil, "SUSP", first, last, 2 * int(rng.integers(1, 6)), rng))
        if for_good[number] < EXCLUDED_FOR_GOOD[pupil.provision] / 100:
            found.append(_exclusion(pupil, "PERM", first, last, None, rng))
    return found


def _exclusion(pupil, category, first, last, sessions, rng):
    day = first + timedelta(days=int(rng.integers(0, (last - first).days)))
    reason = REASONS[int(rng.integers(0, len(REASONS)))]
    return pupil.person, pupil.urn, Exclusion(day, category, sessions, reason, pupil.provision)


def _leavers(on_roll, population, day, rng) -> list[Pupil]:
    """Pupils who came from another school of the borough in the term before: they stand there as having left."""
    found = []
    for number in np.flatnonzero(rng.random(len(on_roll)) < MOVED):
        pupil = on_roll[number]
        phase = population.schools[pupil.urn].phase_code
        others = [place.urn for place in population.mainstream.get(phase, ()) if place.urn != pupil.urn]
        if pupil.provision == "E" or not others or not 1 <= pupil.person.year_group(day) <= 10:
            continue
        left_on = day - timedelta(days=int(rng.integers(20, 80)))
        before = others[int(rng.integers(0, len(others)))]
        found.append(Pupil(pupil.person, before, "", pupil.entered_on, left_on=left_on))
        pupil.entered_on = left_on + timedelta(days=1)
    return found


def _second_registrations(on_roll, population, rng) -> list[Pupil]:
    """Pupils who are at the pupil referral unit too: the main registration stays with their school."""
    found = []
    for number in np.flatnonzero(rng.random(len(on_roll)) < AT_TWO_SCHOOLS):
        pupil = on_roll[number]
        if population.schools[pupil.urn].phase_code == "4" and pupil.provision != "E":
            pupil.enrolment = "M"
            found.append(
                Pupil(pupil.person, population.referral_unit, pupil.provision, pupil.entered_on, enrolment="S")
            )
    return found


def _attend(pupils, day, possible, rng):
    """Half days possible and missed in the term before, of pupils of Reception to Year 11."""
    rate = np.array([ILL.get(pupil.provision, ILL["N"]) for pupil in pupils]) / sum(possible)
    for period, half_days in enumerate(possible):
        ill = rng.negative_binomial(1, 1 / (1 + rate * half_days), len(pupils)) if pupils else ()
        other = rng.random((len(pupils), 2))
        count = rng.integers(1, 9, (len(pupils), 2))
        for number, pupil in enumerate(pupils):
            if not 0 <= pupil.person.year_group(day) <= 11:
                continue
            pupil.possible += (half_days,)
            missed = [("I", min(int(ill[number]), half_days // 2))]
            if other[number, 0] < ABSENT.get(pupil.provision, 0.14):
                missed.append(("O", int(count[number, 0])))
            if other[number, 1] < 0.12:
                missed.append(("M", int(count[number, 1]) // 2))
            pupil.missed += [(period, code, half_days_missed) for code, half_days_missed in missed if half_days_missed]
