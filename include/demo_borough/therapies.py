"""Therapy specified in plans, referrals to the health trust's teams, and the contacts that took place."""

from datetime import date, timedelta

from demo_borough.builder import Builder
from demo_borough.days import TERMS, age_at_31_august
from demo_borough.facts import Plan, Referral, Specification

CONTACTS_FROM = date(2025, 9, 1)
# share of plans with therapy specified, by primary need
_SLT = {"SLCN": 0.66, "ASD": 0.42, "HI": 0.4, "SLD": 0.45, "PMLD": 0.5, "PD": 0.25, "DS": 0.8}
_OT = {"PD": 0.5, "ASD": 0.15, "SLD": 0.2, "PMLD": 0.5, "SLCN": 0.06, "SPLD": 0.1, "SEMH": 0.05}
_TEAMS = {"SLT": ["SLT1", "SLT2", "SLT3", "SLT4"], "OT": ["OT1", "OT2"]}


def specify_and_provide(builder: Builder, last: date) -> None:
    """Section F of every plan in force since the contacts are known, and the therapy of those plans."""
    for plan in builder.world.plans:
        age = age_at_31_august(builder.world.children[plan.child_id].born_on, last)
        if age > 19 or (plan.ceased_on and plan.ceased_on < CONTACTS_FROM) or not plan.needs:
            continue
        for therapy, shares in (("SLT", _SLT), ("OT", _OT)):
            if builder.rng.random() < shares.get(plan.needs[0], 0.04):
                _therapy(builder, plan, therapy, last)


def _therapy(builder: Builder, plan: Plan, therapy: str, last: date) -> None:
    """One specification, its referral and its contacts; some were rewritten once."""
    rng = builder.rng
    sessions = int(rng.choice([3, 6, 6, 10, 12] if therapy == "SLT" else [2, 3, 4, 6]))
    minutes = int(rng.choice([30, 40, 45, 60]))
    row = Specification(plan.plan_id, plan.child_id, therapy, sessions, minutes, plan.begun_on, plan.ceased_on)
    builder.world.specifications.append(row)
    if rng.random() < 0.15 and plan.begun_on < date(2026, 1, 1) and not plan.ceased_on:
        row = _rewritten(builder, row, rng)
    referral = _refer(builder, plan, therapy, last)
    share = 0.0 if rng.random() < 0.06 else float(rng.normal(1.02, 0.16))
    for (_, _), (starts_on, ends_on) in TERMS.items():
        if CONTACTS_FROM <= starts_on <= last and row.valid_from <= ends_on:
            _term(builder, referral, row, (starts_on, ends_on), share, last)


def _rewritten(builder: Builder, row: Specification, rng) -> Specification:
    """The specification that replaced this one at some time in 2026: more or fewer sessions."""
    changed_on = date(2026, 1, 5) + timedelta(days=int(rng.integers(0, 280)))
    row.valid_to = changed_on - timedelta(days=1)
    changed = Specification(
        row.plan_id, row.child_id, row.therapy, max(row.sessions + int(rng.integers(-2, 4)), 1), row.minutes, changed_on
    )
    builder.world.specifications.append(changed)
    return changed


def _refer(builder: Builder, plan: Plan, therapy: str, last: date) -> Referral:
    """The referral to a team; it stays open while the therapy goes on."""
    rng = builder.rng
    received_on = plan.begun_on - timedelta(days=int(rng.integers(-20, 120)))
    seen_on = received_on + timedelta(days=int(rng.gamma(2.2, 45)))
    return builder.referral(
        plan.child_id,
        str(rng.choice(_TEAMS[therapy])),
        min(received_on, last),
        first_seen_on=seen_on,
        discharged_on=plan.ceased_on,
        priority="2" if rng.random() < 0.05 else "1",
    )


def _term(
    builder: Builder, referral: Referral, row: Specification, term: tuple[date, date], share: float, last: date
) -> None:
    """The contacts of one term, spread over it; some were missed or cancelled."""
    rng, (starts_on, ends_on) = builder.rng, term
    count = max(round(row.sessions * share / 0.9), 0)
    span = (ends_on - starts_on).days + 1
    first = max(referral.first_seen_on or starts_on, row.valid_from)
    chances = rng.random((count, 3))
    for place in range(count):
        day = starts_on + timedelta(days=min(int((place + 0.25 + chances[place, 0] / 2) * span / count), span - 1))
        day += timedelta(days=max(0, day.weekday() - 4) and 7 - day.weekday())
        if first <= day <= min(ends_on, last) and not (referral.discharged_on and day > referral.discharged_on):
            builder.contact(
                referral, day, row.minutes, is_group=bool(chances[place, 1] < 0.2), status=_status(chances[place, 2])
            )


def _status(chance: float) -> str:
    """Attended in time, attended late, did not attend, cancelled."""
    return "5" if chance < 0.82 else "6" if chance < 0.9 else "3" if chance < 0.95 else "4"
