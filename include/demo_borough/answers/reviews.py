"""Annual reviews: cycles due, meetings, decisions, amendments, phase transfers."""

from dataclasses import dataclass
from datetime import date

from demo_borough.answers.rows import Row
from demo_borough.answers.view import View, days, first_of_month, primary_need
from demo_borough.days import month_end, review_due_on
from demo_borough.facts import Plan, Review

BREAKDOWNS = ("age_band", "sex", "primary_need", "setting_type")


@dataclass(slots=True)
class Cycle:
    """A review that falls due: from the plan or the last decision to the decision that answers it."""

    plan: Plan
    started_on: date
    due_on: date
    meeting_on: date | None
    decided_on: date | None
    late_plans: list[tuple[date | None, date]]

    @property
    def is_stopped(self) -> bool:
        """Whether the plan ceased before the review was due, or on that day."""
        return self.plan.ceased_on is not None and self.plan.ceased_on <= self.due_on


def cycles(view: View) -> list[Cycle]:
    """Every cycle of every plan, worked out once for a view."""
    if view.cycles is None:
        view.cycles = _all_cycles(view)
    return view.cycles


def _all_cycles(view: View) -> list[Cycle]:
    """Every cycle of every plan."""
    found = []
    for plan in view.world.plans:
        reviews = view.reviews[plan.plan_id]
        starts = {plan.issued_on or plan.started_on}
        starts |= {row.decided_on for row in reviews if row.decision in ("M", "A")}
        found += [_cycle(view, plan, start, reviews) for start in sorted(starts)]
    return found


def _cycle(view: View, plan: Plan, start: date, reviews: list[Review]) -> Cycle:
    """The cycle that starts on a day, with the review that answers it or that is open."""
    decided = sorted(
        (row for row in reviews if row.decided_on and row.decided_on > start), key=lambda row: row.decided_on
    )
    undecided = sorted(
        (row for row in reviews if not row.decided_on and row.meeting_on and row.meeting_on > start),
        key=lambda row: row.meeting_on,
    )
    answer = decided[0] if decided else undecided[0] if undecided else None
    meeting_on = answer.meeting_on if answer and answer.meeting_on and answer.meeting_on > start else None
    late_plans = [
        (row.decided_on, row.late_plan_recorded_on)
        for row in reviews
        if row.late_plan_recorded_on and row.late_plan_recorded_on > start
    ]
    return Cycle(
        plan,
        start,
        review_due_on(start, view.children[plan.child_id].born_on),
        meeting_on,
        decided[0].decided_on if decided else None,
        late_plans,
    )


def _due(view: View, field: str) -> list[Row]:
    """Cycles by the month in which they fall due: in time when the day of the field is not after that day."""
    rows = []
    for cycle in cycles(view):
        if not cycle.is_stopped and view.months[0] <= cycle.due_on <= view.cut:
            day = getattr(cycle, field)
            rows.append(
                Row(
                    first_of_month(cycle.due_on),
                    day is not None and day <= cycle.due_on,
                    groups=view.plan_groups(cycle.plan, cycle.due_on),
                )
            )
    return rows


def reviews_completed_on_time(view: View) -> list[Row]:
    """Reviews due in the month: decided by the due day."""
    return _due(view, "decided_on")


def review_meetings_held_on_time(view: View) -> list[Row]:
    """Reviews due in the month: meeting held by the due day."""
    return _due(view, "meeting_on")


def _overdue(view: View):
    """(month, cycle, groups) of each plan whose open cycle has passed its due day at the end of a month."""
    by_plan: dict[int, list[Cycle]] = {}
    for cycle in cycles(view):
        by_plan.setdefault(cycle.plan.plan_id, []).append(cycle)
    for month in view.months:
        last = month_end(month)
        for plan, _, groups in view.maintained(month):
            begun = [cycle for cycle in by_plan[plan.plan_id] if cycle.started_on <= last]
            latest = max(begun, key=lambda cycle: cycle.started_on, default=None)
            if latest and latest.due_on < last and (latest.decided_on is None or latest.decided_on > last):
                yield month, latest, groups | {"lateness": _lateness((last - latest.due_on).days)}


def _lateness(count: int) -> str:
    """Band of lateness of a number of days."""
    for last, band in ((31, "up_to_1_month"), (92, "1_to_3_months"), (183, "3_to_6_months")):
        if count <= last:
            return band
    return "over_6_months"


def reviews_overdue(view: View) -> list[Row]:
    """Plans whose review is past due at the end of the month."""
    return [Row(month, True, groups=groups) for month, _, groups in _overdue(view)]


def late_reviews_with_a_plan(view: View) -> list[Row]:
    """Reviews past due at the end of the month: a plan to hold them is recorded by then."""
    rows = []
    for month, cycle, groups in _overdue(view):
        last = month_end(month)
        planned = any(
            recorded <= last and (decided is None or decided > last) for decided, recorded in cycle.late_plans
        )
        rows.append(Row(month, planned, groups=groups))
    return rows


def _within(view: View, start: str, end: str, limit: int, decision: str = "") -> list[Row]:
    """Reviews by the month of the day so many days after `start`: `end` by then; out where the plan ceased by then."""
    rows = []
    for plan in view.world.plans:
        for review in view.reviews[plan.plan_id]:
            first = getattr(review, start)
            if first is None or (decision and review.decision != decision):
                continue
            due_on, day = first + days(limit), getattr(review, end)
            if plan.ceased_on is None or plan.ceased_on > due_on:
                rows.append(
                    Row(
                        first_of_month(due_on), day is not None and day <= due_on, groups=view.plan_groups(plan, due_on)
                    )
                )
    return rows


def review_decisions_within_4_weeks(view: View) -> list[Row]:
    """Meetings whose 28th day lies in the month: letter sent by then."""
    return _within(view, "meeting_on", "decided_on", 28)


def review_decisions_within_4_weeks_dfe(view: View) -> list[Row]:
    """Decisions of the month: within 28 days of the meeting."""
    rows = []
    for plan in view.world.plans:
        for review in view.reviews[plan.plan_id]:
            if review.decided_on and review.meeting_on:
                due_on = review.meeting_on + days(28)
                rows.append(
                    Row(
                        first_of_month(review.decided_on),
                        review.decided_on <= due_on,
                        groups=view.plan_groups(plan, due_on),
                    )
                )
    return rows


def amended_plans_within_12_weeks(view: View) -> list[Row]:
    """Decisions to amend whose meeting's 84th day lies in the month: amended plan issued by then."""
    return _within(view, "meeting_on", "final_plan_on", 84, decision="A")


def amended_plans_within_8_weeks_of_notice(view: View) -> list[Row]:
    """Amendment notices whose 56th day lies in the month: amended plan issued by then."""
    return _within(view, "amendment_notice_on", "final_plan_on", 56)


def phase_transfers_final_by_deadline(view: View) -> list[Row]:
    """Phase transfers due in the month: final plan by the deadline."""
    return _within(view, "phase_transfer_due_on", "phase_transfer_final_on", 0)


def year_9_reviews_with_adulthood_outcomes(view: View) -> list[Row]:
    """Meetings of the month for year 9 and over: outcomes for adulthood written down."""
    return [
        Row(
            first_of_month(review.meeting_on),
            bool(review.has_adulthood_outcomes),
            groups=view.person_groups(plan.child_id, review.meeting_on) | {"primary_need": primary_need(plan)},
        )
        for plan in view.world.plans
        for review in view.reviews[plan.plan_id]
        if review.meeting_on and review.year_group >= 9
    ]
