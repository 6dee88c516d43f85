"""The youth service's return of what young people do (NCCIS): Year 11, 16 and 17 all, 18 to 24 those with a plan."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.codes import LA_CODE, TYPES
from demo_borough.days import age_at_31_august, month_end, month_start
from demo_borough.due_months import FIRST_DEMO_MONTH, months_due
from demo_borough.facts import Child, World
from demo_borough.figures import published
from demo_borough.strangers import share_of_the_borough, strangers
from demo_borough.text import element

STAGING = ("stg_nccis__characteristics", "stg_nccis__young_people")
BLOCK = 1_000
# What they do from the first day of the school year was known before the return of its first month.
TERM_BEGAN = date(2026, 9, 1)
NOT_IN_LEARNING = {"619": 0.42, "616": 0.06, "640": 0.16, "620": 0.03, "670": 0.05, "810": 0.2, "820": 0.08}
LEARNING_WITHOUT_PLAN = {"210": 0.62, "220": 0.02, "230": 0.28, "310": 0.04, "320": 0.02, "330": 0.02}
GROUPS = {
    "110": "education", "210": "education", "220": "education", "230": "education", "270": "education",
    "280": "education", "310": "employment", "320": "employment", "330": "employment", "460": "training",
    "619": "neet_active", "616": "neet_active", "640": "neet_inactive", "620": "neet_inactive", "670": "neet_inactive",
    "810": "not_known", "820": "not_known",
}  # fmt: skip
POST_16 = {"further_education": "230", "special_post_16": "280"}
WITHOUT_SCHOOL = {"NEET": "619", "NIEO": "640"}
# DfE, September Guarantee 2025: an offer to 98.5% of the borough's young people.
WITH_OFFER = 0.985
CHANGED_IN_OCTOBER, LAPSED = 0.004, 0.01
CARE_LEAVER, CARER = "160", "140"
NOTE = "<!-- DEMO-BOROUGH: a made-up borough. No young person in this file is real. -->"


@dataclass(frozen=True)
class Activity:
    """What a young person does from a day on, and the day the service learnt of it."""

    code: str
    began_on: date
    ascertained_on: date

    @property
    def group(self) -> str:
        """The group that it counts in."""
        return GROUPS[self.code]


@dataclass(frozen=True)
class Followed:
    """A young person whom the youth service follows; `plan` is the first day of the plan and the day it ended."""

    person: Child
    number: int
    plan: tuple[date, date | None] | None
    has_sen_support: bool
    activities: tuple[Activity, ...]
    guarantees: tuple[str, str]
    destination: str
    characteristics: tuple[str, ...]
    is_lapsed: bool

    def has_plan(self, day: date) -> bool:
        """Whether a plan is in force on a day."""
        return self.plan is not None and self.plan[0] <= day and (self.plan[1] is None or self.plan[1] > day)

    def activity(self, day: date) -> Activity:
        """What the service knew of on a day; the first it knew before any return."""
        return [self.activities[0], *(each for each in self.activities if each.ascertained_on <= day)][-1]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> list[Followed]:
    """Young people with a plan, and as many others of 16 and 17 as the published cohort and its shares have."""
    youth, size = published()["participation"], share_of_the_borough(world)
    learners = _learners_with_plan(world, last_day)
    out = sum(code in WITHOUT_SCHOOL.values() for _, _, code in learners) / max(1, len(learners))
    found = []
    for child, plan, code in learners:
        # Those whose setting says so are among the published share.
        share = 0 if code in ("110", "460") else max(0, youth["ehcp"]["neet_or_not_known"] - out)
        found.append(_followed(child, len(found), (plan.begun_on, plan.ceased_on), False, code, share, rng))
    born = (date(last_day.year - 18, 9, 1), date(last_day.year - 16, 8, 31))
    first = BLOCK
    for name in ("sen_support", "no_sen"):
        count = max(2, round(youth["cohort"] * youth[name]["share"] * size))
        codes = rng.choice(list(LEARNING_WITHOUT_PLAN), count, p=list(LEARNING_WITHOUT_PLAN.values()))
        for child, code in zip(strangers(first, count, born, rng), codes, strict=True):
            share = youth[name]["neet_or_not_known"]
            found.append(_followed(child, len(found), None, name == "sen_support", str(code), share, rng))
        first += count
    return found


def as_of(facts: list[Followed], cut: date) -> list[Followed]:
    """The young people themselves; which activities were known by a day is asked for each month sent."""
    return facts


def files(seen: World, month: str):
    """The return of the month: path and bytes."""
    records = "".join(_record(row, month) for row in _cohort(seen, month))
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{NOTE}\n<NCCIS{month[:4]}>\n{_header(month)}{records}'
        f"{_bad_records(month)}</NCCIS{month[:4]}>\n"
    )
    yield f"nccis/{month}/nccis_{LA_CODE}_{month}.xml", text.encode("utf-8")


def faults(month: str) -> list[tuple[str, str, int]]:
    """An activity that no list has, a young person of the cohort without one."""
    planted = {"2026-09": "unknown code", "2026-10": "missing activity"}
    return [("nccis__young_person", planted[month], 1)] if month in planted else []


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the two staging models must hold: every month sent so far."""
    months = months_due(tuple(range(1, 13)), FIRST_DEMO_MONTH, month)
    rows = [(sent, place, row) for sent in months for place, row in enumerate(_cohort(seen, sent), start=1)]
    return {
        "stg_nccis__young_people": [_staged(sent, place, row) for sent, place, row in rows],
        "stg_nccis__characteristics": [
            {"month_start": month_start(sent), "characteristic_code": code}
            for sent, _, row in rows
            for code in row.characteristics
        ],
    }


def _learners_with_plan(world, last_day):
    """Young people of 15 to 24 with the latest of their plans, if it lasted when the term began, and what they do."""
    internships = world.departments["outcomes"].internships
    interns = {row.person.child_id for row in internships if row.began_on.year == TERM_BEGAN.year}
    plans = {plan.child_id: plan for plan in sorted(world.plans, key=lambda plan: (plan.begun_on, plan.plan_id))}
    learning, found = _learning_by_plan(world), []
    for child_id, plan in sorted(plans.items()):
        child = world.children[child_id]
        age = age_at_31_august(child.born_on, last_day)
        if (plan.ceased_on is None or plan.ceased_on > TERM_BEGAN) and 15 <= age <= 24:
            code = "460" if child_id in interns else "110" if age == 15 else learning(plan)
            found.append((child, plan, code))
    return found


def _learning_by_plan(world):
    """A function from a plan to the activity that goes with its latest setting."""
    types = {place.urn: place.type_code for place in world.establishments if place.urn}
    types |= {place.ukprn: place.type_code for place in world.establishments if place.ukprn}
    latest = {row.plan_id: row for row in sorted(world.placements, key=lambda row: (row.entered_on, row.placement_id))}

    def learning(plan):
        row = latest.get(plan.plan_id)
        if row is None or row.sen_setting:
            return WITHOUT_SCHOOL.get(row.sen_setting if row else "", "270")
        setting, group = TYPES.get(types.get(row.urn or row.ukprn), ("", "", "", ""))[2:]
        return POST_16.get(setting, "210" if group in ("mainstream", "special", "independent_special") else "270")

    return learning


def _followed(child, number, plan, has_sen_support, code, share_without, rng):
    """A young person, out of learning as often as the share says, and some of them changed in October."""
    if rng.random() < share_without:
        code = _drawn(NOT_IN_LEARNING, rng)
    activities = [Activity(code, TERM_BEGAN, TERM_BEGAN + timedelta(days=int(rng.integers(3, 27))))]
    if code != "110" and rng.random() < CHANGED_IN_OCTOBER:
        began_on = date(2026, 10, int(rng.integers(1, 20)))
        changed = "619" if GROUPS[code] in ("education", "employment", "training") else "230"
        activities.append(Activity(changed, began_on, began_on + timedelta(days=int(rng.integers(1, 10)))))
    age = age_at_31_august(child.born_on, TERM_BEGAN)
    offered = rng.random() < WITH_OFFER
    guarantees = (
        ("110" if offered else "151") if age == 16 else "",
        ("114" if offered else "154") if age == 17 else "",
    )
    destination = str(rng.choice(["111", "121", "211", "511"], p=[0.4, 0.45, 0.05, 0.1])) if age == 15 else ""
    characteristics = tuple(kind for kind, odds in ((CARER, 0.02), (CARE_LEAVER, 0.01)) if rng.random() < odds)
    return Followed(
        person=child,
        number=number + 1,
        plan=plan,
        has_sen_support=has_sen_support,
        activities=tuple(activities),
        guarantees=guarantees,
        destination=destination,
        # The first is a carer in however small a borough.
        characteristics=characteristics if number else (CARER,),
        is_lapsed=bool(rng.random() < LAPSED),
    )


def _drawn(odds, rng):
    weights = np.array(list(odds.values()))
    return str(rng.choice(list(odds), p=weights / weights.sum()))


def _cohort(seen, month):
    """Whom the return of a month is about: 16 and 17 all, the younger and the older with a plan in force."""
    day = month_end(month_start(month))
    return [
        row
        for row in seen.departments["youth_activity"]
        if age_at_31_august(row.person.born_on, TERM_BEGAN) in (16, 17) or row.has_plan(day)
    ]


def _flags(row, day):
    """EHC plan, SEN support; who is about to get a plan is at SEN support."""
    is_about_to = row.plan is not None and row.plan[0] > day
    return row.has_plan(day), row.has_sen_support or is_about_to


def _staged(month, place, row):
    day = month_end(month_start(month))
    has_plan, has_sen_support = _flags(row, day)
    activity = row.activity(day)
    return {
        "month_start": month_start(month),
        "young_person_number": place,
        "cohort_status_code": "P",
        "born_month": row.person.born_on.replace(day=1),
        "sex": row.person.sex,
        "has_plan": has_plan,
        "has_sen_support": has_sen_support,
        "activity_code": activity.code,
        "activity_group": activity.group,
        "activity_started_on": activity.began_on,
        "ascertained_on": activity.ascertained_on,
        "verified_on": activity.ascertained_on,
        "is_lapsed": row.is_lapsed,
        "neet_since_on": activity.began_on if activity.group.startswith("neet_") else None,
        "expected_to_end_on": _expected_end(activity),
        "intended_destination_code": row.destination or None,
        "guarantee_year_11_code": row.guarantees[0] or None,
        "guarantee_year_12_code": row.guarantees[1] or None,
    }


def _expected_end(activity):
    """Courses end with the school year."""
    return date(2027, 7, 23) if activity.group in ("education", "training") else None


def _header(month):
    day = month_end(month_start(month))
    return (
        f"  <FileHeader>\n    <Databases>\n{element('DatabaseId', LA_CODE, 6)}    </Databases>\n"
        f"    <SourceLEAs>\n{element('LEACode', LA_CODE, 6)}    </SourceLEAs>\n{element('DateOfSend', day, 4)}"
        f"{element('PeriodEnd', day, 4)}{element('SupplierName', 'DEMO-BOROUGH', 4)}"
        f"{element('SupplierXMLVersion', '1.0', 4)}{element('XMLSchemaVersion', '1.0', 4)}  </FileHeader>\n"
    )


def _record(row, month):
    """A YoungPersonsRecord as of the end of a month."""
    day = month_end(month_start(month))
    activity = row.activity(day)
    has_plan, has_sen_support = _flags(row, day)
    return _element_of(
        _details(row),
        guarantees=row.guarantees,
        flags=("Y" if has_plan else "N", "Y" if has_sen_support else "N"),
        characteristics=row.characteristics,
        activity={
            "ActivityCode": activity.code,
            "StartDate": activity.began_on,
            "DateAscertained": activity.ascertained_on,
            "DateVerified": activity.ascertained_on,
            "CurrencyLapsed": "Y" if row.is_lapsed else "N",
            "NEETStartDate": activity.began_on if activity.group.startswith("neet_") else None,
            "PredictedEndDate": _expected_end(activity),
        },
        destination=row.destination,
    )


def _details(row):
    child = row.person
    return {
        "YoungPersonsID": f"{LA_CODE}{row.number:010d}",
        "CohortStatus": "P",
        "GivenName": child.forename,
        "FamilyName": child.surname,
        "Postcode": child.postcode,
        "Gender": child.sex,
        "DOB": child.born_on,
        "Ethnicity": child.ethnicity,
        "LeadLEA": LA_CODE,
        "EducatedLEA": LA_CODE,
        "UniqueLearnerNo": child.uln,
        "UniquePupilNumber": child.upn,
    }


def _element_of(details, guarantees, flags, characteristics, activity, destination):
    """The element, its parts in the order of the schema; what has no value is left out."""
    years = "".join(
        f"      <{year}>\n{element('GuaranteeStatus', code, 8)}{element('LEACode', LA_CODE, 8)}      </{year}>\n"
        for year, code in zip(("Year11", "Year12"), guarantees, strict=True)
        if code
    )
    codes = "".join(element("CharacteristicCode", code, 8) for code in characteristics)
    needs = element("LevelOfNeedCode", 3, 6) + element("SENDFlag", flags[0], 6) + element("SENSupportFlag", flags[1], 6)
    needs += _around("Characteristics", codes, 6)
    cohort = "".join(element(tag, value, 8) for tag, value in activity.items())
    return (
        "  <YoungPersonsRecord>\n"
        + _around("PersonalDetails", "".join(element(tag, value, 6) for tag, value in details.items()), 4)
        + _around("SeptemberGuarantee", years, 4)
        + _around("LevelOfNeed", needs, 4)
        + _around("Activities", _around("Cohort", cohort, 6), 4)
        + _around("IntendedDestination", element("IntendedDestinationYr11", destination, 6), 4)
        + "  </YoungPersonsRecord>\n"
    )


def _around(tag, lines, indent):
    """An element around others, or nothing around nothing."""
    return f"{' ' * indent}<{tag}>\n{lines}{' ' * indent}</{tag}>\n" if lines else ""


def _bad_records(month):
    """Somebody with an activity of no list in September, with none in October."""
    activities = {
        "2026-09": {"ActivityCode": "999", "StartDate": "2026-09-01", "DateAscertained": "2026-09-08"},
        "2026-10": {},
    }
    if month not in activities:
        return ""
    somebody = Child(0, "Faulty", "Faultbury", date(2009, 3, 7), "F", postcode="ZZ9 9ZZ")
    somebody.upn = identifiers.upn(801, establishment=9999)
    nobody = Followed(somebody, 9_999_999, None, False, (), ("", ""), "", (), False)
    return _element_of(_details(nobody), ("", ""), ("N", "N"), (), activities[month], "")
