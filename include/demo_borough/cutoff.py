"""The borough as its systems knew it at the end of a month: later events and late entries are left out."""

from dataclasses import replace
from datetime import date, timedelta

from demo_borough.days import month_end, month_start
from demo_borough.departments import DEPARTMENTS
from demo_borough.facts import Placement, PlacementCost, Request, Review, TravelCost, World


def as_of(world: World, month: str) -> World:
    """The world as its systems showed it on the last day of `month` ('YYYY-MM'); `world` stays as it is."""
    cut = month_end(month_start(month))
    known = _Known(world, cut)
    requests = [known.request(request) for request in world.requests if known.has_request(request)]
    plans = [known.plan(plan) for plan in world.plans if known.has_plan(plan)]
    plan_ids = {plan.plan_id for plan in plans}
    return World(
        name=world.name,
        establishments=world.establishments,
        children=_children_of(world, requests),
        requests=requests,
        plans=plans,
        placements=[known.placement(row) for row in world.placements if known.has_placement(row, plan_ids)],
        reviews=[known.review(review) for review in world.reviews if known.has_review(review)],
        advice=[known.advice(row) for row in world.advice if known.has_advice(row)],
        specifications=[known.specification(row) for row in world.specifications if row.valid_from <= cut],
        referrals=[row.as_of(cut) for row in world.referrals if row.received_on <= cut],
        contacts=[row for row in world.contacts if row.occurred_on <= cut],
        placement_costs=[known.period(row) for row in world.placement_costs if known.has_period(row)],
        travel_costs=[known.period(row) for row in world.travel_costs if known.has_period(row)],
        social_care=known.social_care(),
        departments={name: DEPARTMENTS[name].as_of(facts, cut) for name, facts in world.departments.items()},
        said=world.said,
        notes=world.notes,
    )


def _children_of(world: World, requests: list[Request]) -> dict:
    """The children who have a request, by id."""
    with_request = {request.child_id for request in requests}
    return {child_id: child for child_id, child in world.children.items() if child_id in with_request}


class _Known:
    """Says of each fact whether it was known on the day `cut`."""

    def __init__(self, world: World, cut: date):
        self.world, self.cut, self.late = world, cut, world.entered_late

    def day(self, kind: str, key: int, field: str, value: date | None) -> date | None:
        """The date, or None when it lies after the cut or was entered after it."""
        if value is None or value > self.cut:
            return None
        return None if self.late.get((kind, key, field), value) > self.cut else value

    def has_request(self, request: Request) -> bool:
        """Historical requests come with their plan; others once received and entered."""
        if request.received_on is None:
            return any(plan.begun_on <= self.cut for plan in self._plans_by_request().get(request.request_id, ()))
        return self.day("request", request.request_id, "received_on", request.received_on) is not None

    def _plans_by_request(self) -> dict:
        """Plans by the id of their request, built once."""
        if not hasattr(self, "_by_request"):
            self._by_request: dict = {}
            for plan in self.world.plans:
                self._by_request.setdefault(plan.request_id, []).append(plan)
        return self._by_request

    def request(self, request: Request) -> Request:
        """The request with what was decided by the cut."""
        if request.outcome == "H":
            return request
        key = request.request_id
        seen = replace(request, exported_to=request.exported_to if self._is_past(request.exported_on) else "")
        seen.outcome_on = self.day("request", key, "outcome_on", request.outcome_on)
        if request.outcome in "YN" and not seen.outcome_on:
            return replace(
                seen,
                outcome="A",
                assessment_outcome="",
                assessment_on=None,
                agreed_on=None,
                is_mediated=False,
                is_appealed=False,
                has_exception=False,
            )
        if request.outcome == "W" and not self._is_past(request.withdrawn_on):
            seen.outcome = "A"
        return self._assessment(request, seen)

    def _assessment(self, request: Request, seen: Request) -> Request:
        """The same for the assessment under the request."""
        if not request.assessment_outcome:
            return seen
        seen.assessment_on = self.day("request", request.request_id, "assessment_on", request.assessment_on)
        if request.assessment_outcome == "W":
            seen.assessment_outcome = "W" if self._is_past(request.withdrawn_on) else "A"
        elif request.assessment_outcome in "YN" and not seen.assessment_on:
            seen.assessment_outcome = "Y" if self._is_past(request.agreed_on) else "A"
            seen.assessment_is_mediated = seen.assessment_is_appealed = False
        return seen

    def _is_past(self, day: date | None) -> bool:
        """Whether the day is set and not after the cut."""
        return day is not None and day <= self.cut

    def has_plan(self, plan) -> bool:
        """Plans are in the system once begun and entered."""
        return self.day("plan", plan.plan_id, "begun_on", plan.begun_on) is not None

    def plan(self, plan):
        """The plan, ceased only when it had ceased by the cut."""
        if plan.ceased_on is None:
            return plan
        ceased_on = self.day("plan", plan.plan_id, "ceased_on", plan.ceased_on)
        return plan if ceased_on else replace(plan, ceased_on=None, cease_reason="")

    def has_placement(self, row: Placement, plan_ids: set[int]) -> bool:
        """Placements are known from the entry, or from the day a future one was named."""
        late_entry = self.late.get(("placement", row.placement_id, "entered_on"), date.min) > self.cut
        known_from = min(row.named_on or row.entered_on, row.entered_on)
        return row.plan_id in plan_ids and not late_entry and known_from <= self.cut

    def placement(self, row: Placement) -> Placement:
        """The placement, with its last day once that was known."""
        if row.left_on is None:
            return row
        known_from = min(row.leaving_named_on or row.left_on, row.left_on)
        late = self.late.get(("placement", row.placement_id, "left_on"), known_from) > self.cut
        return replace(row, left_on=None) if late or known_from > self.cut else row

    def has_review(self, review: Review) -> bool:
        """A cycle is in the log from its notice, its meeting or a recorded plan to hold it late."""
        return any(
            self.day("review", review.review_id, field, getattr(review, field))
            for field in ("notice_on", "meeting_on", "late_plan_recorded_on")
        )

    def review(self, review: Review) -> Review:
        """The cycle with what had happened by the cut."""
        fields = (
            "notice_on",
            "meeting_on",
            "decided_on",
            "amendment_notice_on",
            "final_plan_on",
            "phase_transfer_final_on",
            "late_plan_recorded_on",
        )
        days = {field: self.day("review", review.review_id, field, getattr(review, field)) for field in fields}
        return replace(
            review,
            **days,
            decision=review.decision if days["decided_on"] else "",
            late_reason=review.late_reason if days["late_plan_recorded_on"] else "",
            has_adulthood_outcomes=review.has_adulthood_outcomes if days["meeting_on"] else None,
        )

    def has_advice(self, row) -> bool:
        """Advice is in the log from the day it was asked for."""
        return self.day("advice", row.advice_id, "requested_on", row.requested_on) is not None

    def advice(self, row):
        """The advice, received only by the cut; the reason for lateness from the day after its limit."""
        received_on = self.day("advice", row.advice_id, "received_on", row.received_on)
        is_late = advice_limit(row) < self.cut
        return replace(
            row,
            received_on=received_on,
            late_reason=row.late_reason if is_late else "",
            has_late_plan=row.has_late_plan and is_late,
        )

    def specification(self, row):
        """The specification, open unless it had ended by the cut."""
        return row if row.valid_to is None or row.valid_to <= self.cut else replace(row, valid_to=None)

    def has_period(self, row: PlacementCost | TravelCost) -> bool:
        """Rates are in the ledger from their first day, or from the day a future one was entered."""
        return min(row.known_on or row.starts_on, row.starts_on) <= self.cut

    def period(self, row: PlacementCost | TravelCost):
        """The rate period, open unless its end was known."""
        if row.ends_on is None or min(row.ending_known_on or row.ends_on, row.ends_on) <= self.cut:
            return row
        return replace(row, ends_on=None)

    def social_care(self) -> list:
        """Children known to social care, with their episodes up to the cut."""
        seen = []
        for child in self.world.social_care:
            episodes = [self._episode(row) for row in child.episodes if row.referred_on <= self.cut]
            if episodes:
                seen.append(replace(child, episodes=episodes))
        return seen

    def _episode(self, row):
        """The episode, closed only when it had closed by the cut."""
        closed = self._is_past(row.closed_on)
        return replace(
            row,
            closed_on=row.closed_on if closed else None,
            closure_reason=row.closure_reason if closed else "",
            plan_starts_on=row.plan_starts_on if self._is_past(row.plan_starts_on) else None,
            plan_ends_on=row.plan_ends_on if self._is_past(row.plan_ends_on) else None,
        )


def advice_limit(row) -> date:
    """Last day on which the advice is in time: 42 days after it was asked for, or 14 days before the review."""
    return row.meeting_on - timedelta(days=14) if row.meeting_on else row.requested_on + timedelta(days=42)
