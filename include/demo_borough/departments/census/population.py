"""Who is on the roll of the borough's schools on a day."""

from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers, names
from demo_borough.caseload import CENSUS as PLANS_COUNTED_ON
from demo_borough.departments.census.facts import Person, Pupil
from demo_borough.facts import Establishment, World
from demo_borough.places import is_at

# Bexley, January 2024: 43,333 pupils, 4,853 of them on SEN support (bexley.gov.uk, local context); plans: January 2025.
PUPILS, SUPPORTED, PLANS = 43_333, 4_853, 3_267
# Parts of a year of birth that go to nursery and sixth form here; assumptions, nothing is published of them.
ATTENDING = {-1: 0.35, 12: 0.42, 13: 0.36}
FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR = 2008, 2023
# Kinds of need at SEN support, about the shares of England; assumptions.
NEEDS = {"SLCN": 0.30, "SEMH": 0.22, "SPLD": 0.15, "MLD": 0.12, "ASD": 0.09, "NSA": 0.04, "PD": 0.02, "HI": 0.02,
         "VI": 0.01, "OTH": 0.03}  # fmt: skip
FIRST_DAYS = {year: date(year, 9, 3) for year in range(1990, 2030)}
MAINSTREAM = ("01", "02", "28", "34", "35")
SPECIAL, ALTERNATIVE = ("07", "12", "33", "36", "44"), ("14", "42")
FIRST_NAME, FIRST_ESTABLISHMENT, FIRST_ULN = 20_000, 9300, 200_000


class Population:
    """Everybody who may be on a roll, and the plans of those who have one."""

    def __init__(self, world: World, rng: np.random.Generator):
        self.world, self.rng = world, rng
        here = [place for place in world.establishments if place.la_code == "303" and place.urn]
        self.schools = {place.urn: place for place in here if place.type_code in MAINSTREAM + SPECIAL + ALTERNATIVE}
        self.mainstream = {
            phase: [place for place in here if place.type_code in MAINSTREAM and place.phase_code == phase]
            for phase in ("2", "4")
        }
        self.referral_unit = next(place.urn for place in here if place.type_code == "14")
        self.groups = {urn: _groups(place) for urn, place in self.schools.items()}
        self.of_world = {child_id: self._known(child_id) for child_id in sorted(world.children)}
        self.others = self._others()

    def roll(self, day: date) -> list[Pupil]:
        """Pupils of every school on a day, each child once."""
        found = self._known_roll(day)
        for person in self.others:
            pupil = self._pupil(person, day, "K" if person.needs else "N")
            if pupil:
                found.append(pupil)
        return found

    def _known_roll(self, day) -> list[Pupil]:
        """The world's own children; of those who share a UPN by mistake, one."""
        pupils = [*self._with_plan(day), *self._known_without_plan(day)]
        return list({pupil.person.upn: pupil for pupil in reversed(pupils) if pupil.person.upn}.values())[::-1]

    def _with_plan(self, day):
        plans = {
            plan.plan_id: plan
            for plan in self.world.plans
            if plan.begun_on <= day and (plan.ceased_on is None or plan.ceased_on > day)
        }
        for row in self.world.placements:
            if row.plan_id in plans and row.rank == 1 and row.urn in self.schools and is_at(row, day):
                person = self.of_world[row.child_id]
                person.needs = plans[row.plan_id].needs or ("ASD",)
                yield Pupil(
                    person, row.urn, "E", row.entered_on, is_in_unit=row.is_unit, is_in_resourced=row.is_resourced
                )

    def _known_without_plan(self, day):
        """Children who were asked for or assessed and have no plan: at SEN support in a school near by."""
        placed = {plan.child_id for plan in self.world.plans}
        asked = {row.child_id for row in self.world.requests if row.received_on and row.received_on <= day}
        for child_id in sorted(asked - placed):
            person = self.of_world[child_id]
            person.needs = person.needs or ("SLCN",)
            pupil = self._pupil(person, day, "K")
            if pupil:
                yield pupil

    def _pupil(self, person: Person, day: date, provision: str) -> Pupil | None:
        """The person at the school of their phase, since they came to it; None for who is at none of the borough's."""
        group = person.year_group(day)
        if group < -1 or group > 13 or person.chance >= ATTENDING.get(group, 1.0):
            return None
        urn = person.primary if group <= 6 else person.secondary
        first, last = self.groups[urn]
        if not first <= group <= last:
            return None
        return Pupil(person, urn, provision, FIRST_DAYS[person.reception + max(first, -1)])

    def _known(self, child_id):
        """A child of the world, with mainstream schools where no placement says otherwise."""
        child = self.world.children[child_id]
        primary, secondary = (
            self.mainstream[phase][child_id % len(self.mainstream[phase])].urn for phase in ("2", "4")
        )
        return Person(
            child.born_on, child.sex, child.ethnicity, child.forename, child.surname, child.upn, child.uln,
            primary, secondary,
        )  # fmt: skip

    def _others(self) -> list[Person]:
        """Everybody else, in every year of birth alike, so many that the roll is as large as is published."""
        counted = [
            plan
            for plan in self.world.plans
            if plan.begun_on <= PLANS_COUNTED_ON and not (plan.ceased_on and plan.ceased_on <= PLANS_COUNTED_ON)
        ]
        scale, day = len(counted) / PLANS, date(2026, 1, 15)
        known = self._known_roll(day)
        in_a_year = (PUPILS * scale - len(known)) / (12 + sum(ATTENDING.values()))
        supported = (SUPPORTED * scale - sum(pupil.provision == "K" for pupil in known)) / (PUPILS * scale - len(known))
        years = np.repeat(np.arange(FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR + 1), max(round(in_a_year), 1))
        count = len(years)
        draws = {
            "days": self.rng.integers(0, 365, count),
            "girl": self.rng.random(count) < 0.49,
            "chance": self.rng.random(count),
            "supported": self.rng.random(count) < max(supported, 0),
            "need": self.rng.choice(len(NEEDS), count, p=np.array(list(NEEDS.values())) / sum(NEEDS.values())),
            "second": self.rng.random(count) < 0.2,
            "primary": self._drawn("2", count),
            "secondary": self._drawn("4", count),
        }
        ethnicities, kinds = names.ethnicities(count, self.rng), list(NEEDS)
        return [self._person(k, int(years[k]), draws, ethnicities[k], kinds) for k in range(count)]

    def _drawn(self, phase, count):
        places = self.mainstream[phase]
        size = np.array([place.capacity for place in places], dtype=float)
        return [places[place].urn for place in self.rng.choice(len(places), count, p=size / size.sum())]

    def _person(self, k, year, draws, ethnicity, kinds):
        born_on = date(year - 1, 9, 1) + timedelta(days=int(draws["days"][k]))
        forename, surname = names.full_name(FIRST_NAME + k)
        need = int(draws["need"][k])
        needs = (kinds[need],) + ((kinds[(need + 1) % len(kinds)],) if draws["second"][k] else ())
        return Person(
            born_on, "F" if draws["girl"][k] else "M", ethnicity, forename, surname,
            identifiers.upn(k % 1000, establishment=FIRST_ESTABLISHMENT + k // 1000, year=born_on.year + 4),
            identifiers.uln(FIRST_ULN + k) if year <= 2012 else "",
            draws["primary"][k], draws["secondary"][k], float(draws["chance"][k]),
            needs if draws["supported"][k] else (),
        )  # fmt: skip


def _groups(place: Establishment) -> tuple[int, int]:
    """First and last national curriculum year of the school."""
    return (place.low_age or 0) - 4, (place.high_age or 99) - 5
