"""What sources say of a child that is not quite so: slips, changed names, moved homes and missing numbers, and twins.

Planted in sources that have no number for the child, so that only likelihood can find whom they mean. `world.said`
holds it by (source, child); the child itself stays as it is.
"""

from dataclasses import replace
from datetime import date
from random import Random

from demo_borough.facts import Child, World

NO_NUMBER = {"upn": "", "uln": "", "nhs_number": ""}
SOURCES = ("finance__placement_cost", "casework__annual_review", "casework__advice_request", "therapy__section_f")
# kind of variation: how many children it is planted at in each source
CERTAIN = {
    "number_missing": 10,
    "surname_slip": 30,
    "surname_changed": 15,
    "surname_doubled": 15,
    "birth_day_and_month_swapped": 20,
    "birth_date_slip": 15,
    "moved": 25,
    "moved_nearby": 10,
    "postcode_slip": 10,
    "names_swapped": 10,
    "surname_slip_and_moved_nearby": 5,
}
# Planted in the travel ledger, of children whose travel is in no figure: only a person can say whether it is them.
DOUBTFUL = {"forename_slip": 5, "forename_doubled": 3}
TWINS = 30


def plant(world: World, seed: int) -> None:
    """Twins among the children, then variations of what sources say, the same each time for the same seed."""
    random = Random(seed)  # noqa: S311
    _twins(world, random)
    for source in SOURCES:
        children = _named_in(world, source)
        random.shuffle(children)
        for kind, count in CERTAIN.items():
            _say(world, source, kind, count, children, random)
    children = _travelling_without_a_figure(world)
    random.shuffle(children)
    for kind, count in DOUBTFUL.items():
        _say(world, "finance__travel_cost", kind, count, children, random)


def as_said(world: World, source: str, child: Child) -> Child:
    """The child as a source describes it."""
    return replace(child, **world.said.get((source, child.child_id), {}))


def varied(child: Child, kind: str, random: Random) -> dict | None:
    """What a source without a number says of the child, one kind of variation away; None where that cannot be."""
    changes = {
        "number_missing": lambda: {},
        "surname_slip": lambda: {"surname": _slip(child.surname, random)},
        "surname_changed": lambda: {"surname": f"{_slip(child.forename, random)}ford".capitalize()},
        "surname_doubled": lambda: {"surname": f"{child.surname}-Overbeck"},
        "birth_day_and_month_swapped": lambda: {"born_on": _swapped(child.born_on)},
        "birth_date_slip": lambda: {"born_on": _slipped_day(child.born_on)},
        "moved": lambda: {"postcode": f"ZZ{random.randint(20, 60)} {random.randint(1, 9)}QW"},
        "moved_nearby": lambda: {"postcode": child.postcode[:-2] + random.choice("ABDEFGHJLN") + "Z"},
        "postcode_slip": lambda: {"postcode": child.postcode[:-1] + "Z"},
        "names_swapped": lambda: {"forename": child.surname, "surname": child.forename},
        "surname_slip_and_moved_nearby": lambda: {
            "surname": _slip(child.surname, random),
            "postcode": child.postcode[:-2] + "ZZ",
        },
        "forename_slip": lambda: {"forename": _slip(child.forename, random)},
        "forename_doubled": lambda: {"forename": f"{child.forename} Jo"},
    }
    said = changes[kind]()
    return None if None in said.values() else NO_NUMBER | said


def _say(world, source, kind, count, children, random):
    """Take the next so many children of the list whom the variation can be planted at."""
    while count and children:
        child = world.children[children.pop()]
        said = varied(child, kind, random)
        if said is not None:
            world.said[source, child.child_id] = said
            count -= 1


def _named_in(world: World, source: str) -> list[int]:
    """Children a source names whom others know by their numbers, also when this one leaves its numbers out.

    Therapy and the advice log are what joins a patient's NHS number to a UPN: one of the two keeps both.
    """
    asked_before = date(2026, 8, 1)
    treated = {row.child_id for row in world.specifications}
    advised = {row.child_id for row in world.advice if row.requested_on < asked_before}
    named = {
        "finance__placement_cost": {row.child_id for row in world.placement_costs},
        "casework__annual_review": {row.child_id for row in world.reviews},
        "casework__advice_request": {row.child_id for row in world.advice} - treated,
        "therapy__section_f": treated & advised,
    }[source]
    return [number for number in sorted(named) if world.children[number].upn]


def _travelling_without_a_figure(world: World) -> list[int]:
    """Children with travel and a single placement: travel counts in figures when a child changes schools."""
    placements = [row.child_id for row in world.placements]
    found = sorted({row.child_id for row in world.travel_costs})
    return [number for number in found if placements.count(number) == 1 and world.children[number].upn]


def _twins(world: World, random: Random) -> None:
    """Children born in one month become twins: one day, one surname, one home; every third pair sounds alike."""
    noted = set(world.notes.values())
    by_month: dict[tuple, list[Child]] = {}
    for child in world.children.values():
        if child.upn and child.child_id not in noted and not child.second_record:
            by_month.setdefault((child.born_on.year, child.born_on.month), []).append(child)
    months = sorted(month for month, children in by_month.items() if len(children) > 4)
    for place, month in enumerate(random.sample(months, TWINS)):
        first, second = random.sample(by_month[month], 2)
        second.surname, second.born_on, second.postcode = first.surname, first.born_on, first.postcode
        if place % 3 == 0 or second.forename == first.forename:
            second.forename = _slip(first.forename, random)


def _slip(name: str, random: Random) -> str:
    """The name with two letters swapped, one lost, one doubled or one mistyped; the first letter stays."""
    place = random.randrange(1, len(name) - 1) if len(name) > 2 else 0
    before, letter, after = name[:place], name[place], name[place + 1 :]
    forms = [before + after[:1] + letter + after[1:], before + after, before + letter * 2 + after, before + "q" + after]
    return next(form for form in random.sample(forms, len(forms)) if form.lower() != name.lower())


def _swapped(day: date) -> date | None:
    return date(day.year, day.day, day.month) if day.day <= 12 and day.day != day.month else None


def _slipped_day(day: date) -> date | None:
    """The day with its last digit one up, where the month has it."""
    return day.replace(day=day.day + 1) if day.day % 10 < 9 and day.day < 28 else None


__all__ = ["CERTAIN", "DOUBTFUL", "as_said", "plant", "varied"]
