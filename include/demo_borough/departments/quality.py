"""The quality assurance officer's workbook: audits of plans and of advice, the feedback given and what came of it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough import identifiers
from demo_borough.facts import Child, World
from demo_borough.text import uk_date
from demo_borough.workbook import add_table, new_book, saved

AUDITS_BEGIN = date(2024, 4, 1)
# Audits are of a sample, and of no fewer than so many plans or pieces of advice.
SHARE_OF_PLANS, SHARE_OF_ADVICE, LEAST = 0.12, 0.06, 16
GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate")
# The share of good or outstanding plans rises from what an inspection called "highly variable" (February 2024) towards
# the 80% of the delivery plan; Kent reported 76%.
GOOD_AT_FIRST, GOOD_A_YEAR = 0.56, 0.09
RECIPIENTS = {"HEALTH": "Health advice provider", "SOCIAL_CARE": "Social care advice provider", "EP": "Manager"}
STAGING = ("stg_quality__plan_audits", "stg_quality__advice_audits", "stg_quality__audit_feedback")

PERSON = ["UPN", "Forename", "Surname", "Date of birth", "Postcode"]
PLAN_AUDIT = [
    "Audit", *PERSON, "Plan", "Date of plan", "Audited on", "Overall grade", "Aspirations evident", "Voice evident",
]  # fmt: skip
ADVICE_AUDIT = ["Audit", *PERSON, "Advice", "Given for", "Date of advice", "Audited on", "Overall grade"]
FEEDBACK = ["Audit", "Given to", "Given on", "Action taken", "Recorded on"]


@dataclass(frozen=True)
class PlanAudit:
    """An audit of a plan as it was issued on `plan_on`."""

    reference: str
    child_id: int
    kind: str
    plan_on: date
    audited_on: date
    grade: str
    aspirations: str
    voice: str


@dataclass(frozen=True)
class AdviceAudit:
    """An audit of a piece of advice as it was received on `advice_on`."""

    reference: str
    child_id: int
    advice_type: str
    purpose: str
    advice_on: date
    audited_on: date
    grade: str


@dataclass(frozen=True)
class Feedback:
    """Feedback after an audit, and the day on which an action was recorded."""

    reference: str
    given_to: str
    given_on: date
    acted_on: date | None


@dataclass(frozen=True)
class Quality:
    """All that the workbook holds."""

    plans: list[PlanAudit]
    advice: list[AdviceAudit]
    feedback: list[Feedback]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> Quality:
    """Audits of a sample of what was issued and received since they began."""
    plans = [_plan_audit(number, *each, rng) for number, each in enumerate(_sample_of_plans(world, rng), start=1)]
    advice = [_advice_audit(number, each, rng) for number, each in enumerate(_sample_of_advice(world, rng), start=1)]
    found = Quality(
        [audit for audit in plans if audit.audited_on <= last_day],
        [audit for audit in advice if audit.audited_on <= last_day],
        [],
    )
    for audit in (*found.plans, *found.advice):
        found.feedback.extend(_feedback(audit, rng))
    return found


def as_of(facts: Quality, cut: date) -> Quality:
    """The workbook on a day."""
    return Quality(
        [audit for audit in facts.plans if audit.audited_on <= cut],
        [audit for audit in facts.advice if audit.audited_on <= cut],
        [
            row if row.acted_on is None or row.acted_on <= cut else replace(row, acted_on=None)
            for row in facts.feedback
            if row.given_on <= cut
        ],
    )


def files(seen: World, month: str):
    """The workbook of the month: path and bytes."""
    plans, advice, feedback = _held(seen)
    book = new_book()
    notes = ([], [f"{len(plans)} plans and {len(advice)} pieces of advice audited since April 2024"])
    add_table(
        book, "Plan audits", "EHC plans: quality assurance", PLAN_AUDIT,
        [_plan_line(audit, seen.children[audit.child_id]) for audit in plans] + _bad_plans(month), notes,
    )  # fmt: skip
    add_table(
        book, "Advice audits", "Advice for EHC plans: quality assurance", ADVICE_AUDIT,
        [_advice_line(audit, seen.children[audit.child_id]) for audit in advice] + _bad_advice(month), notes,
    )  # fmt: skip
    lines = [[row.reference, row.given_to, row.given_on, _action(row), row.acted_on] for row in feedback]
    add_table(book, "Feedback", "Feedback and the action taken", FEEDBACK, lines + _bad_feedback(month))
    yield f"quality/{month}/quality_audits.xlsx", saved(book)


def faults(month: str) -> list[tuple[str, str, int]]:
    """A grade of another scale, a day without an action, an audit before its advice."""
    planted = [
        ("quality__plan_audit", "unknown code", len(_bad_plans(month))),
        ("quality__audit_feedback", "day without an action", len(_bad_feedback(month))),
        ("quality__advice_audit", "audit before the advice", len(_bad_advice(month))),
    ]
    return [fault for fault in planted if fault[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """The audits and the feedback as the staging models must hold them."""
    plans, advice, feedback = _held(seen)
    return {
        "stg_quality__plan_audits": [
            {
                "audit_reference": audit.reference,
                "plan_kind": audit.kind,
                "plan_on": audit.plan_on,
                "audited_on": audit.audited_on,
                "grade": audit.grade,
                "is_good_or_better": audit.grade in ("Outstanding", "Good"),
                "has_aspirations": audit.aspirations == "Yes",
                "has_voice": audit.voice == "Yes",
            }
            for audit in plans
        ],
        "stg_quality__advice_audits": [
            {
                "audit_reference": audit.reference,
                "advice_type": audit.advice_type,
                "purpose": audit.purpose,
                "advice_on": audit.advice_on,
                "audited_on": audit.audited_on,
                "grade": audit.grade,
                "is_good_or_better": audit.grade in ("Outstanding", "Good"),
            }
            for audit in advice
        ],
        "stg_quality__audit_feedback": [
            {
                "audit_reference": row.reference,
                "given_to": row.given_to,
                "given_on": row.given_on,
                "acted_on": row.acted_on,
            }
            for row in feedback
        ],
    }


def _sample_of_plans(world, rng):
    """(child, kind, day of issue) of new and amended plans."""
    issued = [(plan.child_id, "New", plan.issued_on) for plan in world.plans]
    issued += [(review.child_id, "Amended", review.final_plan_on) for review in world.reviews]
    return _sample(rng, [each for each in issued if each[2] and each[2] >= AUDITS_BEGIN], SHARE_OF_PLANS)


def _sample_of_advice(world, rng):
    return _sample(
        rng, [row for row in world.advice if row.received_on and row.received_on >= AUDITS_BEGIN], SHARE_OF_ADVICE
    )


def _sample(rng, rows, share):
    share = max(share, LEAST / max(len(rows), 1))
    return [row for row in rows if rng.random() < share]


def _plan_audit(number, child_id, kind, plan_on, rng):
    audited_on = plan_on + timedelta(days=int(rng.integers(5, 60)))
    grade = _grade(audited_on, rng)
    hears = {"Outstanding": 0.98, "Good": 0.9}.get(grade, 0.45)
    aspirations, voice = (
        "Yes" if rng.random() < hears else str(rng.choice(["Partly", "No"], p=[0.7, 0.3])) for _ in range(2)
    )
    return PlanAudit(f"PA{number:05d}", child_id, kind, plan_on, audited_on, grade, aspirations, voice)


def _advice_audit(number, row, rng):
    audited_on = row.received_on + timedelta(days=int(rng.integers(3, 15)))
    purpose = "REVIEW" if row.review_id else "ASSESSMENT"
    return AdviceAudit(
        f"AA{number:05d}", row.child_id, row.advice_type, purpose, row.received_on, audited_on, _grade(audited_on, rng)
    )


def _grade(day, rng):
    good = min(GOOD_AT_FIRST + GOOD_A_YEAR * (day - AUDITS_BEGIN).days / 365, 0.85)
    return str(rng.choice(GRADES, p=[good * 0.15, good * 0.85, (1 - good) * 0.8, (1 - good) * 0.2]))


def _feedback(audit, rng):
    """Nearly every audit is spoken of with those it concerns; a manager hears of what is inadequate."""
    concerned = "SEN case officer" if isinstance(audit, PlanAudit) else RECIPIENTS[audit.advice_type]
    to = [concerned, *(["Manager"] if audit.grade == "Inadequate" and concerned != "Manager" else [])]
    for given_to in to if rng.random() < 0.9 else []:
        given_on = audit.audited_on + timedelta(days=int(rng.integers(2, 21)))
        acts = rng.random() < 0.55 + 0.1 * (given_on - AUDITS_BEGIN).days / 365
        yield Feedback(
            audit.reference, given_to, given_on, given_on + timedelta(days=int(rng.integers(3, 60))) if acts else None
        )


def _held(seen):
    """Audits of children that the authority knows, and the feedback on these."""
    facts = seen.departments["quality"]
    plans = [audit for audit in facts.plans if audit.child_id in seen.children]
    advice = [audit for audit in facts.advice if audit.child_id in seen.children]
    references = {audit.reference for audit in (*plans, *advice)}
    return plans, advice, [row for row in facts.feedback if row.reference in references]


def _person(child: Child) -> list:
    return [child.upn or None, child.forename, child.surname, child.born_on, child.postcode]


def _plan_line(audit: PlanAudit, child: Child) -> list:
    """A line of the list; one in ten days was typed as text."""
    audited = uk_date(audit.audited_on) if audit.reference.endswith("0") else audit.audited_on
    return [
        audit.reference, *_person(child), audit.kind, audit.plan_on, audited, audit.grade, audit.aspirations,
        audit.voice,
    ]  # fmt: skip


def _advice_line(audit: AdviceAudit, child: Child) -> list:
    return [
        audit.reference, *_person(child), audit.advice_type, audit.purpose, audit.advice_on, audit.audited_on,
        f"{audit.grade} ",
    ]  # fmt: skip


def _action(row: Feedback) -> str | None:
    return "Discussed in supervision" if row.acted_on else None


def _stranger(serial: int) -> list:
    return [identifiers.upn(serial, establishment=9999), "Faulty", "Faultbury", date(2014, 3, 7), "ZZ9 9ZZ"]


def _bad_plans(month):
    if month != "2026-09":
        return []
    line = ["PA99901", *_stranger(201), "New", date(2026, 8, 3), date(2026, 9, 7), "Satisfactory", "Yes", "Yes"]
    return [line]


def _bad_feedback(month):
    return [["PA99901", "Manager", date(2026, 9, 14), None, date(2026, 9, 21)]] if month == "2026-09" else []


def _bad_advice(month):
    if month != "2026-10":
        return []
    return [["AA99901", *_stranger(202), "HEALTH", "REVIEW", date(2026, 10, 12), date(2026, 10, 5), "Good"]]
