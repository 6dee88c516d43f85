"""What the casework system keeps beside its two logs: notices, checklists, plans for late reviews, appeals."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.days import month_end, month_start
from demo_borough.facts import World
from demo_borough.text import iso_date, yes_no

STAGING = (
    "stg_casework__amendment_notices",
    "stg_casework__checklists",
    "stg_casework__late_review_plans",
    "stg_casework__appeals",
)
OFFICERS = ("SEN case officer", "senior SEN case officer", "SEN quality assurance officer")
# The checklist came in with the delivery plan; nearly every plan has gone through it since.
CHECKLIST_SINCE = date(2025, 9, 1)
CHECKLIST_ITEMS = 24
CHECKED_BEFORE_ISSUE, CHECKED_AFTERWARDS = 0.9, 0.05
# Appeals about an amended plan: with those that follow an assessment they come to the 48 a year registered of Bexley in
# 2023 and 2024 (Ministry of Justice, SEND tribunals and appeal rate).
APPEALED_AFTER_AMENDMENT = 0.006
# Assumed, after England's figures: of the appeals decided nearly all are in the family's favour; many are conceded.
TRIBUNAL_OUTCOMES = {"CONCEDED": 0.45, "UPHELD": 0.37, "WITHDRAWN": 0.16, "DISMISSED": 0.02}
MEDIATION_OUTCOMES = {"AGREED": 0.6, "NOT_AGREED": 0.4}


@dataclass(frozen=True)
class Checklist:
    """A plan gone through the quality assurance checklist: a new plan, or after the review that amended it."""

    checklist_id: int
    child_id: int
    request_id: int
    review_id: int
    completed_on: date
    officer: str
    items_met: int


@dataclass(frozen=True)
class Appeal:
    """A mediation or an appeal to the tribunal; `outcome` is empty while it is open."""

    appeal_id: int
    child_id: int
    request_id: int
    kind: str
    about: str
    registered_on: date
    outcome: str
    outcome_on: date | None


@dataclass(frozen=True)
class Records:
    """Replies to notices and plans for late reviews belong to a review; the log of reviews says whether it has them."""

    replies: dict[int, date]
    late_plans: dict[int, tuple[str, date]]
    checklists: list[Checklist]
    appeals: list[Appeal]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> Records:
    """What follows from the reviews, plans and refusals of the world."""
    request_of = {plan.plan_id: plan.request_id for plan in world.plans}
    replies, late_plans = {}, {}
    for review in world.reviews:
        if review.amendment_notice_on and rng.random() < 0.6:
            # The family has at least 15 days to reply.
            replies[review.review_id] = review.amendment_notice_on + _days(rng, 2, 16)
        if review.late_plan_recorded_on:
            held_on = review.late_plan_recorded_on + _days(rng, 20, 60)
            late_plans[review.review_id] = (str(rng.choice(OFFICERS[:2])), held_on)
    return Records(replies, late_plans, _checklists(world, rng, request_of), _appeals(world, rng, request_of))


def as_of(facts: Records, cut: date) -> Records:
    """The records on a day."""
    return Records(
        {review_id: day for review_id, day in facts.replies.items() if day <= cut},
        facts.late_plans,
        [row for row in facts.checklists if row.completed_on <= cut],
        [
            row if row.outcome_on is None or row.outcome_on <= cut else replace(row, outcome="", outcome_on=None)
            for row in facts.appeals
            if row.registered_on <= cut
        ],
    )


def files(seen: World, month: str):
    """None of its own: its tables stand in the database of the casework system, with the two logs."""
    return ()


def tables(seen: World, month: str) -> dict[str, list[list]]:
    """The four tables at the end of the month: {table: rows}."""
    case_of = {plan.plan_id: plan.request_id for plan in seen.plans}
    notices = [
        _line(seen, row, case_of[row.plan_id], [f"AN{row.review_id:06d}"], review_id=row.review_id,
              own=[row.amendment_notice_on, replied_on], days=(row.amendment_notice_on, replied_on))
        for row, replied_on in _notices(seen)
    ]  # fmt: skip
    late = [
        _line(seen, row, case_of[row.plan_id], [f"LP{row.review_id:06d}"], review_id=row.review_id,
              own=[row.late_plan_recorded_on, officer, held_on, row.late_reason], days=(row.late_plan_recorded_on,))
        for row, officer, held_on in _late_plans(seen)
    ]  # fmt: skip
    checklists = [
        _line(seen, row, row.request_id, [f"QA{row.checklist_id:06d}"], review_id=row.review_id,
              own=[_kind(row), row.completed_on, row.officer, CHECKLIST_ITEMS, row.items_met], days=(row.completed_on,))
        for row in _of_children(seen, _records(seen).checklists)
    ]  # fmt: skip
    appeals = [
        _line(seen, row, row.request_id, [f"AP{row.appeal_id:05d}"],
              own=[row.kind, row.about, row.registered_on, row.outcome, row.outcome_on, _conceded(row)],
              days=(row.registered_on, row.outcome_on))
        for row in _of_children(seen, _records(seen).appeals)
    ]  # fmt: skip
    found = {"amendment_notice": notices, "late_review_plan": late, "checklist": checklists, "appeal": appeals}
    for table, row in _bad_rows(month).items():
        found[table].append(row)
    return found


def faults(month: str) -> list[tuple[str, str, int]]:
    """A reply before its notice and a plan without its date; an unknown code and an outcome before the appeal."""
    kinds = {
        "amendment_notice": "reply before notice",
        "late_review_plan": "missing required",
        "checklist": "unknown code",
        "appeal": "outcome before registration",
    }
    return [(f"casework__{table}", kinds[table], 1) for table in _bad_rows(month)]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """The four tables as their staging models must hold them."""
    notices = [
        {
            "notice_id": f"AN{row.review_id:06d}",
            "review_id": f"AR{row.review_id:06d}",
            "sent_on": row.amendment_notice_on,
            "replied_on": replied_on,
        }
        for row, replied_on in _notices(seen)
    ]
    late_plans = [
        {
            "late_plan_id": f"LP{row.review_id:06d}",
            "review_id": f"AR{row.review_id:06d}",
            "recorded_on": row.late_plan_recorded_on,
            "recorded_by": officer,
            "new_meeting_on": held_on,
            "has_reason": bool(row.late_reason),
        }
        for row, officer, held_on in _late_plans(seen)
    ]
    checklists = [
        {
            "checklist_id": f"QA{row.checklist_id:06d}",
            "review_id": f"AR{row.review_id:06d}" if row.review_id else None,
            "kind_code": _kind(row),
            "completed_on": row.completed_on,
            "items_count": CHECKLIST_ITEMS,
            "items_met_count": row.items_met,
        }
        for row in _of_children(seen, _records(seen).checklists)
    ]
    appeals = [
        {
            "appeal_id": f"AP{row.appeal_id:05d}",
            "kind_code": row.kind,
            "about_code": row.about,
            "registered_on": row.registered_on,
            "outcome_code": row.outcome or None,
            "outcome_on": row.outcome_on,
            "is_conceded": row.outcome == "CONCEDED",
        }
        for row in _of_children(seen, _records(seen).appeals)
    ]
    return dict(zip(STAGING, (notices, checklists, late_plans, appeals), strict=True))


def _checklists(world, rng, request_of):
    issued = [(plan.issued_on, plan.child_id, plan.request_id, 0) for plan in world.plans if plan.issued_on]
    issued += [
        (row.final_plan_on, row.child_id, request_of[row.plan_id], row.review_id)
        for row in world.reviews
        if row.final_plan_on
    ]
    found = []
    for issued_on, child_id, request_id, review_id in sorted(issued):
        chance = rng.random()
        if issued_on < CHECKLIST_SINCE or chance >= CHECKED_BEFORE_ISSUE + CHECKED_AFTERWARDS:
            continue
        before = chance < CHECKED_BEFORE_ISSUE
        completed_on = issued_on - _days(rng, 0, 9) if before else issued_on + _days(rng, 1, 20)
        met = CHECKLIST_ITEMS - int(rng.binomial(6, 0.2))
        officer = str(rng.choice(OFFICERS))
        found.append(Checklist(len(found) + 1, child_id, request_id, review_id, completed_on, officer, met))
    return found


def _appeals(world, rng, request_of):
    """(registered, child, request, kind, about) as the SEN2 record has them, and of amended plans, which it has not."""
    opened = []
    for request in world.requests:
        refused = [
            (request.outcome_on, "REFUSAL_TO_ASSESS", request.is_mediated, request.is_appealed),
            (request.assessment_on, "REFUSAL_TO_ISSUE", request.assessment_is_mediated, request.assessment_is_appealed),
            (request.assessment_on, "CONTENTS", False, request.other_is_appealed),
        ]
        for decided_on, about, is_mediated, is_appealed in refused:
            if decided_on and is_mediated:
                opened.append(
                    (decided_on + _days(rng, 14, 50), request.child_id, request.request_id, "MEDIATION", about)
                )
            if decided_on and is_appealed:
                opened.append(
                    (decided_on + _days(rng, 51, 80), request.child_id, request.request_id, "TRIBUNAL", about)
                )
    for row in world.reviews:
        if row.final_plan_on and rng.random() < APPEALED_AFTER_AMENDMENT:
            registered_on = row.final_plan_on + _days(rng, 20, 60)
            opened.append((registered_on, row.child_id, request_of[row.plan_id], "TRIBUNAL", "CONTENTS"))
    return [_appeal(number, rng, *each) for number, each in enumerate(sorted(opened), start=1)]


def _appeal(number, rng, registered_on, child_id, request_id, kind, about):
    outcomes, longest = (MEDIATION_OUTCOMES, 45) if kind == "MEDIATION" else (TRIBUNAL_OUTCOMES, 330)
    outcome = str(rng.choice(list(outcomes), p=list(outcomes.values())))
    outcome_on = registered_on + _days(rng, 20, longest)
    return Appeal(number, child_id, request_id, kind, about, registered_on, outcome, outcome_on)


def _days(rng, low, high):
    return timedelta(days=int(rng.integers(low, high + 1)))


def _records(seen) -> Records:
    return seen.departments["casework_records"]


def _reviews(seen):
    """Reviews of plans in the system, as its log has them."""
    plans = {plan.plan_id for plan in seen.plans}
    return [row for row in seen.reviews if row.plan_id in plans]


def _notices(seen):
    replies = _records(seen).replies
    return [(row, replies.get(row.review_id)) for row in _reviews(seen) if row.amendment_notice_on]


def _late_plans(seen):
    plans = _records(seen).late_plans
    return [(row, *plans[row.review_id]) for row in _reviews(seen) if row.late_plan_recorded_on]


def _of_children(seen, rows):
    return [row for row in rows if row.child_id in seen.children]


def _kind(row):
    return "AMENDED" if row.review_id else "NEW"


def _conceded(row):
    return yes_no(row.outcome == "CONCEDED") if row.outcome and row.kind == "TRIBUNAL" else ""


def _line(seen, row, request_id, number, *, own, days, review_id=None):
    """A row of a table; it changed on the latest of `days`, at the end of the working day."""
    child = seen.children[row.child_id]
    review = [] if review_id is None else [f"AR{review_id:06d}" if review_id else None]
    person = [child.upn, child.uln, child.forename, child.surname, iso_date(child.born_on), child.postcode]
    values = [iso_date(value) or None if isinstance(value, date) else value for value in own]
    changed_at = f"{max(day for day in days if day)} 17:00:00"
    return [*number, f"DEMO-{request_id:06d}", *review, *(text or None for text in person), *values, changed_at]


def _bad_rows(month):
    """One row of nobody in each of two tables, entered on the last day of the month and gone in the next."""
    entered_at = f"{month_end(month_start(month))} 17:30:00"

    def person(serial, forename):
        return [identifiers.upn(serial, establishment=9999), None, forename, "Faultbury", "2014-03-07", "ZZ9 9ZZ"]

    rows = {
        "2026-09": {
            "amendment_notice": ["AN999901", "DEMO-999931", "AR999931", *person(71, "Repla"), "2026-07-08",
                                 "2026-07-01", entered_at],
            "checklist": ["QA999901", "DEMO-999933", None, *person(73, "Checka"), "REVISED", "2026-09-08", OFFICERS[2],
                          CHECKLIST_ITEMS, 20, entered_at],
        },
        "2026-10": {
            "late_review_plan": ["LP999901", "DEMO-999932", "AR999932", *person(72, "Nodata"), None, OFFICERS[0],
                                 "2026-11-20", "advice outstanding", entered_at],
            "appeal": ["AP99901", "DEMO-999934", *person(74, "Appelia"), "TRIBUNAL", "CONTENTS", "2026-10-08", "UPHELD",
                       "2026-10-01", "N", entered_at],
        },
    }  # fmt: skip
    return rows.get(month, {})
