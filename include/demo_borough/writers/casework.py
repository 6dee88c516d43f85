"""The casework system: its logs of annual reviews and of requests for advice, as text with UK dates, and its tables."""

from demo_borough.casework_database import LOGS, state_bytes, state_path
from demo_borough.days import month_end, month_start
from demo_borough.departments import allocations, casework_records
from demo_borough.facts import Advice, Child, Review, World
from demo_borough.faults import advice_rows, review_rows
from demo_borough.text import uk_date, yes_no
from demo_borough.variations import as_said


def files(world: World, month: str):
    """No file is sent: the state of the system's database at the end of the month, for whoever stands in for it."""
    tables = casework_records.tables(world, month) | allocations.tables(world, month)
    yield state_path(month), state_bytes(_logs(world, month) | tables)


def _logs(world, month):
    """The two logs: rows of text, each with the time of its last change."""
    request_of = {plan.plan_id: plan.request_id for plan in world.plans}
    reviews = [
        _review(row, as_said(world, "casework__annual_review", world.children[row.child_id]), request_of[row.plan_id])
        + _changed_at(row.notice_on, row.meeting_on, row.decided_on, row.amendment_notice_on, row.final_plan_on,
                      row.phase_transfer_final_on, row.late_plan_recorded_on)
        for row in world.reviews
        if row.plan_id in request_of
    ]  # fmt: skip
    advice = [
        _advice(row, as_said(world, "casework__advice_request", world.children[row.child_id]))
        + _changed_at(row.requested_on, row.received_on)
        for row in world.advice
        if row.child_id in world.children
    ]
    entered_at = _changed_at(month_end(month_start(month)))
    bad = {"annual_review": review_rows(month), "advice_request": advice_rows(month)}
    rows = {"annual_review": reviews, "advice_request": advice}
    return {
        table: [
            [None if value in (None, "") else str(value) for value in row]
            for row in [*rows[table], *([*row, *entered_at] for row in bad[table])]
        ]
        for table in LOGS
    }


def _changed_at(*days):
    """At the end of the working day on which the last of these happened."""
    return [f"{max(day for day in days if day)} 17:00:00"]


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
