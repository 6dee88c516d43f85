"""Requests for assessments: those that led to the plans, and those that did not, by published yearly totals."""

from datetime import date, timedelta

import numpy as np

from demo_borough.builder import Builder
from demo_borough.caseload import Case, birth_date
from demo_borough.facts import Child, Request
from demo_borough.figures import published

# how much earlier in the year than evenly plans were issued, so that requests by year come out as published
_EARLINESS = {2019: 0.0, 2020: 0.0, 2021: 0.0, 2022: 0.0, 2023: -0.04, 2024: 0.58, 2025: 0.63, 2026: 0.0, 2027: 0.0}
# before this year requests and plans issued leave more cases over than were refused: they count as withdrawn
_REFUSALS_FIT_FROM = 2022
SOURCES = {"1": 0.38, "2": 0.54, "3": 0.04, "4": 0.02, "5": 0.02}


def issue_days(year: int, count: int, rng, first: date | None = None, last: date | None = None) -> list[date]:
    """So many working days of a year on which plans are issued: fewer in August, more in July."""
    day, last = first or date(year, 1, 2), last or date(year, 12, 31)
    days = [day + timedelta(days=step) for step in range((last - day).days + 1)]
    days = [each for each in days if each.weekday() < 5]
    slope = _EARLINESS.get(year, 0.0)
    weights = np.array(
        [_month_weight(each.month) * (1 + slope * (0.5 - each.timetuple().tm_yday / 365)) for each in days]
    )
    # one draw from each of `count` equal parts of the year: the spread is even, and the same for any seed
    shares = (np.arange(count) + rng.random(count)) / count
    return [days[place] for place in np.searchsorted(np.cumsum(weights / weights.sum()), shares, side="right")]


def _month_weight(month: int) -> float:
    """How busy a month is."""
    return {7: 1.25, 8: 0.75, 12: 0.9}.get(month, 1.0)


def date_the_issues(cases: list[Case], year: int, rng, **limits) -> None:
    """Give each case of the year days of receipt and of issue, in time as often as published."""
    days = issue_days(year, len(cases), rng, **limits)
    order = [cases[place] for place in rng.permutation(len(cases))]
    late = _late_flags(days, year, rng)
    excepted = _exception_flags(late, year, rng)
    for case, day, is_late, has_exception in zip(order, days, late, excepted, strict=True):
        case.started_on = case.begun_on = day
        case.received_on = day - timedelta(days=_late_days(rng) if is_late else _days_in_time(rng))
        case.has_exception = has_exception


def _late_flags(days: list[date], year: int, rng) -> list[bool]:
    """Which issues are late: as many as published, or by a rate that improves month by month where nothing is."""
    flow = published()["flow"].get(year) or published()["flow"][2026]
    if "within_20_weeks" not in flow:
        return [rng.random() > rate_in_time(day) for day in days]
    count = round(len(days) * (1 - flow["within_20_weeks"] / flow["denominator"]))
    late = [True] * count + [False] * (len(days) - count)
    return [late[place] for place in rng.permutation(len(days))]


def rate_in_time(day: date) -> float:
    """Assumed share of plans issued within 20 weeks from 2025 on: from 68% up to 84% at the end of 2026."""
    months = (day.year - 2025) * 12 + day.month - 1
    return min(0.68 + 0.007 * months, 0.85)


def _exception_flags(late: list[bool], year: int, rng) -> list[bool]:
    """Which late issues are under an exception: as many as the two published denominators differ by."""
    flow = published()["flow"].get(year, {})
    if "denominator_without_exceptions" in flow:
        share = 1 - flow["denominator_without_exceptions"] / flow["denominator"]
        chance = min(share * len(late) / max(sum(late), 1), 1)
    else:
        chance = 0.12
    return [is_late and rng.random() < chance for is_late in late]


def _days_in_time(rng) -> int:
    """Days from receipt to issue of a plan in time: most in the last two weeks, many on day 140 itself."""
    return 140 if rng.random() < 0.04 else int(rng.triangular(85, 134, 141))


def _late_days(rng) -> int:
    """Days from receipt to issue of a late plan: day 141 to about a year."""
    return 141 + min(int(rng.gamma(1.25, 42)), 214) + (240 if rng.random() < 0.012 else 0)


def add_request(builder: Builder, child: Child, case: Case) -> Request:
    """The request that led to the case's plan; historical where the case has no day of receipt."""
    request = builder.request(child, case.received_on)
    if case.received_on is None:
        return request
    decide(request, "Y", builder.rng)
    request.assessment_outcome, request.assessment_on = "Y", case.started_on
    request.agreed_on = case.started_on - timedelta(days=int(builder.rng.integers(7, 30)))
    request.agreed_on = max(request.agreed_on, request.outcome_on + timedelta(days=20))
    request.has_exception = case.has_exception
    request.other_is_appealed = builder.rng.random() < 0.03
    return request


def decide(request: Request, outcome: str, rng) -> None:
    """Decide whether to assess, nearly always by day 42."""
    request.source = str(rng.choice(list(SOURCES), p=list(SOURCES.values())))
    year = request.received_on.year
    in_time = published()["flow"].get(year, {}).get("within_6_weeks", 0.955)
    days = int(rng.triangular(14, 40, 43)) if rng.random() < in_time else int(rng.integers(43, 64))
    request.outcome, request.outcome_on = outcome, request.received_on + timedelta(days=days)
    request.is_mediated = outcome == "N" and rng.random() < 0.12


def add_requests_without_plan(builder: Builder, issued: list[date], last: date) -> dict[int, int]:
    """Fill each year up to its published requests with refusals, withdrawals, moves and decisions not to issue.

    `issued` are the days of receipt of requests that led to a plan. Returns the refusals of each year.
    """
    refused = {}
    for year, flow in published()["flow"].items():
        part = (last - date(year, 1, 1)).days / 365 if year == last.year else 1
        wanted = round(flow["requests"] * part) - sum(day.year == year and day <= last for day in issued)
        kinds = (
            ["withdrawn"] * round(flow.get("withdrawn", 6) * part)
            + ["exported"] * 6
            + ["no_plan"] * flow.get("no_plan", 0)
            + ["withdrawn_later"] * 4
        )
        rest = max(wanted - len(kinds), 0)
        refused[year] = min(rest, flow["refused"]) if year < _REFUSALS_FIT_FROM else rest
        kinds += ["refused"] * refused[year] + ["withdrawn_later"] * (rest - refused[year])
        for kind in kinds:
            _add_without_plan(builder, year, kind, last)
    return refused


def _add_without_plan(builder: Builder, year: int, kind: str, last: date) -> None:
    """One request of the year that did not lead to a plan."""
    rng = builder.rng
    received_on = issue_days(year, 1, rng, last=last if year == last.year else None)[0]
    child = child_at_request(builder, received_on)
    request = builder.request(child, received_on)
    days = timedelta(days=int(rng.integers(10, 38)))
    if kind == "withdrawn":
        request.source = "1"
        request.outcome, request.withdrawn_on = "W", received_on + days
    elif kind == "exported" and rng.random() < 0.5:
        request.exported_to, request.exported_on = "886", received_on + days
    elif kind == "refused":
        decide(request, "N", rng)
        request.is_appealed = rng.random() < 0.07
    else:
        decide(request, "Y", rng)
        _end_assessment(request, kind, rng)


def _end_assessment(request: Request, kind: str, rng) -> None:
    """End an assessment otherwise than with a plan."""
    request.assessment_outcome = "A"
    if kind == "no_plan":
        days = int(rng.triangular(80, 110, 113)) if rng.random() < 0.7 else int(rng.integers(113, 150))
        request.assessment_outcome, request.assessment_on = "N", request.received_on + timedelta(days=days)
        request.assessment_is_mediated = rng.random() < 0.3
    elif kind == "withdrawn_later":
        request.assessment_outcome = "W"
        request.withdrawn_on = request.outcome_on + timedelta(days=int(rng.integers(10, 60)))
    else:
        request.exported_to = "209"
        request.exported_on = request.outcome_on + timedelta(days=int(rng.integers(5, 50)))


def child_at_request(builder: Builder, received_on: date) -> Child:
    """A child of an age at which requests are made."""
    ages = published()["requests_by_age_2024"]
    age = int(builder.rng.choice(list(ages), p=np.array(list(ages.values())) / sum(ages.values())))
    year = received_on.year if received_on >= date(received_on.year, 9, 1) else received_on.year - 1
    sex = "M" if builder.rng.random() < 0.66 else "F"
    return builder.child(birth_date(age, year, builder.rng), sex, received_on)
