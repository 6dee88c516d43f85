"""Needs assessments, from the requests and assessments of the SEN2 extract."""

import pandas as pd

from tests.second_way.children import requests
from tests.second_way.files import Files, first_of_month, month_ends


def requests_received(files: Files) -> pd.DataFrame:
    """Requests by the month they were received in."""
    return _by_month(clocked_requests(files), "received_on").assign(counted=True)


def requests_decided_within_6_weeks(files: Files) -> pd.DataFrame:
    """Requests by the month of their 42nd day: decided by then. Withdrawn, or exported undecided, they are out."""
    rows = clocked_requests(files)
    is_decided = rows.outcome.isin(["Y", "N"])
    rows["due_on"] = _day(rows, 42)
    rows["counted"] = is_decided & rows.outcome_on.le(rows.due_on)
    return _by_month(rows[rows.outcome.ne("W") & (is_decided | ~rows.is_exported)], "due_on")


def requests_refused(files: Files) -> pd.DataFrame:
    """Decisions of the month whether to assess: no, whatever became of it later."""
    rows = clocked_requests(files)
    rows = rows[rows.outcome.isin(["Y", "N"])]
    return _by_month(rows, "outcome_on").assign(counted=rows.outcome.eq("N"))


def no_plan_decisions_within_16_weeks(files: Files) -> pd.DataFrame:
    """Decisions of the month not to issue a plan: by day 112."""
    rows = clocked_requests(files)
    rows = rows[rows.assessment_outcome.eq("N")]
    return _by_month(rows, "assessed_on").assign(counted=rows.assessed_on.le(_day(rows, 112)))


def plans_issued_within_20_weeks(files: Files) -> pd.DataFrame:
    """First issues of the month to which no exception applied: by day 140."""
    rows = plans_issued_within_20_weeks_with_exceptions(files)
    return rows[~rows.has_exception]


def plans_issued_within_20_weeks_with_exceptions(files: Files) -> pd.DataFrame:
    """First issues of the month: by day 140."""
    rows = clocked_requests(files)
    return _by_month(rows, "issued_on").assign(counted=rows.issued_on.le(_day(rows, 140)))


def plans_due_issued_within_20_weeks(files: Files) -> pd.DataFrame:
    """Requests by the month of their 140th day: the plan issued by then; what was never to end in a plan is out."""
    rows = clocked_requests(files)
    is_out = _is_withdrawn(rows) | rows.outcome.eq("N") | rows.assessment_outcome.eq("N")
    rows = rows[~is_out & (~rows.is_exported | rows.assessment_outcome.eq("Y"))]
    rows["due_on"] = _day(rows, 140)
    return _by_month(rows, "due_on").assign(counted=rows.issued_on.le(rows.due_on))


def assessments_open_over_20_weeks(files: Files) -> pd.DataFrame:
    """Requests past day 140 at the month's end, without a plan issued, a refusal or a decision not to issue by then."""
    rows = clocked_requests(files)
    rows["refused_on"] = rows.outcome_on.where(rows.outcome.eq("N"))
    rows["closed_on"] = rows.assessed_on.where(rows.assessment_outcome.eq("N"))
    rows["ended_on"] = rows[["issued_on", "refused_on", "closed_on"]].min(axis=1)
    rows = rows[~_is_withdrawn(rows) & ~rows.is_exported].merge(month_ends(files), how="cross")
    rows = rows[_day(rows, 140).lt(rows.on) & ~rows.ended_on.le(rows.on)]
    weeks, bands = [-1, 26, 39, 52, 9999], ["20_to_26", "26_to_39", "39_to_52", "over_52"]
    rows["weeks_open"] = pd.cut((rows.on - rows.received_on).dt.days / 7, weeks, right=False, labels=bands)
    return rows.assign(counted=True)


def clocked_requests(files: Files) -> pd.DataFrame:
    """Requests that have a clock: a historical one was decided before the extract begins, or elsewhere."""
    rows = requests(files)
    return rows[~rows.is_historical & rows.received_on.notna()].copy()


def _is_withdrawn(rows):
    return rows.outcome.eq("W") | rows.assessment_outcome.eq("W")


def _day(rows, count):
    """The day so many days after the request was received."""
    return rows.received_on + pd.Timedelta(days=count)


def _by_month(rows, day):
    return rows.assign(month_start=first_of_month(rows[day]))
