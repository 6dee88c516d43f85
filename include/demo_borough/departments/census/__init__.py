"""The school census of every term: pupils of the borough's schools, with and without SEN."""

from datetime import date

import numpy as np

from demo_borough import identifiers
from demo_borough.departments.census import export
from demo_borough.departments.census.facts import Census
from demo_borough.departments.census.terms import censuses
from demo_borough.facts import World
from demo_borough.schools import establishment_numbers, schools_without_plans

STAGING = ("stg_census__pupils", "stg_census__sen_needs", "stg_census__exclusions")
FIRST_MONTH = "2026-09"
SEN_GROUPS = {"N": "no_sen", "K": "sen_support", "E": "ehc_plan", "": None}
CATEGORIES = {"SUSP": "suspension", "PERM": "permanent"}


def imagine(world: World, rng: np.random.Generator, last_day: date) -> list[Census]:
    """The censuses; schools where no plan places a child come onto the register with them."""
    world.establishments = world.establishments + schools_without_plans()
    return censuses(world, rng)


def as_of(facts: list[Census], cut: date) -> list[Census]:
    """The censuses that had been held."""
    return [census for census in facts if census.census_on <= cut]


def files(seen: World, month: str):
    """The set of files of the month's census, and in the first month those of the terms before."""
    numbers = establishment_numbers(seen.establishments)
    for census in seen.departments["census"]:
        if census.month == month or census.month < month == FIRST_MONTH:
            for name, content in export.files(
                census, numbers, _bad_pupils(census.month), _bad_exclusions(census.month)
            ):
                yield f"census/{census.month}/{name}", content


def faults(month: str) -> list[tuple[str, str, int]]:
    """A pupil with a wrong UPN, and an exclusion after the census."""
    planted = (
        ("census__pupil", "invalid UPN check letter", len(_bad_pupils(month))),
        ("census__exclusion", "exclusion after the census", len(_bad_exclusions(month))),
    )
    return [row for row in planted if row[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the staging models must hold."""
    numbers, held = establishment_numbers(seen.establishments), seen.departments["census"]
    return {
        "stg_census__pupils": [_pupil(pupil, census, numbers) for census in held for pupil in census.pupils],
        "stg_census__sen_needs": [
            _school(census, pupil, numbers) | {"need_order": order, "sen_type_code": need}
            for census in held
            if census.term == "spring"
            for pupil in census.pupils
            if pupil.provision in ("K", "E")
            for order, need in enumerate(pupil.person.needs, start=1)
        ],
        "stg_census__exclusions": _exclusions(held, numbers),
    }


def _school(census, pupil, numbers):
    return {
        "census_month": date.fromisoformat(f"{census.month}-01"),
        "establishment_la_code": "303",
        "establishment_number": str(numbers[pupil.urn]),
    }


def _pupil(pupil, census, numbers):
    person, is_on_roll = pupil.person, pupil.is_on_roll
    missed = sum(count for _, _, count in pupil.missed)
    return _school(census, pupil, numbers) | {
        "census_on": census.census_on,
        "term": census.term,
        "is_on_roll": is_on_roll,
        "is_counted": is_on_roll and pupil.enrolment in ("C", "M"),
        "enrolment_status_code": pupil.enrolment if is_on_roll else None,
        "sen_group": SEN_GROUPS[pupil.provision] if is_on_roll else None,
        "curriculum_year_code": export.curriculum_year(pupil, census) if is_on_roll else None,
        "born_month": person.born_on.replace(day=1),
        "sex": person.sex,
        "ethnicity_code": person.ethnicity if census.term == "spring" else None,
        "entered_on": pupil.entered_on,
        "left_on": pupil.left_on,
        "is_in_sen_unit": pupil.is_in_unit,
        "is_in_resourced_provision": pupil.is_in_resourced,
        "sessions_possible_count": sum(pupil.possible) if pupil.possible else None,
        "sessions_missed_count": missed if pupil.possible else None,
        "sessions_unauthorised_count": (
            sum(count for _, code, count in pupil.missed if code == "O") if pupil.possible else None
        ),
    }


def _exclusions(held, numbers):
    """Each exclusion once, as the latest census says."""
    found = {}
    for census in held:
        for pupil in census.pupils:
            for row in pupil.exclusions:
                found[pupil.person.upn, pupil.urn, row.excluded_on, row.category] = _school(census, pupil, numbers) | {
                    "is_on_roll": pupil.is_on_roll,
                    "excluded_on": row.excluded_on,
                    "category": CATEGORIES[row.category],
                    "sessions_count": row.sessions,
                    "first_reason_code": row.reason,
                    "sen_group": SEN_GROUPS[row.provision],
                }
    return list(found.values())


def _bad_pupils(month):
    """A made-up pupil of nobody."""
    if month != "2026-10":
        return []
    upn = identifiers.wrong_upn(identifiers.upn(71, establishment=9999))
    return [
        {
            "pupilonrolltableid": "ffffffff-bad", "NativeId": "3039001", "dob": "2014-Mar-07 00:00:00", "upn": upn,
            "surname": "Faultbury", "forename": "Censa", "sex": "F", "enrolstatus": "C", "senprovision": "N",
            "ncyearactual": "7",
        }
    ]  # fmt: skip


def _bad_exclusions(month):
    return [["2026-Nov-03 00:00:00", "4.0", "DB", "", "", "SUSP", "N"]] if month == "2026-10" else []
