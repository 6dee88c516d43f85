"""Requests for advice: for every assessment, and for many reviews."""

from datetime import date, timedelta

from demo_borough.builder import Builder
from demo_borough.facts import Request, Review

LOG_BEGINS = date(2023, 1, 2)
_REASONS = ("waiting list", "family could not attend", "child not known to the service", "staff absence")
_IN_TIME = {"HEALTH": 0.66, "SOCIAL_CARE": 0.74, "EP": 0.7}


def advise(builder: Builder) -> None:
    """Add advice for all assessments and reviews since the log began."""
    for request in builder.world.requests:
        if request.outcome_on and request.outcome_on >= LOG_BEGINS and request.assessment_outcome:
            for kind in ("HEALTH", "SOCIAL_CARE", "EP"):
                _for_assessment(builder, request, kind)
    requests = {plan.plan_id: plan.request_id for plan in builder.world.plans}
    for review in builder.world.reviews:
        if review.notice_on and review.meeting_on and review.notice_on >= LOG_BEGINS:
            for kind, share in (("HEALTH", 0.42), ("SOCIAL_CARE", 0.26)):
                if builder.rng.random() < share:
                    _for_review(builder, review, requests[review.plan_id], kind)


def _for_assessment(builder: Builder, request: Request, kind: str) -> None:
    """Advice for one assessment, asked for within a week of the decision to assess."""
    rng = builder.rng
    first = request.outcome_on
    if request.outcome == "N":
        first = request.outcome_on + timedelta(days=120)
    asked_on = first + timedelta(days=int(rng.integers(0, 8)))
    better = 0.05 * (asked_on.year - 2024)
    if rng.random() < _IN_TIME[kind] + better:
        days = 42 if rng.random() < 0.1 else int(rng.triangular(14, 38, 43))
    else:
        days = 43 + min(int(rng.exponential(24)), 120)
    received_on = asked_on + timedelta(days=days)
    ended_on = request.assessment_on or request.withdrawn_on or request.exported_on
    if ended_on and received_on > ended_on - timedelta(days=14):
        received_on = max(ended_on - timedelta(days=int(rng.integers(14, 30))), asked_on + timedelta(days=3))
    if rng.random() < 0.015 and days > 42:
        received_on = None
    late = received_on is None or (received_on - asked_on).days > 42
    builder.advice(
        request.child_id,
        request.request_id,
        kind,
        asked_on,
        received_on=received_on,
        has_exception=bool(late and rng.random() < 0.12),
        **_excuse(rng, late, asked_on.year),
    )


def _for_review(builder: Builder, review: Review, request_id: int, kind: str) -> None:
    """Advice for one review, asked for with the notice and wanted 14 days before the meeting."""
    rng = builder.rng
    limit = review.meeting_on - timedelta(days=14)
    better = 0.04 * (review.meeting_on.year - 2024)
    in_time = rng.random() < (0.68 if kind == "HEALTH" else 0.73) + better
    received_on = (
        limit - timedelta(days=int(rng.integers(0, 22)))
        if in_time
        else (limit + timedelta(days=1 + int(rng.exponential(9))))
    )
    received_on = max(received_on, review.notice_on + timedelta(days=2))
    if not in_time and rng.random() < 0.15:
        received_on = None
    late = received_on is None or received_on > limit
    builder.advice(
        review.child_id,
        request_id,
        kind,
        review.notice_on,
        received_on=received_on,
        review_id=review.review_id,
        meeting_on=review.meeting_on,
        **_excuse(rng, late, review.meeting_on.year),
    )


def _excuse(rng, late: bool, year: int) -> dict:
    """Reason and plan recorded for late advice: both more often each year."""
    if not late or rng.random() > 0.6 + 0.1 * (year - 2024):
        return {}
    return {"late_reason": str(rng.choice(_REASONS)), "has_late_plan": bool(rng.random() < 0.85)}
