"""Needs assessments: requests, decisions, plans issued and due, cases open too long."""

from demo_borough.answers.rows import Row
from demo_borough.answers.view import View, days, first_of_month, issued_on, primary_need
from demo_borough.days import month_end
from demo_borough.facts import Request

_SOURCES = {"1": "young_person_or_parent", "2": "school_or_setting", "3": "health", "4": "social_care", "5": "other"}
BREAKDOWNS = ("source", "age_band", "sex", "primary_need")


def _clocked(view: View) -> list[Request]:
    """Requests that have a clock: all but the historical ones."""
    return [request for request in view.world.requests if request.outcome != "H" and request.assessment_outcome != "H"]


def _row(view: View, request: Request, day, counted: bool) -> Row:
    """A row of the month of the day, with the groups of the request on the day it was received."""
    groups = view.person_groups(request.child_id, request.received_on)
    groups["source"] = _SOURCES.get(request.source, "unknown")
    groups["primary_need"] = primary_need(view.plan_of_request.get(request.request_id))
    return Row(first_of_month(day), counted, groups=groups)


def requests_received(view: View) -> list[Row]:
    """Requests received in the month."""
    return [_row(view, request, request.received_on, True) for request in _clocked(view)]


def requests_decided_within_6_weeks(view: View) -> list[Row]:
    """Requests whose 42nd day lies in the month: decided by then."""
    rows = []
    for request in _clocked(view):
        limit, decided = request.received_on + days(42), request.outcome in ("Y", "N")
        if request.outcome == "W" or (request.exported_to and not decided):
            continue
        rows.append(_row(view, request, limit, decided and request.outcome_on <= limit))
    return rows


def requests_refused(view: View) -> list[Row]:
    """Decisions of the month: refused, also when that was overturned later."""
    return [
        _row(view, request, request.outcome_on, request.outcome == "N")
        for request in _clocked(view)
        if request.outcome in ("Y", "N")
    ]


def no_plan_decisions_within_16_weeks(view: View) -> list[Row]:
    """Decisions of the month not to issue a plan: told by day 112."""
    return [
        _row(view, request, request.assessment_on, request.assessment_on <= request.received_on + days(112))
        for request in _clocked(view)
        if request.assessment_outcome == "N"
    ]


def plans_issued_within_20_weeks(view: View) -> list[Row]:
    """Plans issued in the month without exceptions: by day 140."""
    return _issued(view, with_exceptions=False)


def plans_issued_within_20_weeks_with_exceptions(view: View) -> list[Row]:
    """Plans issued in the month, exceptions too: by day 140."""
    return _issued(view, with_exceptions=True)


def _issued(view: View, with_exceptions: bool) -> list[Row]:
    """Plans issued, by month of issue."""
    rows = []
    for request in _clocked(view):
        day = issued_on(request, view.plan_of_request.get(request.request_id))
        if day is not None and (with_exceptions or not request.has_exception):
            rows.append(_row(view, request, day, day <= request.received_on + days(140)))
    return rows


def plans_due_issued_within_20_weeks(view: View) -> list[Row]:
    """Cases whose 140th day lies in the month and that were to end with a plan: issued by then."""
    rows = []
    for request in _clocked(view):
        ended_otherwise = (
            "W" in (request.outcome, request.assessment_outcome)
            or request.outcome == "N"
            or request.assessment_outcome == "N"
            or (request.exported_to and request.assessment_outcome != "Y")
        )
        if ended_otherwise:
            continue
        limit = request.received_on + days(140)
        day = issued_on(request, view.plan_of_request.get(request.request_id))
        rows.append(_row(view, request, limit, day is not None and day <= limit))
    return rows


def assessments_open_over_20_weeks(view: View) -> list[Row]:
    """Cases open at the end of the month whose 140th day has passed."""
    rows = []
    for request in _clocked(view):
        if request.exported_to or "W" in (request.outcome, request.assessment_outcome):
            continue
        ends = [issued_on(request, view.plan_of_request.get(request.request_id))]
        ends.append(request.outcome_on if request.outcome == "N" else None)
        ends.append(request.assessment_on if request.assessment_outcome == "N" else None)
        ended = min((day for day in ends if day is not None), default=None)
        for month in view.months:
            last = month_end(month)
            if request.received_on + days(140) < last and (ended is None or ended > last):
                row = _row(view, request, month, True)
                row.groups["weeks_open"] = _weeks_open((last - request.received_on).days)
                rows.append(row)
    return rows


def _weeks_open(count: int) -> str:
    """Band of weeks in which a number of days lies."""
    for weeks, band in ((26, "20_to_26"), (39, "26_to_39"), (52, "39_to_52")):
        if count < weeks * 7:
            return band
    return "over_52"
