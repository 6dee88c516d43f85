"""Children's careers from the request to the plan and, for some, its end: plans before, on and after January 2025."""

from datetime import date, timedelta

import numpy as np

from demo_borough.allot import dealt
from demo_borough.builder import Builder
from demo_borough.caseload import CENSUS, FIRST_KNOWN_YEAR, Case, birth_date, census_cases, with_second
from demo_borough.days import age_at_31_august
from demo_borough.figures import counts, published
from demo_borough.places import INDEPENDENT, WITHOUT_PLACE
from demo_borough.requests_made import add_request, date_the_issues, issue_days

# plans that moved in, by the year of the move
_MOVED_IN = {2022: 14, 2023: 78, 2024: 86, 2025: 78, 2026: 68}
# EHC plans exist since September 2014: nobody moves in with an older one
_FIRST_EHC_YEAR = 2015
# the share of plans with a personal budget that makes the 14 which DfE counts in January 2025
_PERSONAL_BUDGETS = 0.0032
_NEIGHBOURS = ("203", "209", "305", "886", "306", "304")
# the kinds of setting in which plans of 2024 started, by school phase
_FIRST_KINDS = {
    "early": {
        "nm_early_years": 30,
        "mainstream_academy": 40,
        "mainstream_la_maintained": 14,
        "special_academy_free": 12,
        "special_la_maintained": 4,
    },
    "primary": {
        "mainstream_academy": 62,
        "mainstream_la_maintained": 12,
        "special_academy_free": 9,
        "mainstream_academy_resourced_provision": 7,
        "mainstream_free_school": 3,
        "placement_unknown": 3,
        "mainstream_la_maintained_senunit": 2,
        "elective_home_education": 2,
    },
    "secondary": {
        "mainstream_academy": 58,
        "special_academy_free": 14,
        "mainstream_academy_resourced_provision": 5,
        "mainstream_independent": 4,
        "other_arrangements_la": 5,
        "placement_unknown": 4,
        "ap_pru_la_maintained": 2,
        "elective_home_education": 3,
        "mainstream_free_school": 5,
    },
    "post_16": {"general_fe_tertiary_colleges": 70, "mainstream_academy": 14, "ukrlp_provider": 8, "neet": 8},
}


def cases_of_all_times(builder: Builder, last: date) -> list[Case]:
    """Every case: the plans of January 2025, those ceased before it and those begun after it, dated but not yet added.

    Cases with a start after `last` are requests that are still open then.
    """
    rng = builder.rng
    census = census_cases(rng)
    _move_in_before_census(census, rng)
    ceased = _ceased_before_census(rng)
    _start_ceased_in_known_years(ceased, census)
    for year in range(FIRST_KNOWN_YEAR, 2026):
        native = [case for case in census + ceased if case.start_year == year and not case.is_transferred_in]
        date_the_issues(native, year, rng, **({"last": CENSUS} if year == 2025 else {}))
    for case in census + ceased:
        if case.started_on is None:
            _date_history(case, rng)
    cases = census + ceased + _begun_after_census(rng, last)
    cease_after_census(cases, last, rng)
    return cases


def _move_in_before_census(census: list[Case], rng) -> None:
    """Some plans of the census moved in lately with the start date of another authority."""
    movable = [
        case
        for case in census
        if _FIRST_EHC_YEAR <= case.start_year < 2024 and case.kind not in (WITHOUT_PLACE, *INDEPENDENT)
    ]
    chosen = iter([movable[place] for place in rng.permutation(len(movable))])
    for year, count in _MOVED_IN.items():
        if year > 2024:
            continue
        for _ in range(count):
            case = next(each for each in chosen if each.start_year < year)
            case.is_transferred_in = True
            case.begun_on = issue_days(year, 1, rng)[0]


def _ceased_before_census(rng) -> list[Case]:
    """Plans that ceased in 2022 to 2024: reasons as published, ages as in 2024, no start yet."""
    cases = []
    for year in (2022, 2023, 2024):
        for reason in dealt(counts("ceased_by_reason", year), rng):
            cases.append(_ceased_case(year, str(reason), rng))
    return cases


def _ceased_case(year: int, reason: str, rng) -> Case:
    """One plan that ceased in the year: movers of all ages, others at 19 and over."""
    ages = published()["ceased_by_age_2024"]
    is_mover = reason in "578"
    choices = {age: count for age, count in ages.items() if (age < 19) == is_mover}
    age = int(rng.choice(list(choices), p=np.array(list(choices.values())) / sum(choices.values())))
    age = int(rng.integers(20, 24)) if age == 20 else age
    ceased_on = cease_day(year, reason, rng)
    needs = with_second(
        str(rng.choice(["ASD", "SLCN", "SEMH", "MLD", "SLD", "PD"], p=[0.37, 0.25, 0.15, 0.12, 0.06, 0.05])), rng
    )
    return Case(
        born_on=birth_date(age, ceased_on.year - (ceased_on.month < 9), rng),
        sex="M" if rng.random() < 0.7 else "F",
        needs=needs,
        kind=_kind_at(age, rng),
        start_year=0,
        ceased_on=ceased_on,
        cease_reason=reason,
    )


def cease_day(year: int, reason: str, rng) -> date:
    """A day of the year on which a plan ceases: mostly at the end of the school year, movers at any time."""
    if reason in "578" or rng.random() < 0.35:
        return date(year, 1, 20) + timedelta(days=int(rng.integers(0, 335)))
    return date(year, 7, 1) + timedelta(days=int(rng.integers(0, 61)))


def _kind_at(age: int, rng) -> str:
    """A kind of setting in which children of that age are."""
    kinds = published()["plans_by_age_and_setting"].get(min(max(age, 4), 22))
    names = [name for name in kinds if not name.startswith(("special_ind", "special_non", "placement_unk"))]
    weights = np.array([kinds[name] for name in names], dtype=float)
    return str(rng.choice(names, p=weights / weights.sum()))


def _start_ceased_in_known_years(ceased: list[Case], census: list[Case]) -> None:
    """Let ceased plans start so that each year since 2019 has its published plans; the others are older or moved in."""
    for year in range(FIRST_KNOWN_YEAR, 2024):
        native = sum(case.start_year == year and not case.is_transferred_in for case in census)
        missing = published()["flow"][year]["issued"] - native
        open_cases = [
            case
            for case in ceased
            if not case.start_year and case.ceased_on.year > year and year - case.born_on.year >= 3
        ]
        open_cases.sort(key=lambda case: case.born_on, reverse=True)
        for case in open_cases[: max(missing, 0)]:
            case.start_year = year
    for case in ceased:
        if not case.start_year:
            _start_in_the_past(case)


def _start_in_the_past(case: Case) -> None:
    """A start before 2019, or a move from another authority for a child too young for that."""
    case.start_year = min(case.born_on.year + 5, 2016)
    if case.start_year < case.born_on.year + 3:
        case.is_transferred_in = True
        case.start_year = case.born_on.year + 3
        case.begun_on = min(case.ceased_on - timedelta(days=90), date(max(case.start_year + 1, 2020), 3, 2))


def cease_after_census(cases: list[Case], last: date, rng) -> None:
    """End plans after January 2025, as many a year as assumed; plans in independent special schools end elsewhere."""
    for year in (2025, 2026):
        for reason in dealt(counts("ceased_by_reason", year), rng):
            ceased_on = max(cease_day(year, str(reason), rng), CENSUS + timedelta(days=5))
            if ceased_on > last:
                continue
            case = _one_to_cease(cases, ceased_on, str(reason) in "578", rng)
            case.ceased_on, case.cease_reason = ceased_on, str(reason)


def _one_to_cease(cases: list[Case], ceased_on: date, is_mover: bool, rng) -> Case:
    """A case that may cease on the day: a mover of school age, or a young person, the older the likelier."""
    while True:
        case = cases[int(rng.integers(0, len(cases)))]
        age = age_at_31_august(case.born_on, ceased_on)
        chance = float(age < 19) if is_mover else {18: 0.15, 19: 0.6}.get(age, float(age >= 20))
        if case.ceased_on or case.kind in INDEPENDENT or rng.random() > chance:
            continue
        if case.begun_on <= ceased_on - timedelta(days=90):
            return case


def _date_history(case: Case, rng) -> None:
    """Day of start of a historical or transferred plan."""
    latest = min(case.begun_on or date(case.start_year, 12, 20), date(case.start_year, 12, 20))
    first = min(max(date(case.start_year, 1, 8), case.born_on + timedelta(days=600)), latest)
    case.started_on = first + timedelta(days=int(rng.integers(0, max((latest - first).days, 1))))
    case.begun_on = case.begun_on or case.started_on


def _begun_after_census(rng, last: date) -> list[Case]:
    """Plans issued or moved in after January 2025; the issues go on for seven months so that open requests exist."""
    flow, cases = published()["flow"], []
    spans = [
        (2025, flow[2025]["issued"] - 30, CENSUS + timedelta(days=1), date(2025, 12, 31)),
        (2026, flow[2026]["issued"], date(2026, 1, 2), date(2026, 12, 31)),
        (2027, round(flow[2026]["issued"] * 0.42), date(2027, 1, 4), date(2027, 5, 28)),
    ]
    for year, count, first, latest in spans:
        group = [_new_case(year, rng) for _ in range(count)]
        date_the_issues(group, year, rng, first=first, last=latest)
        cases += group
    for year in (2025, 2026):
        for day in issue_days(year, _MOVED_IN[year], rng, first=date(year, 1, 20), last=min(last, date(year, 12, 31))):
            cases.append(_moved_in_case(day, rng))
    return cases


def _new_case(year: int, rng) -> Case:
    """A child whose plan starts in the year, of the ages and needs of the new plans of 2024."""
    figures = published()
    ages, needs = figures["new_plans_by_age_2024"], figures["new_plans_by_need_2024"]
    age = int(rng.choice(list(ages), p=np.array(list(ages.values())) / sum(ages.values())))
    need = str(rng.choice(list(needs), p=np.array(list(needs.values())) / sum(needs.values())))
    need = str(rng.choice(["PD", "HI", "VI", "OTH", "DS"])) if need == "other" else need
    return Case(
        born_on=birth_date(age, year - 1, rng),
        sex="M" if rng.random() < 0.68 else "F",
        needs=with_second(need, rng),
        kind=first_kind(age, rng),
        start_year=year,
    )


def first_kind(age: int, rng) -> str:
    """Kind of setting of a new plan of a child of that age."""
    phase = "early" if age <= 4 else "primary" if age <= 10 else "secondary" if age <= 15 else "post_16"
    kinds = _FIRST_KINDS[phase]
    name = str(rng.choice(list(kinds), p=np.array(list(kinds.values())) / sum(kinds.values())))
    return "mainstream_academy" if name == "nm_early_years" and age == 4 and rng.random() < 0.5 else name


def _moved_in_case(day: date, rng) -> Case:
    """A child who moves in with a plan on the day."""
    age = int(rng.integers(4, 17))
    case = Case(
        born_on=birth_date(age, day.year - 1, rng),
        sex="M" if rng.random() < 0.7 else "F",
        needs=with_second(str(rng.choice(["ASD", "SLCN", "SEMH", "SLD"])), rng),
        kind=_kind_at(age, rng),
        start_year=day.year,
        is_transferred_in=True,
        begun_on=day,
    )
    case.started_on = max(day - timedelta(days=int(rng.integers(10, 1200))), case.born_on + timedelta(days=700))
    return case


def add_case(builder: Builder, case: Case, last: date):
    """Add the child, the request and, when it has begun by `last`, the plan; returns the plan or None."""
    seen_on = min(case.ceased_on or last, last)
    child = builder.child(case.born_on, case.sex, seen_on)
    if case.received_on is not None and case.received_on > last:
        del builder.world.children[child.child_id]
        return None
    request = add_request(builder, child, case)
    if case.begun_on > last:
        return None
    is_native = request.received_on is not None
    moved_from = str(builder.rng.choice(_NEIGHBOURS)) if case.is_transferred_in else ""
    return builder.plan(
        request,
        case.begun_on,
        case.needs,
        started_on=case.started_on,
        issued_on=case.started_on if is_native else None,
        ceased_on=case.ceased_on,
        cease_reason=case.cease_reason,
        transferred_from=moved_from,
        start_moves=is_native,
        has_personal_budget=builder.rng.random() < _PERSONAL_BUDGETS,
    )
