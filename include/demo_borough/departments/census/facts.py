"""What schools say of their pupils, as plain facts."""

from dataclasses import dataclass, field
from datetime import date

from demo_borough.days import school_year_start


@dataclass(slots=True)
class Person:
    """A child with a school for each phase; `chance` decides on nursery and sixth form. `needs` are those of SEN."""

    born_on: date
    sex: str
    ethnicity: str
    forename: str
    surname: str
    upn: str
    uln: str
    primary: str
    secondary: str
    chance: float = 0.0
    needs: tuple[str, ...] = ()
    reception: int = field(init=False)

    def __post_init__(self):
        """The calendar year in which Reception begins."""
        self.reception = self.born_on.year + (self.born_on.month > 8) + 4

    def year_group(self, day: date) -> int:
        """National curriculum year on a day: Reception is 0."""
        return school_year_start(day) - self.reception


@dataclass(slots=True)
class Exclusion:
    """A suspension or permanent exclusion, of so many half days."""

    excluded_on: date
    category: str
    sessions: int | None
    reason: str
    provision: str


@dataclass(slots=True)
class Pupil:
    """A row of a school's return. `possible` are half days by period, `missed` (period, code, half days)."""

    person: Person
    urn: str
    provision: str
    entered_on: date
    enrolment: str = "C"
    left_on: date | None = None
    is_in_unit: bool = False
    is_in_resourced: bool = False
    possible: tuple[int, ...] = ()
    missed: list[tuple[int, str, int]] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)

    @property
    def is_on_roll(self) -> bool:
        """Whether the pupil is on roll on the census day."""
        return self.left_on is None


@dataclass(slots=True)
class Census:
    """A term's census: pupils on roll first, then those who have left."""

    month: str
    census_on: date
    term: str
    pupils: list[Pupil]
