"""Where children are placed: backwards from the census day, and on through each September after it."""

from datetime import date, timedelta

import numpy as np

from demo_borough.builder import Builder
from demo_borough.caseload import CENSUS, Case
from demo_borough.days import age_at_31_august
from demo_borough.facts import Placement, Plan
from demo_borough.places import ELSEWHERE, INDEPENDENT, POST_16, WITHOUT_PLACE, Places, september, summer_end

# kinds at the last phase from which children come into a kind of the next phase
_CAME_FROM = {
    "mainstream": {"mainstream_academy": 70, "mainstream_la_maintained": 24, "mainstream_free_school": 6},
    "special": {"special_academy_free": 62, "special_la_maintained": 8, "mainstream_academy": 30},
    "post_16": {
        "mainstream_academy": 55,
        "special_academy_free": 35,
        "mainstream_free_school": 4,
        "special_la_maintained": 6,
    },
}
# kinds to which children of a kind go on, by phase that begins
_GOES_ON = {
    ("mainstream", 4): {"mainstream_academy": 70, "mainstream_la_maintained": 22, "special_academy_free": 8},
    ("special", 4): {"special_academy_free": 90, "special_la_maintained": 10},
    ("mainstream", 11): {
        "mainstream_academy": 74,
        "mainstream_free_school": 6,
        "special_academy_free": 9,
        "mainstream_academy_resourced_provision": 9,
        "mainstream_independent": 2,
    },
    ("special", 11): {"special_academy_free": 92, "special_la_maintained": 8},
    ("mainstream", 16): {"general_fe_tertiary_colleges": 70, "mainstream_academy": 20, "ukrlp_provider": 5, "neet": 5},
    ("special", 16): {
        "special_academy_free": 45,
        "general_fe_tertiary_colleges": 40,
        "special_la_maintained": 6,
        "specialist_post_16_institutions": 9,
    },
    ("special", 19): {"general_fe_tertiary_colleges": 65, "specialist_post_16_institutions": 20, "neet": 15},
}
_PHASE_AGES = (4, 11, 16, 19)


class Schooling:
    """Gives each plan of a world its placements."""

    def __init__(self, builder: Builder, last: date):
        self.builder, self.rng, self.last = builder, builder.rng, last
        self.places = Places(builder.world, builder.rng)
        self.kind_of: dict[int, str] = {}

    def place(self, case: Case, plan: Plan) -> None:
        """Placements of one plan from its beginning to its end or the world's last day."""
        anchor_on = CENSUS if case.is_in_census else min(plan.ceased_on or date.max, plan.begun_on + timedelta(days=1))
        if plan.ceased_on and not case.is_in_census:
            anchor_on = max(plan.begun_on, plan.ceased_on - timedelta(days=200))
        if case.kind != WITHOUT_PLACE:
            self._back(case, plan, anchor_on)
        self._forward(case, plan, anchor_on)

    def _back(self, case: Case, plan: Plan, anchor_on: date) -> None:
        """The placement on the anchor day, and those before it back to the beginning of the plan."""
        kind, age, left_on = case.kind, age_at_31_august(case.born_on, anchor_on), None
        where = self.places.choose(kind, age)
        while True:
            entered_on, first_age = self._entry(case, plan, kind, age, where, anchor_on)
            is_first = entered_on <= plan.begun_on or first_age <= 3
            if is_first and case.is_transferred_in:
                entered_on = plan.begun_on
                left_on = left_on and max(left_on, entered_on)
            row = self.builder.placement(plan, entered_on, where, left_on)
            self.kind_of[row.placement_id] = kind
            if is_first:
                return
            left_on = summer_end(entered_on.year) if entered_on.month == 9 else entered_on - timedelta(days=1)
            kind, age = self._earlier_kind(kind, first_age), first_age - 1
            in_borough = True if kind.startswith("special") else None
            where, anchor_on = self.places.choose(kind, age, in_borough), left_on

    def _entry(self, case: Case, plan: Plan, kind: str, age: int, where: dict, anchor_on: date) -> tuple[date, int]:
        """First day at the placement, and the age in the school year in which that was."""
        place = self.places.of(Placement(0, 0, 0, anchor_on, **where))
        low = max(place.low_age or 0, 3) if place else 3
        begins = max((each for each in (3, *_PHASE_AGES) if each <= age and (each >= low or each <= 3)), default=3)
        if place and place.low_age is not None and place.low_age <= 5 and "special" in kind:
            begins = 4 if age >= 4 else 3
        first = september(case.born_on.year + begins + (case.born_on.month > 8), self.rng)
        if kind.startswith("mainstream") and not where.get("is_unit"):
            return min(first, anchor_on), begins
        soon = plan.begun_on + timedelta(days=int(self.rng.integers(3, 40)))
        entered_on = min(max(first, min(soon, anchor_on)), anchor_on)
        return entered_on, age_at_31_august(case.born_on, entered_on) if entered_on > first else begins

    def _earlier_kind(self, kind: str, first_age: int) -> str:
        """Kind of setting before a phase that began at that age."""
        if first_age <= 4:
            return "nm_early_years"
        group = "post_16" if first_age >= 16 else "special" if "special" in kind else "mainstream"
        return self._drawn(_CAME_FROM[group])

    def _drawn(self, kinds: dict[str, int]) -> str:
        """One kind by its weight."""
        weights = np.array(list(kinds.values()), dtype=float)
        return str(self.rng.choice(list(kinds), p=weights / weights.sum()))

    def _forward(self, case: Case, plan: Plan, anchor_on: date) -> None:
        """Moves each September after the anchor day, some moves within a year, and the end."""
        row = self._current(plan)
        kind = case.kind
        for year in range(anchor_on.year if anchor_on.month < 9 else anchor_on.year + 1, self.last.year + 1):
            entered_on = september(year, self.rng)
            if entered_on > self.last or (plan.ceased_on and plan.ceased_on < entered_on + timedelta(days=20)):
                break
            if entered_on <= anchor_on:
                continue
            next_kind, where = self._next(case, kind, row, entered_on)
            if next_kind is None:
                continue
            row, kind = self._move(plan, row, next_kind, where, entered_on), next_kind
        if row is not None and plan.ceased_on and row.left_on is None:
            row.left_on = plan.ceased_on

    def _current(self, plan: Plan) -> Placement | None:
        """The plan's placement that has no end yet; placements of a plan are the last that were added."""
        rows = self.builder.world.placements
        found = None
        for row in reversed(rows):
            if row.plan_id != plan.plan_id:
                break
            if row.left_on is None:
                found = row
        return found

    def _next(self, case: Case, kind: str, row: Placement | None, entered_on: date):
        """Kind and place from September, or nothing when the child stays."""
        age = age_at_31_august(case.born_on, entered_on)
        place = self.places.of(row) if row else None
        outgrown = place is not None and place.high_age is not None and age >= place.high_age and kind not in POST_16
        if kind in INDEPENDENT:
            return None, None
        if row is None or kind == WITHOUT_PLACE:
            return self._placed_at_last(age)
        begins = age if age in _PHASE_AGES[:3] else 19 if age == 19 and "special" in kind else None
        if not outgrown and (begins is None or not self._ends_here(kind, place, begins)):
            return self._changed_anyway(kind, age)
        group = "special" if "special" in kind and kind != "specialist_post_16_institutions" else "mainstream"
        step = max((each for each in _PHASE_AGES if each <= age), default=4)
        if (group, step) not in _GOES_ON:
            return None, None
        next_kind = self._drawn(_GOES_ON[group, step])
        return next_kind, self.places.choose(next_kind, age)

    def _ends_here(self, kind: str, place, begins: int) -> bool:
        """Whether children of the kind of setting leave it when the phase of that age begins."""
        if kind in ELSEWHERE or kind == "online_provider":
            return kind == "nm_early_years" or (begins == 16 and kind == "neet_other_csa")
        if begins == 16 and kind.startswith("mainstream"):
            return self.rng.random() < 0.8
        return begins == 4 or (place is not None and place.high_age is not None and begins >= place.high_age)

    def _changed_anyway(self, kind: str, age: int):
        """A few children move within a phase, mostly from mainstream to special schools or education otherwise."""
        chance = self.rng.random()
        if kind.startswith("mainstream") and 5 <= age <= 15 and chance < 0.022:
            next_kind = "special_academy_free" if chance < 0.016 else "other_arrangements_la"
            return next_kind, self.places.choose(next_kind, age)
        return None, None

    def _placed_at_last(self, age: int):
        """A place for a child who had none."""
        if self.rng.random() < 0.3:
            return None, None
        kind = "mainstream_academy" if age <= 15 else "general_fe_tertiary_colleges"
        return kind, self.places.choose(kind, age)

    def _move(self, plan: Plan, row: Placement | None, kind: str, where: dict, entered_on: date) -> Placement:
        """End the placement in July and begin another in September."""
        if row is not None:
            row.left_on = max(summer_end(entered_on.year), row.entered_on)
        moved = self.builder.placement(plan, entered_on, where)
        self.kind_of[moved.placement_id] = kind
        return moved
