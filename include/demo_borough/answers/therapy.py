"""Therapy provided against therapy specified, for the months of terms whose contacts are known from the start."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from demo_borough.answers.rows import Row
from demo_borough.answers.view import View
from demo_borough.days import month_end, term_of

BREAKDOWNS = ("therapy", "age_band", "setting_type", "primary_need")


def _months(view: View, contacts_from: date) -> list[date]:
    """Months of the history in terms that begin in the month from which contacts are known, or later."""
    return [month for month in view.months if term_of(month)[0].replace(day=1) >= contacts_from]


def _therapies(view: View, contacts_from: date):
    """(month, plan, therapy, specified hours, provided hours, groups) of each plan and therapy."""
    specified = defaultdict(list)
    for row in view.world.specifications:
        specified[row.child_id].append(row)
    contacts = defaultdict(list)
    for contact in view.world.contacts:
        if contact.status in ("5", "6"):
            contacts[contact.child_id, contact.team.rstrip("0123456789")].append(contact)
    for month in _months(view, contacts_from):
        last = month_end(month)
        starts_on, ends_on = term_of(month)
        until = min(last, ends_on)
        share = Fraction((until - starts_on).days + 1, (ends_on - starts_on).days + 1)
        for plan, _, groups in view.maintained(month):
            minutes: dict[str, int] = defaultdict(int)
            for row in specified[plan.child_id]:
                if row.valid_from <= last and (row.valid_to is None or row.valid_to >= last):
                    minutes[row.therapy] += row.sessions * row.minutes
            for therapy, term_minutes in minutes.items():
                had = sum(
                    each.minutes for each in contacts[plan.child_id, therapy] if starts_on <= each.occurred_on <= until
                )
                yield month, plan, therapy, share * term_minutes / 60, Fraction(had, 60), groups


def therapy_provided(view: View, contacts_from: date) -> list[Row]:
    """Hours provided over hours specified, for the term to date."""
    return [
        Row(month, amount=float(provided), base=float(specified), groups=groups | {"therapy": therapy})
        for month, _, therapy, specified, provided, groups in _therapies(view, contacts_from)
    ]


def plans_with_a_therapy_gap(view: View, contacts_from: date) -> list[Row]:
    """Plans with therapy specified: less than 80% of one of them provided in the term to date."""
    plans: dict[tuple, Row] = {}
    for month, plan, _, specified, provided, groups in _therapies(view, contacts_from):
        row = plans.setdefault((month, plan.plan_id), Row(month, False, groups=groups))
        row.counted = row.counted or provided < specified * Fraction(8, 10)
    return list(plans.values())
