"""The ledger of learners who leave independent special schools, and special schools of other boroughs, line by line."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction

import pandas as pd

from demo_borough.answers.rows import Row
from demo_borough.answers.view import View, days
from demo_borough.codes import OUT_OF_BOROUGH_SPECIAL
from demo_borough.days import (
    DAY,
    add_months,
    age_at_31_august,
    financial_year,
    financial_year_start,
    month_end,
    year_group,
)
from demo_borough.facts import Placement, PlacementCost, World

TERM = 120


@dataclass(slots=True)
class Line:
    """A line of the ledger; money in pounds with pence, None where finance holds no rate."""

    child_id: int
    kind: str
    dated_on: date
    origin: str
    destination: str
    excluded_reason: str | None
    left_on: date
    moved_on: date
    old_urn: str
    new_urn: str | None
    year_group: int
    is_key_transition: bool
    old_school_age_range_ended: bool | None
    learner_count: int = 0
    counts_for_promise: bool = False
    counts_for_safety_valve: bool = False
    baseline_full_year_gbp: float | None = None
    new_full_year_gbp: float | None = None
    full_year_saving_gbp: float | None = None
    part_year_saving_gbp: float | None = None
    following_year_saving_gbp: float | None = None
    travel_saving_gbp: float | None = None
    financial_year: str = ""


def known_repatriations(world: World, month: str) -> pd.DataFrame:
    """The ledger as known at `month` ('YYYY-MM'): one row for each move, reversal and named future move."""
    return pd.DataFrame([asdict(line) for line in lines(View(world, month, 1))])


def lines(view: View) -> list[Line]:
    """Every line of the ledger, by date."""
    found = []
    ledger = _Ledger(view)
    for child_id, placements in ledger.placements.items():
        for old in placements:
            found += ledger.lines_of(child_id, old, placements)
    return sorted(found, key=lambda line: (line.dated_on, line.child_id, line.kind))


class _Ledger:
    """Main placements and rates by child."""

    def __init__(self, view: View):
        self.view = view
        self.placements: dict[int, list[Placement]] = defaultdict(list)
        for row in sorted(view.world.placements, key=lambda each: (each.entered_on, each.placement_id)):
            if row.rank == 1:
                self.placements[row.child_id].append(row)
        self.costs: dict[int, list[PlacementCost]] = defaultdict(list)
        for cost in sorted(view.world.placement_costs, key=lambda each: each.starts_on):
            self.costs[cost.child_id].append(cost)
        self.travel = defaultdict(list)
        for cost in view.world.travel_costs:
            self.travel[cost.child_id].append(cost)

    def origin(self, row: Placement) -> str | None:
        """Which kind of leaver somebody who leaves the placement is, if any."""
        if self.view.is_independent_special(row):
            return "independent_special"
        is_special = self.view.setting(row)[0] in OUT_OF_BOROUGH_SPECIAL
        return "out_of_borough_special" if is_special and not self.view.is_in_borough(row) else None

    def destination(self, row: Placement | None) -> str:
        """Where the learner went: a Bexley setting, a Bexley post-16 setting, or elsewhere."""
        if row is None or not self.view.is_in_borough(row) or self.view.is_independent_special(row):
            return "other"
        return "bexley_post_16" if self.view.setting(row)[1] == "post_16" else "bexley_setting"

    def lines_of(self, child_id: int, old: Placement, placements: list[Placement]) -> list[Line]:
        """The lines that one placement gives: none while the learner is there with nowhere named to go."""
        origin = self.origin(old)
        if origin is None or old.left_on is None:
            return []
        after = [
            row for row in placements if row is not old and old.left_on <= row.entered_on <= old.left_on + days(TERM)
        ]
        new = after[0] if after else None
        if old.left_on > self.view.cut and new is None:
            return []
        line = self._line(child_id, origin, old, new)
        returned_on = self._returned_on(line, new, placements)
        if line.excluded_reason is None and returned_on and returned_on <= line.moved_on + days(TERM):
            line.excluded_reason = "back_within_a_term"
        self._count(line)
        self._cost(line, old, new)
        return [line, *self._reversal(line, returned_on)]

    def _line(self, child_id: int, origin: str, old: Placement, new: Placement | None) -> Line:
        """The line of a move, before it is counted and costed."""
        moved_on = new.entered_on if new else old.left_on + DAY
        born_on, place = self.view.children[child_id].born_on, self.view.place(old)
        autumn = date(moved_on.year, 9, 1)
        is_key = moved_on.month in (7, 8, 9) and year_group(born_on, autumn) in (0, 3, 7, 12)
        ended = None if place.high_age is None else place.high_age <= age_at_31_august(born_on, autumn) + 1
        return Line(
            child_id=child_id,
            kind="forecast" if max(moved_on, old.left_on) > self.view.cut else "move",
            dated_on=moved_on,
            origin=origin,
            destination=self.destination(new),
            excluded_reason=self._excluded(old, new, moved_on),
            left_on=old.left_on,
            moved_on=moved_on,
            old_urn=old.urn,
            new_urn=new.urn or self._urn(new) if new else None,
            year_group=year_group(born_on, moved_on),
            is_key_transition=is_key,
            old_school_age_range_ended=ended,
            financial_year=financial_year(moved_on),
        )

    def _urn(self, row: Placement) -> str | None:
        """URN of a placement that is known by its UKPRN."""
        place = self.view.place(row)
        return place.urn if place else None

    def _excluded(self, old: Placement, new: Placement | None, moved_on: date) -> str | None:
        """Why the move does not count, the first reason that applies; a quick return is judged later."""
        plan = self.view.plans[old.plan_id]
        ceased = plan.ceased_on is not None and plan.ceased_on <= old.left_on + days(TERM)
        age = age_at_31_august(self.view.children[old.child_id].born_on, moved_on)
        if (ceased and plan.cease_reason == "1") or (new is None and age >= 19):
            return "plan_ceased_aged_out"
        if ceased and plan.cease_reason in ("5", "7"):
            return "moved_away"
        if ceased or new is None:
            return "plan_ceased"
        if self.view.is_independent_special(new):
            return "another_independent_school"
        return None if self.view.is_in_borough(new) else "not_in_bexley"

    def _returned_on(self, line: Line, new: Placement | None, placements: list[Placement]) -> date | None:
        """First entry to an independent special school after the move, if any."""
        if new is None:
            return None
        return next(
            (
                row.entered_on
                for row in placements
                if row is not new and row.entered_on >= line.moved_on and self.view.is_independent_special(row)
            ),
            None,
        )

    def _count(self, line: Line) -> None:
        """Whether the line counts for the promise and for the Safety Valve."""
        is_return = line.excluded_reason is None and line.destination in ("bexley_setting", "bexley_post_16")
        line.counts_for_safety_valve = is_return and line.kind != "forecast"
        line.counts_for_promise = (
            line.counts_for_safety_valve
            and line.origin == "independent_special"
            and line.destination == "bexley_setting"
        )
        line.learner_count = int(line.counts_for_safety_valve)

    def _cost(self, line: Line, old: Placement, new: Placement | None) -> None:
        """Baseline, new cost and savings of the line."""
        baseline = self._baseline(line, old)
        new_cost = self._first_rate(line.child_id, new) if new else None
        line.baseline_full_year_gbp, line.new_full_year_gbp = _pounds(baseline), _pounds(new_cost)
        if baseline is not None and new_cost is not None:
            line.full_year_saving_gbp = round(line.baseline_full_year_gbp - line.new_full_year_gbp, 2)
        line.travel_saving_gbp = float(
            self._travel(line.child_id, line.moved_on - DAY) - self._travel(line.child_id, line.moved_on)
        )
        _split(line)

    def _baseline(self, line: Line, old: Placement) -> Fraction | None:
        """Mean annual rate at the old provider over the twelve months before the move, by days."""
        first, last, pounds, total = add_months(line.moved_on, -12), line.moved_on - DAY, 0, 0
        for cost in self._at(line.child_id, old):
            overlap = (min(cost.ends_on or last, last) - max(cost.starts_on, first)).days + 1
            if overlap > 0:
                pounds, total = pounds + cost.annual_gbp * overlap, total + overlap
        return Fraction(pounds, total) if total else None

    def _first_rate(self, child_id: int, row: Placement) -> int | None:
        """Annual rate in force on the day of entry, or the first after it."""
        return next(
            (
                cost.annual_gbp
                for cost in self._at(child_id, row)
                if cost.ends_on is None or cost.ends_on >= row.entered_on
            ),
            None,
        )

    def _at(self, child_id: int, row: Placement) -> list[PlacementCost]:
        """Rates of a child at the provider of a placement."""
        return [cost for cost in self.costs[child_id] if (cost.urn, cost.ukprn) == (row.urn, row.ukprn)]

    def _travel(self, child_id: int, day: date) -> int:
        """Annual cost of travel in force on a day."""
        return sum(
            cost.annual_gbp
            for cost in self.travel[child_id]
            if cost.starts_on <= day and (cost.ends_on is None or cost.ends_on >= day)
        )

    def _reversal(self, line: Line, returned_on: date | None) -> list[Line]:
        """The line that takes a counted move back, when the learner has returned by the end of the month."""
        if not line.counts_for_safety_valve or returned_on is None or returned_on > self.view.cut:
            return []
        taken_back = Line(**asdict(line))
        taken_back.kind, taken_back.dated_on, taken_back.learner_count = "reversal", returned_on, -1
        taken_back.financial_year = financial_year(returned_on)
        if line.full_year_saving_gbp is not None:
            taken_back.full_year_saving_gbp = -line.full_year_saving_gbp
        taken_back.travel_saving_gbp = -line.travel_saving_gbp
        _split(taken_back)
        return [taken_back]

    def new_starts(self, found: list[Line]) -> list[tuple[date, int | None]]:
        """Day and annual cost of each new start at an independent special school that is not a return after a move."""
        returns = {
            (line.child_id, self._returned_on(line, self._entered(line), self.placements[line.child_id]))
            for line in found
            if line.kind == "move"
            and line.origin == "independent_special"
            and line.excluded_reason in (None, "back_within_a_term")
        }
        starts = []
        for child_id, placements in self.placements.items():
            for place, row in enumerate(placements):
                before = placements[place - 1] if place else None
                is_new = before is None or not self.view.is_independent_special(before)
                if self.view.is_independent_special(row) and is_new and (child_id, row.entered_on) not in returns:
                    starts.append((row.entered_on, self._first_rate(child_id, row)))
        return starts

    def _entered(self, line: Line) -> Placement | None:
        """The placement that the line's learner moved to."""
        return next((row for row in self.placements[line.child_id] if row.entered_on == line.moved_on), None)


def _split(line: Line) -> None:
    """Split the full-year saving into the part of the year of the line and the part that follows."""
    if line.full_year_saving_gbp is None:
        return
    start = financial_year_start(line.dated_on)
    end = date(start.year + 1, 3, 31)
    share = Fraction((end - line.dated_on).days + 1, (end - start).days + 1)
    cents = Fraction(round(line.full_year_saving_gbp * 100))
    line.part_year_saving_gbp = _pounds(cents * share / 100)
    line.following_year_saving_gbp = round(line.full_year_saving_gbp - line.part_year_saving_gbp, 2)


def _pounds(amount) -> float | None:
    """Pounds rounded to pence, halves away from nought as databases do."""
    if amount is None:
        return None
    cents = Fraction(amount) * 100
    whole = int(abs(cents) + Fraction(1, 2))
    return (whole if cents >= 0 else -whole) / 100


def _to_date(view: View, dated_on: date, month: date) -> bool:
    """Whether a day lies in the financial year of the month, up to its end."""
    return financial_year_start(month) <= dated_on <= month_end(month)


def _promised(view: View):
    """(month, line) of each counted line of the financial year to date."""
    counted = [line for line in lines(view) if line.counts_for_promise]
    for month in view.months:
        for line in counted:
            if _to_date(view, line.dated_on, month):
                yield month, line


def learners_repatriated(view: View) -> list[Row]:
    """Learners who came back in the financial year to date, less those who went again."""
    return [Row(month, amount=line.learner_count) for month, line in _promised(view)]


def repatriation_saving_per_learner(view: View) -> list[Row]:
    """Full-year saving over learners, of lines whose saving is known."""
    return [
        Row(
            month,
            amount=line.full_year_saving_gbp,
            base=None if line.full_year_saving_gbp is None else line.learner_count,
        )
        for month, line in _promised(view)
    ]


def repatriation_saving(view: View) -> list[Row]:
    """Full-year saving of the financial year to date, in the part that falls in it and the part that follows."""
    rows = []
    for month, line in _promised(view):
        rows.append(Row(month, amount=line.part_year_saving_gbp, groups={"saving_basis": "part_year"}))
        rows.append(Row(month, amount=line.following_year_saving_gbp, groups={"saving_basis": "following_year"}))
    return rows


def repatriation_travel_saving(view: View) -> list[Row]:
    """Travel saving of the same learners."""
    return [Row(month, amount=line.travel_saving_gbp) for month, line in _promised(view)]


def repatriation_saving_net_of_new_starts(view: View) -> list[Row]:
    """Full-year saving less the full-year cost of new starts in the financial year to date."""
    rows = [Row(month, amount=line.full_year_saving_gbp) for month, line in _promised(view)]
    starts = _Ledger(view).new_starts(lines(view))
    for month in view.months:
        rows += [
            Row(month, amount=None if pounds is None else -pounds)
            for entered_on, pounds in starts
            if _to_date(view, entered_on, month)
        ]
    return rows
