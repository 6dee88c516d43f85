"""Places the authority commissions, year by year, and its placements in alternative provision."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.facts import World
from demo_borough.text import csv_bytes, iso_date

STAGING = ("stg_places__commissioned", "stg_places__alternative_provision")
SPECIAL, ALTERNATIVE = ("07", "12", "33", "36", "44"), ("14", "42")
MAINTAINED = ("01", "02", "07", "12", "14")
FIRST_YEAR, LAST_YEAR = 2023, 2026
# Each year's places as a part of the register's; the published ones rise about as much (special academies of Bexley
# 487 to 536, free schools 150 to 190 in 2019-20 to 2023-24: DfE, DSG allocations).
COMMISSIONED = {2023: 0.90, 2024: 0.93, 2025: 0.97, 2026: 1.0}
# Learners at a time for each 43,333 pupils, and why; assumptions: 117 places of alternative provision are published.
LEARNERS = 105
REASONS = {"ILL": 0.12, "MED": 0.20, "SUS": 0.14, "PEX": 0.24, "EXR": 0.20, "NEW": 0.06, "OTH": 0.04}
ELSEWHERE = ("", "Kitewind Studio")
PLACE_COLUMNS = ["urn", "place_type", "period_start", "period_end", "places"]
PROVISION_COLUMNS = [
    "placement_reference", "upn", "forename", "surname", "date_of_birth", "postcode", "provider_urn", "provider_name",
    "reason", "start_date", "end_date", "sessions_a_week",
]  # fmt: skip


@dataclass(frozen=True)
class Commissioned:
    """Places of a kind at a school for a year of funding."""

    urn: str
    place_type: str
    starts_on: date
    ends_on: date
    places: int


@dataclass(frozen=True)
class AlternativePlacement:
    """A learner's time at alternative provision."""

    reference: int
    upn: str
    forename: str
    surname: str
    born_on: date
    provider_urn: str
    provider_name: str
    reason: str
    started_on: date
    ended_on: date | None
    sessions: int


@dataclass(frozen=True)
class Facts:
    """What the department keeps."""

    commissioned: list[Commissioned]
    alternative: list[AlternativePlacement]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> Facts:
    """Places of the borough's special schools, units, provisions and pupil referral unit; learners of Year 5 to 11."""
    here = [place for place in world.establishments if place.la_code == "303" and place.urn]
    commissioned = [row for place in here for row in _places(place)]
    units = [(place.urn, place.name) for place in here if place.type_code in ALTERNATIVE]
    return Facts(commissioned, _learners(world, units, rng, last_day))


def as_of(facts: Facts, cut: date) -> Facts:
    """Years of funding that have begun, and placements as far as they were known."""
    return Facts(
        [row for row in facts.commissioned if row.starts_on <= cut],
        [
            row if row.ended_on is None or row.ended_on <= cut else replace(row, ended_on=None)
            for row in facts.alternative
            if row.started_on <= cut
        ],
    )


def files(seen: World, month: str):
    """The placements of the month, and in September the places: path and bytes."""
    facts = seen.departments["places"]
    if month.endswith("-09"):
        rows = [
            [row.urn, row.place_type, iso_date(row.starts_on), iso_date(row.ends_on), row.places]
            for row in facts.commissioned
        ]
        yield f"places/{month}/commissioned_places.csv", csv_bytes(PLACE_COLUMNS, rows + _bad_places(month))
    lines = [
        [
            f"AP{row.reference:05d}", row.upn, row.forename, row.surname, iso_date(row.born_on), "", row.provider_urn,
            row.provider_name, row.reason, iso_date(row.started_on), iso_date(row.ended_on), row.sessions,
        ]
        for row in facts.alternative
    ]  # fmt: skip
    yield f"places/{month}/alternative_provision.csv", csv_bytes(PROVISION_COLUMNS, lines + _bad_placements(month))


def faults(month: str) -> list[tuple[str, str, int]]:
    """Fewer places than none, and a placement that ended before it began."""
    planted = (
        ("places__commissioned", "negative places", len(_bad_places(month))),
        ("places__alternative_provision", "end before start", len(_bad_placements(month))),
    )
    return [row for row in planted if row[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the staging models must hold; the list of places is that of the last September."""
    facts, year = seen.departments["places"], int(month[:4]) - (month[5:] < "09")
    listed = [row for row in facts.commissioned if row.starts_on <= date(year, 9, 30)]
    return {
        "stg_places__commissioned": [
            {
                "urn": row.urn,
                "place_type_code": row.place_type,
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
                "places_count": row.places,
            }
            for row in listed
        ],
        "stg_places__alternative_provision": [
            {
                "provider_urn": row.provider_urn or None,
                "provider_name": row.provider_name,
                "reason_code": row.reason,
                "started_on": row.started_on,
                "ended_on": row.ended_on,
                "sessions_a_week_count": row.sessions,
            }
            for row in facts.alternative
        ],
    }


def _places(place):
    """Each kind of place of a school, for every year: maintained schools by financial year, academies by academic."""
    kinds = {
        "SPECIAL": place.capacity if place.type_code in SPECIAL else None,
        "AP": place.capacity if place.type_code in ALTERNATIVE else None,
        "RESOURCED": place.resourced_places,
        "UNIT": place.unit_places,
    }
    first_month = 4 if place.type_code in MAINTAINED else 9
    for kind, size in kinds.items():
        for year in range(FIRST_YEAR, LAST_YEAR + 1) if size else ():
            last_day = date(year + 1, first_month, 1) - timedelta(days=1)
            yield Commissioned(place.urn, kind, date(year, first_month, 1), last_day, round(size * COMMISSIONED[year]))


def _learners(world, units, rng, last_day):
    """Pupils of the last census but one and before, more of them with SEN than without."""
    roll = [pupil for pupil in world.departments["census"][0].pupils if pupil.is_on_roll and pupil.enrolment != "S"]
    old_enough = [pupil for pupil in roll if 5 <= pupil.person.year_group(date(2026, 1, 15)) <= 11]
    weights = np.array([{"N": 1.0, "K": 6.0, "E": 3.0}[pupil.provision] for pupil in old_enough])
    count = max(round(3 * LEARNERS * len(roll) / 43_333), 5)
    chosen = rng.choice(len(old_enough), count, replace=False, p=weights / weights.sum())
    providers = [*units, ELSEWHERE]
    found = []
    for reference, number in enumerate(chosen, start=1):
        person = old_enough[number].person
        started_on = date(2025, 9, 8) + timedelta(days=int(rng.integers(0, (last_day - date(2025, 9, 8)).days)))
        ended_on = started_on + timedelta(days=int(rng.integers(20, 260)))
        urn, name = providers[int(rng.random() > 0.8) * (len(providers) - 1)]
        reason = str(rng.choice(list(REASONS), p=list(REASONS.values())))
        found.append(
            AlternativePlacement(
                reference, person.upn, person.forename, person.surname, person.born_on, urn, name, reason, started_on,
                ended_on if ended_on <= last_day else None, int(rng.choice((10, 10, 10, 5))),
            )
        )  # fmt: skip
    return found


def _bad_places(month):
    return [[900999, "SPECIAL", "2026-09-01", "2027-08-31", -5]] if month == "2026-09" else []


def _bad_placements(month):
    """A made-up learner who is nobody of the borough."""
    if month != "2026-10":
        return []
    upn = identifiers.upn(81, establishment=9999)
    return [
        [
            "AP99991", upn, "Alterna", "Faultbury", "2012-03-07", "ZZ9 9ZZ", "", "Nowhere", "ILL", "2026-10-07",
            "2026-10-06", 10,
        ]
    ]  # fmt: skip
