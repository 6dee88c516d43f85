"""What placements and travel cost: rates that change each April, the ledger from April 2023 (2022 for costly ones)."""

from datetime import date, timedelta
from math import exp, log
from statistics import NormalDist

from demo_borough.builder import Builder
from demo_borough.days import DAY, financial_year_start
from demo_borough.facts import Placement
from demo_borough.moves import Moves
from demo_borough.places import INDEPENDENT

LEDGER_BEGINS = date(2023, 4, 1)
COSTLY_BEGINS = date(2022, 4, 1)
# of the top-up of learners who come back (median 55,000) and of all in independent special schools (63,500)
_LOG_TOP_UP_BACK, _LOG_TOP_UP = log(55_000), log(63_500)
_RISE = {2022: 0.92, 2023: 0.96, 2024: 1.0, 2025: 1.035, 2026: 1.07}
# rates of these kinds change once, in April 2025
_STEADY = ("mainstream", "general_fe", "ukrlp", "specialist_post", "ap_pru", "online")


class Money:
    """Writes the ledger of a world."""

    def __init__(self, builder: Builder, moves: Moves, last: date):
        self.builder, self.rng, self.last = builder, builder.rng, last
        self.places, self.kind_of = moves.places, moves.kind_of
        self.top_ups = self._spread(moves.coming_back)

    def _spread(self, coming_back: dict[int, str]) -> dict[int, float]:
        """Top-up by placement of learners who come back to Bexley: each year's spread evenly over one distribution."""
        found = {}
        for year in sorted(set(coming_back.values())):
            rows = [placement_id for placement_id, each in coming_back.items() if each == year]
            for place, at in enumerate(self.rng.permutation(len(rows))):
                found[rows[at]] = exp(_LOG_TOP_UP_BACK + 0.2 * NormalDist().inv_cdf((place + 0.5) / len(rows)))
        return found

    def write(self) -> None:
        """Rates and travel of every placement at an establishment."""
        followers = _followers(self.builder.world.placements)
        for row in list(self.builder.world.placements):
            kind = self.kind_of.get(row.placement_id)
            place = self.places.of(row)
            if kind is None or place is None:
                continue
            if row.placement_id != self.builder.world.notes.get("placement_without_rate"):
                self._rates(row, kind, place.name)
            self._travel(row, kind, place.la_code == "303", followers.get(row.placement_id))

    def _rates(self, row: Placement, kind: str, provider: str) -> None:
        """One rate period for each financial year, or longer where rates stayed."""
        begins = COSTLY_BEGINS if self._is_costly(row, kind) else LEDGER_BEGINS
        first = max(row.entered_on, begins)
        ends = row.left_on or date.max
        if ends < first:
            return
        base = self._base(kind)
        if row.placement_id in self.top_ups:
            base = (0, self.top_ups[row.placement_id], 1_500)
        for starts_on, ends_on in _periods(first, ends, kind.startswith(_STEADY), self.last):
            is_named = row.named_on is not None and row.entered_on > self.last
            closes_early = row.left_on is not None and ends_on == row.left_on
            self.builder.cost(
                row.child_id,
                provider,
                starts_on,
                ends_on,
                _rounded(base, _RISE[min(financial_year_start(starts_on).year, 2026)]),
                urn=row.urn,
                ukprn=row.ukprn,
                known_on=row.named_on + timedelta(days=4) if is_named else None,
                ending_known_on=row.leaving_named_on if closes_early else None,
            )

    def _is_costly(self, row: Placement, kind: str) -> bool:
        """Independent special schools and special schools elsewhere have the longer ledger."""
        return kind in INDEPENDENT or (kind.startswith("special") and self.places.of(row).la_code != "303")

    def _base(self, kind: str) -> tuple[float, float, float]:
        """Place, top-up and therapy a year at the prices of 2024-25."""
        rng = self.rng
        if kind == "special_independent":
            top_up = float(min(max(rng.lognormal(_LOG_TOP_UP, 0.22), 36_000), 118_000))
            return 0, top_up, float(rng.choice([0, 1500, 3000]))
        if kind == "special_non_maintained":
            return 10_000, float(rng.normal(39_000, 7_000)), 1_000
        if kind.startswith("special"):
            return 10_000, float(rng.normal(15_500, 3_200)), float(rng.choice([0, 0, 800, 1600]))
        if kind.endswith(("resourced_provision", "senunit")):
            return 6_000, float(rng.normal(10_500, 2_000)), float(rng.choice([0, 600]))
        if kind in ("mainstream_independent", "specialist_post_16_institutions"):
            return 0, float(rng.normal(21_000, 4_000)), 0
        if kind.startswith(("ap_pru", "online")):
            return 10_000, float(rng.normal(9_000, 1_500)), 0
        if kind.startswith("mainstream"):
            return 0, float(max(rng.normal(6_800, 1_900), 1_500)), float(rng.choice([0, 0, 0, 500]))
        return 6_000, float(rng.normal(7_000, 1_800)), 0

    def _travel(self, row: Placement, kind: str, in_borough: bool, follower: Placement | None) -> None:
        """Travel assistance to the placement, until the day before the next begins."""
        share, mean = (
            (0.82, 11_500) if kind in INDEPENDENT else (0.55, 6_200) if kind.startswith("special") else (0.06, 4_800)
        )
        mean += 0 if in_borough or not kind.startswith("special_a") else 3_000
        ends_on = follower.entered_on - DAY if follower and row.left_on else row.left_on
        starts_on = max(row.entered_on, LEDGER_BEGINS)
        if self.rng.random() > share or (ends_on and ends_on < starts_on) or starts_on > self.last:
            return
        mode = "Taxi" if mean > 8_000 else str(self.rng.choice(["Minibus", "Taxi", "Travel training", "Mileage"]))
        annual = int(round(max(self.rng.normal(mean, mean * 0.25), 800), -2))
        self.builder.travel(row.child_id, mode, starts_on, ends_on, annual)


def _followers(placements: list[Placement]) -> dict[int, Placement]:
    """The next main placement of the same plan, by placement."""
    following, latest = {}, {}
    for row in sorted(placements, key=lambda each: (each.plan_id, each.entered_on)):
        if row.plan_id in latest:
            following[latest[row.plan_id].placement_id] = row
        latest[row.plan_id] = row
    return following


def _periods(first: date, ends: date, is_steady: bool, last: date):
    """First and last day of each rate period; the last one is open while the placement lasts."""
    start = first
    while start <= min(ends, max(last, first)):
        year_end = date(financial_year_start(start).year + 1, 3, 31)
        if is_steady:
            year_end = date(2025, 3, 31) if start <= date(2025, 3, 31) else date.max
        end = min(year_end, ends)
        yield start, None if ends == date.max and end > last else end
        if end == date.max:
            return
        start = end + DAY


def _rounded(base: tuple[float, float, float], rise: float) -> tuple[int, int, int]:
    """The three parts at a year's prices; place funding does not rise."""
    place, top_up, therapy = base
    return int(place), int(round(top_up * rise, -1)), int(round(therapy, -1))
