"""The trust's neurodevelopmental pathways: autism, attention deficit and developmental language disorder."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.departments.community_health.waiting import days_to_be_seen, share_of_bexley
from demo_borough.facts import Child, World
from demo_borough.figures import published
from demo_borough.text import csv_bytes, iso_date

FIRST_DAY = date(2024, 11, 1)
# years of age at referral
AGES = {"AUTISM": (2, 17), "ADHD": (6, 18), "DLD": (3, 11)}
WITH_REQUEST, WITHDRAWN, MOVED_AWAY = 0.45, 0.04, 0.01
OUTCOMES = {"DIAGNOSED": 0.72, "NOT_DIAGNOSED": 0.18, "MORE_NEEDED": 0.10}
STAGING = ("stg_pathways__referrals",)
COLUMNS = [
    "referral_id", "nhs_number", "forename", "surname", "date_of_birth", "postcode", "pathway", "referral_date",
    "assessment_start_date", "decision_date", "decision_outcome", "discharge_date", "discharge_reason",
]  # fmt: skip
BAD_ROWS = {
    "2026-09": ("assessment before referral", "AUTISM", "2026-03-02", "2026-03-01"),
    "2026-10": ("unknown code", "DYSLEXIA", "2026-03-02", ""),
}


@dataclass(frozen=True)
class Pathway:
    """A child's way through an assessment: a decision without a discharge needs more, a discharge alone gave up."""

    pathway_id: int
    child: Child
    pathway: str
    referred_on: date
    started_on: date | None = None
    decided_on: date | None = None
    outcome: str = ""
    discharged_on: date | None = None
    reason: str = ""

    def as_of(self, cut: date) -> "Pathway":
        """What had happened by a day."""
        fields = ("started_on", "decided_on", "discharged_on")
        past = {name: day for name in fields if (day := getattr(self, name)) and day <= cut}
        return replace(
            self,
            **{name: past.get(name) for name in fields},
            outcome=self.outcome if "decided_on" in past else "",
            reason=self.reason if "discharged_on" in past else "",
        )


def imagine(world: World, rng: np.random.Generator, last_day: date) -> list[Pathway]:
    """Children of the borough, with a request for a plan and without, as many as are taken to wait in Bexley."""
    figures = published()["pathway_waits"]
    with_request = {request.child_id for request in world.requests}
    asked = [child for child in world.children.values() if child.child_id in with_request]
    others = list(world.departments["community_health"].children.values())
    weeks, found, taken = (last_day - FIRST_DAY).days / 7, [], set()
    for pathway, a_week in figures["referrals_a_week"].items():
        for _ in range(max(round(a_week * weeks * share_of_bexley(world)), 4)):
            referred_on = FIRST_DAY + timedelta(days=int(rng.integers(0, (last_day - FIRST_DAY).days)))
            child = _choose(asked if rng.random() < WITH_REQUEST else others, rng, pathway, referred_on, taken)
            if child is not None:
                taken.add((pathway, child.child_id))
                row = Pathway(len(found) + 1, child, pathway, referred_on)
                found.append(_what_comes_of(row, rng, figures["seen_within_weeks"]))
    return found


def as_of(facts: list[Pathway], cut: date) -> list[Pathway]:
    """The pathways on a day."""
    return [row.as_of(cut) for row in facts if row.referred_on <= cut]


def files(seen: World, month: str):
    """The extract of the month, everybody since the first referral: path and bytes."""
    rows = [_line(row) for row in seen.departments["pathways"]] + _bad_rows(month)
    yield f"pathways/{month}/pathways.csv", csv_bytes(COLUMNS, rows)


def faults(month: str) -> list[tuple[str, str, int]]:
    """An assessment before its referral, a pathway that is none."""
    return [("pathways__referral", BAD_ROWS[month][0], 1)] if month in BAD_ROWS else []


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """The pathways as `stg_pathways__referrals` must hold them."""
    rows = [
        {
            "referral_key": f"ND{row.pathway_id:06d}",
            "born_month": row.child.born_on.replace(day=1),
            "pathway_code": row.pathway,
            "referred_on": row.referred_on,
            "assessment_started_on": row.started_on,
            "decided_on": row.decided_on,
            "outcome_code": row.outcome or None,
            "discharged_on": row.discharged_on,
            "discharge_reason_code": row.reason or None,
        }
        for row in seen.departments["pathways"]
    ]
    return {"stg_pathways__referrals": rows}


def _choose(children, rng, pathway, on, taken):
    """A child of an age to be referred, who is not on the pathway; None when a few tries find nobody."""
    youngest, oldest = AGES[pathway]
    for place in rng.integers(0, len(children), 40):
        age = (on - children[place].born_on).days / 365.25
        if youngest <= age < oldest and (pathway, children[place].child_id) not in taken:
            return children[place]
    return None


def _what_comes_of(row, rng, seen_within_weeks):
    chances, days = rng.random(3), [int(day) for day in rng.integers((40, 0), (210, 60))]
    wait = days_to_be_seen(chances[0], seen_within_weeks)
    if chances[1] < WITHDRAWN + MOVED_AWAY:
        reason = "MOVED_AWAY" if chances[1] < MOVED_AWAY else "WITHDRAWN"
        return replace(row, discharged_on=row.referred_on + wait * float(chances[2]), reason=reason)
    started_on = row.referred_on + wait
    decided_on = started_on + timedelta(days=days[0])
    outcome = list(OUTCOMES)[int(np.searchsorted(np.cumsum(list(OUTCOMES.values()))[:-1], chances[2], side="right"))]
    row = replace(row, started_on=started_on, decided_on=decided_on, outcome=outcome)
    if outcome == "MORE_NEEDED":
        return row
    return replace(row, discharged_on=decided_on + timedelta(days=days[1]), reason="COMPLETED")


def _line(row):
    child = row.child
    return [
        f"ND{row.pathway_id:06d}", child.nhs_number, child.forename, child.surname, iso_date(child.born_on),
        child.postcode, row.pathway, iso_date(row.referred_on), iso_date(row.started_on), iso_date(row.decided_on),
        row.outcome, iso_date(row.discharged_on), row.reason,
    ]  # fmt: skip


def _bad_rows(month):
    """A made-up person who is nobody of the borough."""
    if month not in BAD_ROWS:
        return []
    _, *said = BAD_ROWS[month]
    somebody = [identifiers.nhs_number(99_010), "Faulty", "Faultbury", "2014-03-07", "ZZ9 9ZZ"]
    return [["ND999901", *somebody, *said, "", "", "", ""]]
