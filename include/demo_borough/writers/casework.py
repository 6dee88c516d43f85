"""The casework system's logs: annual reviews and requests for advice, CSV with UK dates."""

from demo_borough.facts import Advice, Child, Review, World
from demo_borough.faults import advice_rows, review_rows
from demo_borough.text import csv_bytes, uk_date, yes_no
from demo_borough.variations import as_said

REVIEW_COLUMNS = [
    "case_id",
    "review_id",
    "upn",
    "uln",
    "forename",
    "surname",
    "date_of_birth",
    "postcode",
    "school_urn",
    "year_group",
    "notice_sent_date",
    "meeting_date",
    "decision",
    "decision_sent_date",
    "amendment_notice_date",
    "final_plan_date",
    "phase_transfer_due_date",
    "phase_transfer_final_date",
    "adulthood_outcomes",
    "late_plan_recorded_date",
    "late_reason",
]
ADVICE_COLUMNS = [
    "advice_id",
    "case_id",
    "review_id",
    "upn",
    "nhs_number",
    "forename",
    "surname",
    "date_of_birth",
    "postcode",
    "advice_type",
    "purpose",
    "requested_date",
    "meeting_date",
    "received_date",
    "reg_8_2_exception",
    "late_reason",
    "late_plan",
]


def files(world: World, month: str):
    """Both logs of the month: path and bytes."""
    request_of = {plan.plan_id: plan.request_id for plan in world.plans}
    known = [row for row in world.reviews if row.plan_id in request_of]
    reviews = [
        _review(row, as_said(world, "casework__annual_review", world.children[row.child_id]), request_of[row.plan_id])
        for row in known
    ]
    yield f"casework/{month}/annual_reviews.csv", csv_bytes(REVIEW_COLUMNS, reviews + review_rows(month))
    advice = [
        _advice(row, as_said(world, "casework__advice_request", world.children[row.child_id]))
        for row in world.advice
        if row.child_id in world.children
    ]
    yield f"casework/{month}/advice_requests.csv", csv_bytes(ADVICE_COLUMNS, advice + advice_rows(month))


def case_id(request_id: int) -> str:
    """The casework system's number of a case."""
    return f"DEMO-{request_id:06d}"


def review_id(number: int) -> str:
    """The casework system's number of a review cycle."""
    return f"AR{number:06d}"


def _review(row: Review, child: Child, request_id: int) -> list:
    """One line of the review log."""
    return [
        case_id(request_id),
        review_id(row.review_id),
        child.upn,
        child.uln,
        child.forename,
        child.surname,
        uk_date(child.born_on),
        child.postcode,
        row.school_urn,
        row.year_group,
        uk_date(row.notice_on),
        uk_date(row.meeting_on),
        row.decision,
        uk_date(row.decided_on),
        uk_date(row.amendment_notice_on),
        uk_date(row.final_plan_on),
        uk_date(row.phase_transfer_due_on),
        uk_date(row.phase_transfer_final_on),
        yes_no(row.has_adulthood_outcomes),
        uk_date(row.late_plan_recorded_on),
        row.late_reason,
    ]


def _advice(row: Advice, child: Child) -> list:
    """One line of the advice log."""
    return [
        f"AD{row.advice_id:06d}",
        case_id(row.request_id),
        review_id(row.review_id) if row.review_id else "",
        child.upn,
        child.nhs_number,
        child.forename,
        child.surname,
        uk_date(child.born_on),
        child.postcode,
        row.advice_type,
        "REVIEW" if row.review_id else "ASSESSMENT",
        uk_date(row.requested_on),
        uk_date(row.meeting_on),
        uk_date(row.received_on),
        yes_no(row.has_exception),
        row.late_reason,
        yes_no(row.has_late_plan) if row.late_reason else "",
    ]
