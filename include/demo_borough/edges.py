"""Children whose records are awkward, planted on purpose; `world.notes` says who they are."""

from datetime import date, timedelta

from demo_borough.builder import Builder
from demo_borough.facts import Plan, Request
from demo_borough.requests_made import decide
from demo_borough.schooling import Schooling


def plant_before_reviews(builder: Builder, schooling: Schooling) -> None:
    """The edges that reviews, advice and money must follow."""
    plans = {plan.request_id: plan for plan in builder.world.plans}
    native = [
        (request, plans[request.request_id])
        for request in builder.world.requests
        if request.request_id in plans and request.received_on
    ]
    _overturn_refusals(builder, native)
    _overturn_decisions_not_to_issue(builder, native)
    _leap_days(builder, native)
    _days_140_and_141(builder, native)
    _record_twice(builder, native)
    _twins(builder, schooling)
    _second_plan(builder, schooling)


def _length(request: Request, plan: Plan) -> int:
    """Days from the receipt of a request to the plan."""
    return (plan.issued_on - request.received_on).days


def _overturn_refusals(builder: Builder, native: list[tuple[Request, Plan]]) -> None:
    """Some long cases had been refused, and the tribunal or mediation overturned it."""
    long_cases = [
        (request, plan) for request, plan in native if _length(request, plan) > 215 and not request.has_exception
    ]
    for place, (request, _) in enumerate(long_cases[::7]):
        request.outcome = "N"
        request.outcome_on = request.received_on + timedelta(days=38)
        request.is_appealed, request.is_mediated = place % 3 > 0, place % 3 == 0
        request.agreed_on = None
    builder.world.notes["overturned_refusal"] = long_cases[0][0].child_id


def _overturn_decisions_not_to_issue(builder: Builder, native: list[tuple[Request, Plan]]) -> None:
    """Some were first told that no plan would be issued."""
    long_cases = [
        (request, plan)
        for request, plan in native
        if _length(request, plan) > 215 and request.outcome == "Y" and not request.has_exception
    ]
    for request, plan in long_cases[1::9]:
        request.assessment_outcome, request.agreed_on = "N", None
        request.assessment_on = request.received_on + timedelta(days=109)
        request.assessment_is_appealed, plan.start_moves = True, False
    builder.world.notes["overturned_no_plan"] = long_cases[1][0].child_id


def _leap_days(builder: Builder, native: list[tuple[Request, Plan]]) -> None:
    """A child born on 29 February, and a plan issued on one."""
    children = builder.world.children
    born = next(
        plan.child_id
        for _, plan in native
        if children[plan.child_id].born_on.year == 2016 and children[plan.child_id].born_on.month in (2, 3)
    )
    children[born].born_on = date(2016, 2, 29)
    request, plan = next(
        (request, plan)
        for request, plan in native
        if plan.issued_on.year == 2024 and plan.issued_on.month == 3 and not plan.ceased_on
    )
    later = date(2024, 2, 29) - plan.issued_on
    request.received_on, request.outcome_on = request.received_on + later, request.outcome_on + later
    if request.agreed_on:
        request.agreed_on += later
    request.assessment_on = plan.begun_on = plan.started_on = plan.issued_on = date(2024, 2, 29)
    builder.world.notes |= {"born_on_29_february": born, "issued_on_29_february": plan.child_id}


def _days_140_and_141(builder: Builder, native: list[tuple[Request, Plan]]) -> None:
    """In each demo month one plan issued on day 140 and one on day 141."""
    for month in (9, 10):
        cases = [
            (request, plan)
            for request, plan in native
            if (plan.issued_on.year, plan.issued_on.month) == (2026, month)
            and request.assessment_outcome == "Y"
            and request.outcome == "Y"
            and 125 < _length(request, plan) <= 140
        ]
        for days, (request, plan) in zip((140, 141), cases, strict=False):
            earlier = timedelta(days=days - _length(request, plan))
            request.received_on, request.outcome_on = request.received_on - earlier, request.outcome_on - earlier
            builder.world.notes[f"day_{days}_in_month_{month}"] = plan.child_id


def _record_twice(builder: Builder, native: list[tuple[Request, Plan]]) -> None:
    """One child with two records under one UPN, and one whose second record has no UPN."""
    children = builder.world.children
    recent = [
        (request, plan)
        for request, plan in native
        if plan.issued_on.year == 2025
        and not plan.ceased_on
        and children[plan.child_id].upn
        and not children[plan.child_id].uln
    ]
    request, plan = recent[3]
    child = children[plan.child_id]
    child.second_record = {"surname": child.surname + "e"}
    request.records = (1, 2)
    builder.world.notes["recorded_twice"] = child.child_id
    request, plan = recent[11]
    child = children[plan.child_id]
    child.second_record = {"upn": "", "upn_unknown": "UN5"}
    request.records = (2,)
    earlier = builder.request(child, request.received_on - timedelta(days=400))
    decide(earlier, "N", builder.rng)
    builder.world.notes["recorded_twice_without_upn"] = child.child_id


def _issue(builder: Builder, schooling: Schooling, child, received_on: date, issued_on: date, needs, school: str):
    """A request, a plan and a placement of one child."""
    request = builder.request(child, received_on)
    decide(request, "Y", builder.rng)
    request.assessment_outcome, request.assessment_on = "Y", issued_on
    plan = builder.plan(request, issued_on, needs, issued_on=issued_on, start_moves=True)
    row = builder.placement(
        plan, date(issued_on.year - (issued_on.month < 9), 9, 3), schooling.places.choose(school, 5, True)
    )
    schooling.kind_of[row.placement_id] = school
    return plan


def _twins(builder: Builder, schooling: Schooling) -> None:
    """Twins without a UPN, told apart by their forenames alone."""
    first = builder.child(date(2022, 12, 5), "F", date(2026, 8, 31))
    second = builder.child(date(2022, 12, 5), "M", date(2026, 8, 31), surname=first.surname, postcode=first.postcode)
    for child in (first, second):
        child.upn, child.upn_unknown = "", "UN1"
        _issue(builder, schooling, child, date(2026, 3, 9), date(2026, 7, 20), ("SLCN",), "nm_early_years")
    builder.world.notes |= {"twin": first.child_id, "other_twin": second.child_id}


def _second_plan(builder: Builder, schooling: Schooling) -> None:
    """A child whose plan ceased and who has a new one some years later."""
    child = builder.child(date(2012, 1, 19), "F", date(2026, 8, 31))
    old = builder.plan(
        builder.request(child, None), date(2017, 5, 15), ("SLCN",), ceased_on=date(2022, 7, 19), cease_reason="2"
    )
    row = builder.placement(
        old, date(2016, 9, 5), schooling.places.choose("mainstream_academy", 8, True), date(2022, 7, 19)
    )
    schooling.kind_of[row.placement_id] = "mainstream_academy"
    new = _issue(builder, schooling, child, date(2024, 11, 11), date(2025, 3, 27), ("SEMH",), "mainstream_academy")
    moved = builder.world.placements[-1]
    for field, value in schooling.places.choose("mainstream_academy", 12, True).items():
        setattr(moved, field, value)
    builder.world.notes |= {"two_plans": child.child_id, "two_plans_new_plan": new.plan_id}


def enter_late(builder: Builder) -> None:
    """Events of September 2026 that were entered in October: they appear first in October's files."""
    world, late = builder.world, builder.world.entered_late
    september = [day for day in (date(2026, 9, 1) + timedelta(days=step) for step in range(30))]
    issued = [plan for plan in world.plans if plan.issued_on in september[14:] and not plan.ceased_on][:3]
    for plan in issued:
        late["plan", plan.plan_id, "begun_on"] = late["request", plan.request_id, "assessment_on"] = date(2026, 10, 6)
    for request in [each for each in world.requests if each.received_on in september[20:]][:4]:
        late["request", request.request_id, "received_on"] = date(2026, 10, 2)
    decided = [row for row in world.reviews if row.decided_on in september[10:] and not row.final_plan_on][:9]
    for row in decided:
        late["review", row.review_id, "decided_on"] = date(2026, 10, 8)
    advised = [row for row in world.advice if row.received_on in september[15:]][:6]
    for row in advised:
        late["advice", row.advice_id, "received_on"] = date(2026, 10, 7)
    for plan in [each for each in world.plans if each.ceased_on in september and each.cease_reason == "5"][:2]:
        late["plan", plan.plan_id, "ceased_on"] = date(2026, 10, 9)
        for row in world.placements:
            if row.plan_id == plan.plan_id and row.left_on in september:
                late["placement", row.placement_id, "left_on"] = date(2026, 10, 9)
    world.notes |= {"issued_and_entered_late": len(issued), "decided_and_entered_late": len(decided)}
