"""The world as known at a month, with its facts by child and by plan."""

from collections import defaultdict
from datetime import date, timedelta

from demo_borough.codes import INDEPENDENT_SPECIAL, LA_CODE, SETTINGS, TYPES
from demo_borough.cutoff import as_of
from demo_borough.days import age_at_31_august, age_band, month_end, month_start, months_up_to
from demo_borough.facts import Child, Establishment, Placement, Plan, Request, World


class View:
    """Facts known at `month`, for answers over `history` months up to and with it."""

    def __init__(self, world: World, month: str, history: int = 36):
        self.world = as_of(world, month)
        self.months = months_up_to(month, history)
        self.month = self.months[-1]
        self.cut = month_end(month_start(month))
        self.children = self.world.children
        self.plan_of_request = {plan.request_id: plan for plan in self.world.plans}
        self.plans = {plan.plan_id: plan for plan in self.world.plans}
        self.placements = _by(self.world.placements, "plan_id")
        self.reviews = _by([row for row in self.world.reviews if row.plan_id in self.plans], "plan_id")
        self._by_urn = {place.urn: place for place in self.world.establishments if place.urn}
        self._by_ukprn = {place.ukprn: place for place in self.world.establishments if place.ukprn}
        self._maintained: dict[date, list] = {}
        self.cycles: list | None = None

    def place(self, row) -> Establishment | None:
        """The registered establishment of a placement or cost, if it is at one."""
        found = self._by_urn.get(row.urn) if row.urn else self._by_ukprn.get(row.ukprn)
        return found if found is not None and found.is_registered else None

    def setting(self, row: Placement | None) -> tuple[str, str]:
        """Setting type and setting group of a placement, or of none."""
        if row is None:
            return SETTINGS[""]
        if not (row.urn or row.ukprn):
            return SETTINGS[row.sen_setting]
        place = self.place(row)
        if place is None:
            return "other", "elsewhere"
        _, _, setting_type, group = TYPES[place.type_code]
        if group == "mainstream" and row.is_unit:
            return "sen_unit", group
        return ("resourced_provision" if group == "mainstream" and row.is_resourced else setting_type), group

    def is_independent_special(self, row: Placement) -> bool:
        """Whether the placement is at an independent or non-maintained special school."""
        return self.setting(row)[0] in INDEPENDENT_SPECIAL

    def is_in_borough(self, row: Placement) -> bool:
        """Whether the placement is at an establishment that the register puts in the borough."""
        place = self.place(row)
        return place is not None and place.la_code == LA_CODE

    def placement_on(self, plan: Plan, day: date) -> Placement | None:
        """Where the plan's child is on a day: the lowest rank, then the latest entry."""
        held = [
            row
            for row in self.placements[plan.plan_id]
            if row.entered_on <= day and (row.left_on is None or row.left_on >= day)
        ]
        return min(held, key=lambda row: (row.rank, -row.entered_on.toordinal()), default=None)

    def maintained(self, month: date) -> list[tuple[Plan, Placement | None, dict[str, str]]]:
        """Plans maintained at the end of a month, with placement and groups."""
        if month not in self._maintained:
            day = month_end(month)
            plans = [
                plan
                for plan in self.world.plans
                if plan.begun_on <= day and (plan.ceased_on is None or plan.ceased_on > day)
            ]
            self._maintained[month] = [
                (plan, row, self._groups(plan, row, day)) for plan in plans for row in [self.placement_on(plan, day)]
            ]
        return self._maintained[month]

    def _groups(self, plan: Plan, row: Placement | None, day: date) -> dict[str, str]:
        """Groups of a plan on a day."""
        return self.person_groups(plan.child_id, day) | {
            "primary_need": primary_need(plan),
            "setting_type": self.setting(row)[0],
        }

    def plan_groups(self, plan: Plan, day: date) -> dict[str, str]:
        """Groups of a plan on a day, with where the child is then."""
        return self._groups(plan, self.placement_on(plan, day), day)

    def person_groups(self, child_id: int, day: date) -> dict[str, str]:
        """Age band and sex of a child on a day."""
        child = self.children[child_id]
        return {"age_band": age_band(age_at_31_august(child.born_on, day)), "sex": child.sex or "unknown"}

    def child(self, row) -> Child:
        """The child of a row."""
        return self.children[row.child_id]


def primary_need(plan: Plan | None) -> str:
    """The first need of a plan, or 'unknown'."""
    return plan.needs[0] if plan is not None and plan.needs else "unknown"


def issued_on(request: Request, plan: Plan | None) -> date | None:
    """Day on which the plan was issued: the decision's, or the plan's start where a 'no' was overturned."""
    if request.assessment_outcome == "Y":
        return request.assessment_on
    return plan.started_on if request.assessment_outcome == "N" and plan is not None else None


def first_of_month(day: date) -> date:
    """First day of the month of a day."""
    return day.replace(day=1)


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)


def _by(rows: list, key: str) -> dict:
    """Rows by the value of a field."""
    groups = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups
