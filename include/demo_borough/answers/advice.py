"""Advice of health and social care, for assessments and before reviews."""

from demo_borough.answers.rows import Row
from demo_borough.answers.view import View, days, first_of_month
from demo_borough.cutoff import advice_limit
from demo_borough.facts import Advice

BREAKDOWNS = ("age_band", "sex")


def _rows(view: View, kind: str, is_for_review: bool) -> list[tuple[Advice, bool]]:
    """Advice of a kind and purpose, and whether it came by its limit."""
    return [
        (row, row.received_on is not None and row.received_on <= advice_limit(row))
        for row in view.world.advice
        if row.advice_type == kind and bool(row.review_id) is is_for_review and row.child_id in view.children
    ]


def _for_assessments(view: View, kind: str) -> list[Row]:
    """Advice for assessments by the month of its 42nd day."""
    return [
        Row(first_of_month(advice_limit(row)), in_time, groups=view.person_groups(row.child_id, advice_limit(row)))
        for row, in_time in _rows(view, kind, False)
    ]


def _before_reviews(view: View, kind: str, needs_notice: bool) -> list[Row]:
    """Advice before reviews by the month of the meeting."""
    return [
        Row(first_of_month(row.meeting_on), in_time, groups=view.person_groups(row.child_id, advice_limit(row)))
        for row, in_time in _rows(view, kind, True)
        if not needs_notice or row.requested_on <= row.meeting_on - days(84)
    ]


def health_advice_within_6_weeks(view: View) -> list[Row]:
    """Health advice for assessments: within 42 days."""
    return _for_assessments(view, "HEALTH")


def social_care_advice_within_6_weeks(view: View) -> list[Row]:
    """Social care advice for assessments: within 42 days."""
    return _for_assessments(view, "SOCIAL_CARE")


def health_advice_2_weeks_before_review(view: View) -> list[Row]:
    """Health advice asked for 12 weeks ahead: 14 days before the meeting."""
    return _before_reviews(view, "HEALTH", needs_notice=True)


def social_care_advice_2_weeks_before_review(view: View) -> list[Row]:
    """Social care advice: 14 days before the meeting."""
    return _before_reviews(view, "SOCIAL_CARE", needs_notice=False)


def late_health_advice_with_a_reason(view: View) -> list[Row]:
    """Health advice that missed its limit in the month: reason and plan recorded."""
    found = []
    for is_for_review in (False, True):
        for row, in_time in _rows(view, "HEALTH", is_for_review):
            if not in_time:
                groups = view.person_groups(row.child_id, advice_limit(row))
                groups["purpose"] = "REVIEW" if is_for_review else "ASSESSMENT"
                found.append(
                    Row(first_of_month(advice_limit(row)), bool(row.late_reason and row.has_late_plan), groups=groups)
                )
    return found
