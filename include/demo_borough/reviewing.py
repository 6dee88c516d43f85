"""Annual reviews of every plan: notice, meeting, decision, amendment, phase transfer; and plans to hold late ones."""

from datetime import date, timedelta

from demo_borough.builder import Builder
from demo_borough.days import DAY, review_due_on, year_group
from demo_borough.facts import Child, Plan, Review
from demo_borough.figures import published

_REASONS = ("setting asked to wait", "advice outstanding", "family asked to wait", "officer left")
# the log knows no year group above that of young people who turn 25 in the year
_LAST_YEAR_GROUP = 20
_PHASES = {4: (2, 15), 11: (2, 15), 16: (3, 31)}


class Reviewing:
    """Writes the review log of a world, plan by plan."""

    def __init__(self, builder: Builder, last: date):
        self.builder, self.rng, self.last = builder, builder.rng, last
        self.schools = _schools(builder)

    def review(self, plan: Plan) -> None:
        """The cycles of one plan, from its issue to its end or until after the last day."""
        child = self.builder.world.children[plan.child_id]
        start, cycles = plan.issued_on or plan.started_on, 0
        while start is not None and cycles < 40:
            start, cycles = self._cycle(child, plan, start), cycles + 1

    def _cycle(self, child: Child, plan: Plan, start: date) -> date | None:
        """One cycle from the day it starts; returns the day of its decision when a next cycle follows."""
        due_on = review_due_on(start, child.born_on)
        transfer = self._transfer_due(child, start, due_on)
        meeting_on = self._meeting_day(start, due_on, transfer)
        if meeting_on < plan.begun_on + timedelta(days=21):
            # a plan that moved in overdue, or nearly so, is reviewed within months of the move
            meeting_on, transfer = _weekday(plan.begun_on + self._days(40, 110)), None
        notice_on = meeting_on - self._days(84, 100) if self.rng.random() < 0.86 else meeting_on - self._days(30, 83)
        notice_on = max(notice_on, start + DAY, plan.begun_on + DAY)
        if notice_on > self.last or (plan.ceased_on and meeting_on >= plan.ceased_on - timedelta(days=7)):
            if not plan.ceased_on:
                self._plan_late(self._open(child, plan, meeting_on, None, None), due_on, force_row=True)
            return None
        row = self._open(child, plan, meeting_on, notice_on, meeting_on)
        decided_on = self._decide(row, plan, transfer)
        self._plan_late(row, due_on)
        return decided_on if row.decision != "C" and decided_on and meeting_on <= self.last else None

    def _open(self, child: Child, plan: Plan, day: date, notice_on: date | None, meeting_on: date | None) -> Review:
        """A row of the log; not yet in it when neither notice nor meeting is known."""
        group = min(year_group(child.born_on, day), _LAST_YEAR_GROUP)
        row = Review(
            0,
            plan.plan_id,
            plan.child_id,
            group,
            notice_on=notice_on,
            meeting_on=meeting_on,
            school_urn=self.schools.get(plan.plan_id, ""),
        )
        if group >= 9 and meeting_on:
            row.has_adulthood_outcomes = bool(self.rng.random() < 0.55 + 0.06 * (meeting_on.year - 2023))
        if notice_on is not None:
            self._add(row)
        return row

    def _add(self, row: Review) -> None:
        """Put the row into the world with the next number."""
        row.review_id = len(self.builder.world.reviews) + 1
        self.builder.world.reviews.append(row)

    def _days(self, low: int, high: int) -> timedelta:
        """A chance number of days from low to high."""
        return timedelta(days=int(self.rng.integers(low, high + 1)))

    def _meeting_day(self, start: date, due_on: date, transfer: date | None) -> date:
        """Day of the meeting: mostly four to ten weeks before the review is due, some late, never in August."""
        if transfer is not None:
            first = date(transfer.year - 1, 9, 15)
            return max(_weekday(first + self._days(0, 85)), start + timedelta(days=20))
        early = self.rng.normal(46, 24)
        if self.rng.random() < self._chance_of_slipping(due_on):
            early = -self.rng.exponential(70)
        day = _weekday(due_on - timedelta(days=int(early)))
        if day.month == 8:
            day = _weekday(date(day.year, 7, 1) + self._days(0, 17)) if early > 0 else date(day.year, 9, 8)
        return max(day, start + timedelta(days=30))

    def _chance_of_slipping(self, due_on: date) -> float:
        """Share of reviews that are not held in time: falling from 2025."""
        return {2024: 0.24, 2025: 0.2}.get(due_on.year, 0.15 if due_on.year >= 2026 else 0.22)

    def _transfer_due(self, child: Child, start: date, due_on: date) -> date | None:
        """Deadline of the phase transfer that this cycle serves, when a transfer year begins within it."""
        for age, (month, day) in _PHASES.items():
            year = child.born_on.year + age + (child.born_on.month > 8)
            autumn = date(year - 1, 9, 15)
            if start < autumn - timedelta(days=20) and autumn < due_on + timedelta(days=60):
                return date(year, month, day)
        return None

    def _decide(self, row: Review, plan: Plan, transfer: date | None) -> date | None:
        """The decision and what follows it; returns the day the letter was sent, None where there is no decision."""
        year = row.meeting_on.year
        days = self._days_to_decision(year)
        decided_on = row.meeting_on + timedelta(days=days)
        if transfer is not None:
            return self._transfer(row, plan, transfer, decided_on)
        if self._is_before_the_end(row, plan):
            row.decision, row.decided_on = "C", min(decided_on, plan.ceased_on - timedelta(days=2))
            return row.decided_on
        if plan.ceased_on and decided_on >= plan.ceased_on:
            return None
        row.decision, row.decided_on = ("A" if self.rng.random() < 0.78 else "M"), decided_on
        if row.decision == "A":
            self._amend(row, plan)
        return decided_on

    def _is_before_the_end(self, row: Review, plan: Plan) -> bool:
        """Whether this review leads to the end of the plan."""
        return bool(
            plan.ceased_on
            and plan.cease_reason in ("1", "2", "3", "4", "6")
            and plan.ceased_on - timedelta(days=200) < row.meeting_on < plan.ceased_on - timedelta(days=20)
        )

    def _days_to_decision(self, year: int) -> int:
        """Days from the meeting to the letter: within four weeks as often as published or assumed, else long after."""
        rates = published()["reviews_within_4_weeks"]
        rate = rates[min(max(year, 2024), 2026)]["rate"]
        if self.rng.random() < rate:
            return 28 if self.rng.random() < 0.18 else int(self.rng.integers(8, 29))
        scale = 70 if year < 2025 else 48 if year == 2025 else 36
        return 29 + min(int(self.rng.exponential(scale)), 270)

    def _amend(self, row: Review, plan: Plan) -> None:
        """Notice and final amended plan."""
        late = 0 if self.rng.random() < 0.8 else int(self.rng.integers(3, 30))
        row.amendment_notice_on = row.decided_on + timedelta(days=late)
        in_time = self.rng.random() < 0.52 + 0.07 * (row.meeting_on.year - 2023)
        days = int(self.rng.triangular(18, 50, 57)) if in_time else 57 + min(int(self.rng.exponential(40)), 200)
        row.final_plan_on = row.amendment_notice_on + timedelta(days=days)
        if plan.ceased_on and row.final_plan_on >= plan.ceased_on:
            row.final_plan_on = None

    def _transfer(self, row: Review, plan: Plan, due_on: date, decided_on: date) -> date | None:
        """Amendment that names the place of the next phase: by the deadline more often each year."""
        row.phase_transfer_due_on = due_on
        in_time = self.rng.random() < {2024: 0.7, 2025: 0.77, 2026: 0.84}.get(due_on.year, 0.7)
        final_on = due_on - self._days(0, 24) if in_time else due_on + self._days(1, 75)
        decided_on = min(decided_on, final_on - timedelta(days=16))
        decided_on = max(decided_on, row.meeting_on + timedelta(days=5))
        final_on = max(final_on, decided_on + timedelta(days=16))
        if plan.ceased_on and final_on >= plan.ceased_on:
            row.phase_transfer_due_on = None
            return None
        row.decision, row.decided_on, row.amendment_notice_on = "A", decided_on, decided_on
        row.final_plan_on = row.phase_transfer_final_on = final_on
        return decided_on

    def _plan_late(self, row: Review, due_on: date, force_row: bool = False) -> None:
        """Record a plan to hold a late review, for most that are late; it may be the first thing the log knows."""
        is_late = due_on < (row.decided_on or self.last) and due_on <= self.last
        if not is_late or self.rng.random() > {2024: 0.5, 2025: 0.6}.get(due_on.year, 0.72):
            return
        recorded_on = due_on + self._days(-10, 25)
        if row.decided_on and recorded_on >= row.decided_on:
            return
        row.late_plan_recorded_on = recorded_on
        row.late_reason = str(self.rng.choice(_REASONS))
        if force_row:
            self._add(row)


def _weekday(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _schools(builder: Builder) -> dict[int, str]:
    """URN of the latest school of each plan."""
    return {row.plan_id: row.urn for row in sorted(builder.world.placements, key=lambda row: row.entered_on) if row.urn}
