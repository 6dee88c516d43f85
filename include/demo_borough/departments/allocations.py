"""Which case team holds a child: the one for the phase of education, or the team for complex needs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.days import DAY, month_end, month_start, year_group
from demo_borough.facts import Child, World
from demo_borough.text import iso_date

STAGING = ("stg_casework__allocations",)
# Assumed: the teams as they are began with a school year; before it nobody wrote down who held whom.
SINCE = date(2025, 9, 1)
NEVER_ALLOCATED, COMPLEX, HANDED_OVER_LATE = 0.04, 0.08, 0.1


@dataclass(frozen=True)
class Allocation:
    """A child with a team, from the first day to the last, both included; no last day while it holds."""

    allocation_id: int
    child_id: int
    team: str
    allocated_on: date
    ended_on: date | None


def imagine(world: World, rng: np.random.Generator, last_day: date) -> list[Allocation]:
    """Every child with a request is allocated within a week, and moves team with the phase of education."""
    found = []
    for child_id, (opened_on, closed_on) in sorted(_cases(world).items()):
        first = max(opened_on + timedelta(days=int(rng.integers(0, 8))), SINCE)
        last = closed_on or last_day
        if rng.random() < NEVER_ALLOCATED or first > last:
            continue
        moves = [move for move in _moves(world.children[child_id], first, last, rng) if move[0] <= last]
        following = [allocated_on for allocated_on, _ in moves[1:]]
        for (allocated_on, team), next_on in zip(moves, [*following, None], strict=True):
            ended_on = closed_on if next_on is None else next_on - DAY + _delay(rng)
            if closed_on and ended_on:
                ended_on = min(ended_on, closed_on)
            found.append(Allocation(len(found) + 1, child_id, team, allocated_on, ended_on))
    return found


def as_of(facts: list[Allocation], cut: date) -> list[Allocation]:
    """The allocations begun by a day; one that ends later holds."""
    return [
        row if row.ended_on is None or row.ended_on <= cut else replace(row, ended_on=None)
        for row in facts
        if row.allocated_on <= cut
    ]


def files(seen: World, month: str):
    """None of its own: its table stands in the database of the casework system."""
    return ()


def tables(seen: World, month: str) -> dict[str, list[list]]:
    """The table at the end of the month: {table: rows}."""
    rows = [
        _line(_number(row), seen.children[row.child_id], row.team, row.allocated_on, row.ended_on)
        for row in _allocations(seen)
    ]
    return {"allocation": rows + _bad_rows(month)}


def faults(month: str) -> list[tuple[str, str, int]]:
    """An allocation that ends before it begins."""
    return [("casework__allocation", "end before beginning", 1) for _ in _bad_rows(month)]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """The table as its staging model must hold it."""
    rows = [
        {
            "allocation_id": _number(row),
            "team_code": row.team,
            "allocated_on": row.allocated_on,
            "ended_on": row.ended_on,
        }
        for row in _allocations(seen)
    ]
    return {"stg_casework__allocations": rows}


def _cases(world: World) -> dict[int, tuple[date, date | None]]:
    """{child: (first day of any request or plan, day on which the last of them was closed)}; no such day while open."""
    plans = {plan.request_id: plan for plan in world.plans}
    found: dict[int, tuple[date, date | None]] = {}
    for request in world.requests:
        plan = plans.get(request.request_id)
        opened_on = request.received_on or plan.begun_on
        closed_on = plan.ceased_on if plan else _closed_on(request)
        first, last = found.get(request.child_id, (opened_on, closed_on))
        closed_on = max(last, closed_on) if last and closed_on else None
        found[request.child_id] = (min(first, opened_on), closed_on)
    return found


def _closed_on(request):
    refused_on = request.outcome_on if request.outcome == "N" else None
    not_issued_on = request.assessment_on if request.assessment_outcome in ("N", "W") else None
    return request.withdrawn_on or request.exported_on or refused_on or not_issued_on


def _moves(child: Child, first: date, last: date, rng) -> Iterator[tuple[date, str]]:
    """(first day, team): the team of the phase, the next one's from a 1 September, or complex needs for good."""
    complex_on = first + timedelta(days=int(rng.integers(20, 420))) if rng.random() < COMPLEX else None
    team = None
    for day in [first, *(date(year, 9, 1) for year in range(first.year, last.year + 1) if date(year, 9, 1) > first)]:
        if complex_on and complex_on <= day:
            break
        if _phase_team(child, day) != team:
            team = _phase_team(child, day)
            yield day, team
    if complex_on:
        yield complex_on, "COMPLEX"


def _phase_team(child, day):
    year = year_group(child.born_on, day)
    return "EARLY_PRIMARY" if year <= 6 else "SECONDARY" if year <= 11 else "POST_16"


def _delay(rng):
    """How long a team holds a child beside the next one."""
    return timedelta(days=int(rng.integers(1, 90)) if rng.random() < HANDED_OVER_LATE else 0)


def _allocations(seen: World) -> list[Allocation]:
    return [row for row in seen.departments["allocations"] if row.child_id in seen.children]


def _number(row):
    return f"AL{row.allocation_id:06d}"


def _line(number, child, team, allocated_on, ended_on):
    """A row of the table; it changed at the end of the working day on which it last began or ended."""
    person = [child.upn, child.uln, child.forename, child.surname, iso_date(child.born_on), child.postcode]
    days = [iso_date(allocated_on), iso_date(ended_on) or None]
    return [number, *(text or None for text in person), team, *days, f"{ended_on or allocated_on} 17:00:00"]


def _bad_rows(month):
    """One row of nobody, entered on the last day of the month and gone in the next."""
    if month != "2026-10":
        return []
    upn = identifiers.upn(831, establishment=9999)
    person = [upn, None, "Teama", "Faultbury", "2014-03-07", "ZZ9 9ZZ"]
    return [["AL999901", *person, "SECONDARY", "2026-10-08", "2026-10-01", f"{month_end(month_start(month))} 17:30:00"]]
