"""Advice of health and social care for assessments and reviews, from the casework system's log of requests for it."""

import pandas as pd

from tests.second_way.children import age_band, known, people
from tests.second_way.files import Files, codes, days, first_of_month, flags

WEEKS_6, WEEKS_2, WEEKS_12 = pd.Timedelta(days=42), pd.Timedelta(days=14), pd.Timedelta(days=84)


def health_advice_within_6_weeks(files: Files) -> pd.DataFrame:
    """Health advice for assessments by the month of its 42nd day: received by then."""
    return _for_assessments(advice(files), "HEALTH")


def social_care_advice_within_6_weeks(files: Files) -> pd.DataFrame:
    """Social care advice for assessments by the month of its 42nd day: received by then."""
    return _for_assessments(advice(files), "SOCIAL_CARE")


def health_advice_2_weeks_before_review(files: Files) -> pd.DataFrame:
    """Health advice asked for with 12 weeks' notice, by the month of the meeting: received 14 days ahead."""
    rows = _before_reviews(advice(files), "HEALTH")
    return rows[rows.requested_on.le(rows.meeting_on - WEEKS_12)]


def social_care_advice_2_weeks_before_review(files: Files) -> pd.DataFrame:
    """Social care advice by the month of the meeting: received 14 days ahead."""
    return _before_reviews(advice(files), "SOCIAL_CARE")


def late_health_advice_with_a_reason(files: Files) -> pd.DataFrame:
    """Health advice whose limit fell in the month and was missed: a reason and a plan to obtain it are recorded."""
    rows = advice(files)
    rows = rows[rows.kind.eq("HEALTH") & ~rows.counted]
    has_reason = rows.late_reason.str.strip().fillna("").ne("")
    return rows.assign(month_start=first_of_month(rows.due_on), counted=has_reason & flags(rows.late_plan))


def advice(files: Files) -> pd.DataFrame:
    """One row per piece of advice asked for by the month's end: due_on, the limit's day; counted, come by then."""
    rows = files.rows("casework__advice_request").dropna(subset="person")
    rows = rows.merge(people(files), on="person", how="left").fillna({"sex": "unknown"})
    rows["requested_on"], rows["meeting_on"] = days(rows.requested_date), days(rows.meeting_date)
    rows["received_on"] = known(files, days(rows.received_date))
    rows["kind"], rows["purpose"] = codes(rows.advice_type), codes(rows.purpose)
    is_for_review = rows.purpose.eq("REVIEW")
    rows["due_on"] = (rows.requested_on + WEEKS_6).mask(is_for_review, rows.meeting_on - WEEKS_2)
    rows["counted"] = rows.received_on.le(rows.due_on)
    rows["age_band"] = age_band(rows.born, rows.due_on)
    return rows[rows.requested_on.le(files.month_end)]


def _for_assessments(rows, kind):
    rows = rows[rows.kind.eq(kind) & rows.purpose.eq("ASSESSMENT")]
    return rows.assign(month_start=first_of_month(rows.due_on))


def _before_reviews(rows, kind):
    rows = rows[rows.kind.eq(kind) & rows.purpose.eq("REVIEW")]
    return rows.assign(month_start=first_of_month(rows.meeting_on))
