"""Children and young people who have no plan and asked for none: only the service that keeps a record knows them."""

from datetime import date, timedelta

from numpy.random import Generator

from demo_borough import identifiers, names
from demo_borough.facts import Child, World
from demo_borough.figures import published

# Numbers of the world's own children are far below, and so are the establishments of their UPNs.
_FIRST_NUMBER = 30_000
_FIRST_ESTABLISHMENT = 9300


def strangers(block: int, count: int, born: tuple[date, date], rng: Generator) -> list[Child]:
    """So many children born from the first day to the last; `block` is the caller's own first number, from 0."""
    first, last = born
    days = rng.integers(0, (last - first).days + 1, count)
    sexes = rng.random(count) < 0.5
    ethnicities = names.ethnicities(count, rng)
    return [
        _stranger(block + place, first + timedelta(days=int(days[place])), sexes[place], ethnicities[place], rng)
        for place in range(count)
    ]


def share_of_the_borough(world: World) -> float:
    """How large a world is beside the borough whose figures are published: 1, or less for a small one."""
    return min(1.0, len(world.plans) / published()["plans_january_2025"]["total"])


def _stranger(number: int, born_on: date, is_male: bool, ethnicity: str, rng: Generator) -> Child:
    """A stranger; the numbers of two are never alike."""
    child_id = _FIRST_NUMBER + number
    forename, surname = names.full_name(child_id)
    return Child(
        child_id=child_id,
        forename=forename,
        surname=surname,
        born_on=born_on,
        sex="M" if is_male else "F",
        ethnicity=str(ethnicity),
        postcode=names.postcode(rng),
        upn=identifiers.upn(number % 1000, establishment=_FIRST_ESTABLISHMENT + number // 1000, year=born_on.year + 4),
        uln=identifiers.uln(child_id),
    )
