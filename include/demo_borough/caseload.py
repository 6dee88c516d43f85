"""The plans of January 2025, one by one, so that their published totals come out exactly."""

from dataclasses import dataclass
from datetime import date, timedelta

from numpy.random import Generator

from demo_borough.allot import dealt, matched
from demo_borough.figures import published

CENSUS = date(2025, 1, 16)
FIRST_KNOWN_YEAR = 2019

# second needs that go with a primary one
_SECOND = {
    "ASD": ("SLCN", "SEMH", "SLD"),
    "SLCN": ("ASD", "MLD", "SEMH"),
    "SEMH": ("ASD", "SLCN"),
    "SLD": ("PD", "ASD"),
}


@dataclass(slots=True)
class Case:
    """A career to come: who, with which need and kind of setting, and when the plan starts and ends.

    `kind` is the kind of setting on the census day, or at the start of the plan for later plans.
    """

    born_on: date
    sex: str
    needs: tuple[str, ...]
    kind: str
    start_year: int
    is_transferred_in: bool = False
    started_on: date | None = None
    begun_on: date | None = None
    received_on: date | None = None
    has_exception: bool = False
    ceased_on: date | None = None
    cease_reason: str = ""
    is_in_census: bool = False


def census_cases(rng: Generator) -> list[Case]:
    """One case for each plan of January 2025: age by setting, setting by need, start year and sex as published."""
    figures = published()
    rows = [
        (age, kind)
        for age, kinds in figures["plans_by_age_and_setting"].items()
        for kind, count in kinds.items()
        for _ in range(count)
    ]
    needs = {kind: dealt(counts, rng) for kind, counts in figures["plans_by_setting_and_need"].items()}
    years = matched([age for age, _ in rows], figures["plans_by_start_year"], _start_weight, rng)
    sexes = dealt({"M": figures["plans_january_2025"]["male"], "F": figures["plans_january_2025"]["female"]}, rng)
    return [
        Case(
            born_on=birth_date(age, 2024, rng),
            sex=sex,
            needs=with_second(needs[kind].pop(), rng),
            kind=kind,
            start_year=_true_start_year(year, age, rng),
            is_in_census=True,
        )
        for (age, kind), year, sex in zip(rows, years, sexes, strict=True)
    ]


def birth_date(age: int, year: int, rng: Generator) -> date:
    """A day of birth for a child of that age on 31 August of the year."""
    first = date(year - age - 1, 9, 1)
    return first + timedelta(days=int(rng.integers(0, 365)))


def with_second(primary: str, rng: Generator) -> tuple[str, ...]:
    """Needs with the primary first and sometimes a second; none where the primary is unknown."""
    if primary == "unknown":
        return ()
    others = _SECOND.get(primary, ("SLCN",))
    return (primary, str(rng.choice(others))) if rng.random() < 0.35 else (primary,)


def _start_weight(age: int, year: int) -> float:
    """How likely a plan of a child of that age (31 August 2024) started in that year, 2013 with all before."""
    started = published()["plans_by_age_when_started"]
    years = range(2006, 2014) if year == 2013 else (year,)
    return sum(started[min(max(age - 2024 + each, 2), 20)] if age - 2024 + each >= 1 else 1e-9 for each in years) + 1e-9


def _true_start_year(year: int, age: int, rng: Generator) -> int:
    """The start year, taken apart where 2013 stands for that year and those before."""
    if year != 2013:
        return year
    return int(rng.integers(max(2007, 2024 - age + 2), 2014)) if 2024 - age + 2 < 2014 else 2013
