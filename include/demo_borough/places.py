"""Kinds of setting as DfE's caseload names them, and which establishments of the borough they stand for."""

from datetime import date

from demo_borough.facts import Establishment, Placement, World

# kind: (GIAS types, in a SEN unit, in resourced provision)
KINDS = {
    "mainstream_la_maintained": (("01", "02"), False, False),
    "mainstream_la_maintained_resourced_provision": (("01", "02"), False, True),
    "mainstream_la_maintained_senunit": (("01", "02"), True, False),
    "mainstream_academy": (("28", "34"), False, False),
    "mainstream_academy_resourced_provision": (("28", "34"), False, True),
    "mainstream_academy_senunit": (("28", "34"), True, False),
    "mainstream_free_school": (("35",), False, False),
    "mainstream_independent": (("11",), False, False),
    "special_la_maintained": (("07", "12"), False, False),
    "special_academy_free": (("33", "36", "44"), False, False),
    "special_independent": (("10",), False, False),
    "special_non_maintained": (("08",), False, False),
    "ap_pru_academy": (("42",), False, False),
    "ap_pru_la_maintained": (("14",), False, False),
    "general_fe_tertiary_colleges": (("18",), False, False),
    "specialist_post_16_institutions": (("32",), False, False),
    "ukrlp_provider": (("",), False, False),
    "online_provider": (("49",), False, False),
}

# kind: SEN setting
ELSEWHERE = {
    "elective_home_education": "EHE",
    "other_arrangements_la": "OLA",
    "other_arrangements_parents": "OPA",
    "other_placement_settings": "OTH",
    "neet": "NEET",
    "neet_other": "NIEO",
    "neet_other_csa": "NIEO",
    "nm_early_years": "EYP",
}

INDEPENDENT = ("special_independent", "special_non_maintained")
POST_16 = ("general_fe_tertiary_colleges", "specialist_post_16_institutions", "ukrlp_provider")
WITHOUT_PLACE = "placement_unknown"


class Places:
    """The establishments of a world, to choose from."""

    def __init__(self, world: World, rng):
        self.rng, self.all = rng, world.establishments
        self.by_urn = {place.urn: place for place in self.all if place.urn and not place.ukprn}
        self.by_ukprn = {place.ukprn: place for place in self.all if place.ukprn}

    def choose(self, kind: str, age: int, in_borough: bool | None = None, low_to_high: bool = False) -> dict:
        """Where a child of that age is placed for a kind of setting: the fields of a placement.

        `in_borough` True or False insists on it where such a place exists; None prefers it. ValueError without a kind.
        """
        if kind in ELSEWHERE:
            return {"sen_setting": ELSEWHERE[kind]} | (
                {"sen_setting_other": "hospital"} if kind.startswith("other_pl") else {}
            )
        types, unit, resourced = KINDS[kind]
        able = [place for place in self.all if place.type_code in types and _has(place, unit, resourced)]
        fitting = [place for place in able if _admits(place, age)] or able
        wanted = [place for place in fitting if in_borough is None or (place.la_code == "303") is in_borough] or fitting
        weights = [_weight(place) for place in wanted]
        place = wanted[self.rng.choice(len(wanted), p=[weight / sum(weights) for weight in weights])]
        return self.where(place) | {"is_unit": unit, "is_resourced": resourced}

    def where(self, place: Establishment) -> dict:
        """How a placement names the establishment: colleges and providers by UKPRN, schools by URN."""
        return {"ukprn": place.ukprn} if place.ukprn else {"urn": place.urn}

    def of(self, row) -> Establishment | None:
        """The establishment of a placement, or None where it is at none."""
        if row.urn:
            return self.by_urn.get(row.urn)
        return self.by_ukprn.get(row.ukprn) if row.ukprn else None


def _has(place: Establishment, unit: bool, resourced: bool) -> bool:
    """Whether the school has the unit or provision asked for."""
    return (not unit or bool(place.unit_places)) and (not resourced or bool(place.resourced_places))


def _admits(place: Establishment, age: int) -> bool:
    """Whether a child of that age at 31 August belongs there: the oldest leave at the end of the year they turn it."""
    return (place.low_age or 0) <= age < (place.high_age or 99)


def _weight(place: Establishment) -> float:
    """How many of the borough's children go there: places count, and neighbours count for less."""
    size = (place.capacity or 100) ** 0.5
    return size * (1.0 if place.la_code in ("303", "") or place.type_code in ("08", "10") else 0.18)


def september(year: int, rng) -> date:
    """First day of an autumn term."""
    return date(year, 9, 2 + int(rng.integers(0, 4)))


def summer_end(year: int) -> date:
    """Last day of a school year: who moves in September is on the roll until then."""
    return date(year, 8, 31)


def is_at(row: Placement, day: date) -> bool:
    """Whether a placement holds on the day."""
    return row.entered_on <= day and (row.left_on is None or row.left_on >= day)
