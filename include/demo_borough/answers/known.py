"""Every measure of the slice, answered."""

from datetime import date
from functools import partial

import pandas as pd

from demo_borough.answers import advice, assessments, plans, repatriation, reviews, therapy
from demo_borough.answers.rows import figures
from demo_borough.answers.view import View
from demo_borough.facts import World

CONTACTS_FROM = date(2026, 9, 1)
COLUMNS = ["measure_id", "month_start", "breakdown", "breakdown_value", "numerator", "denominator", "value"]

# module, breakdowns, kind by measure
_RATES = {
    assessments: [
        "requests_decided_within_6_weeks",
        "requests_refused",
        "no_plan_decisions_within_16_weeks",
        "plans_issued_within_20_weeks",
        "plans_issued_within_20_weeks_with_exceptions",
        "plans_due_issued_within_20_weeks",
    ],
    reviews: [
        "reviews_completed_on_time",
        "review_meetings_held_on_time",
        "review_decisions_within_4_weeks",
        "review_decisions_within_4_weeks_dfe",
        "amended_plans_within_12_weeks",
        "amended_plans_within_8_weeks_of_notice",
        "phase_transfers_final_by_deadline",
    ],
    advice: [
        "health_advice_within_6_weeks",
        "social_care_advice_within_6_weeks",
        "health_advice_2_weeks_before_review",
        "social_care_advice_2_weeks_before_review",
    ],
    plans: ["plans_in_mainstream", "plans_in_independent_special", "plans_placed_in_borough"],
}


def _measures(contacts_from: date) -> dict:
    """For each measure: kind, rows, breakdowns and whether a count has a denominator."""
    found = {
        name: ("rate", getattr(module, name), module.BREAKDOWNS, False)
        for module, names in _RATES.items()
        for name in names
    }
    lateness = ("lateness", "age_band", "setting_type")
    return found | {
        "requests_received": ("count", assessments.requests_received, assessments.BREAKDOWNS, False),
        "assessments_open_over_20_weeks": (
            "count",
            assessments.assessments_open_over_20_weeks,
            ("weeks_open", "age_band"),
            False,
        ),
        "reviews_overdue": ("count", reviews.reviews_overdue, lateness, False),
        "late_reviews_with_a_plan": ("rate", reviews.late_reviews_with_a_plan, lateness, False),
        "year_9_reviews_with_adulthood_outcomes": (
            "rate",
            reviews.year_9_reviews_with_adulthood_outcomes,
            ("age_band", "sex", "primary_need"),
            False,
        ),
        "late_health_advice_with_a_reason": (
            "rate",
            advice.late_health_advice_with_a_reason,
            ("purpose", "age_band"),
            False,
        ),
        "ehc_plans": ("count", plans.ehc_plans, plans.BREAKDOWNS, False),
        "ehc_plan_growth": ("growth", plans.ehc_plan_growth, plans.BREAKDOWNS, False),
        "cost_per_placement": ("mean", plans.cost_per_placement, ("setting_type",), False),
        "learners_repatriated": ("sum", repatriation.learners_repatriated, (), False),
        "repatriation_saving": ("sum", repatriation.repatriation_saving, ("saving_basis",), False),
        "repatriation_saving_per_learner": ("ratio", repatriation.repatriation_saving_per_learner, (), False),
        "repatriation_travel_saving": ("sum", repatriation.repatriation_travel_saving, (), False),
        "repatriation_saving_net_of_new_starts": ("sum", repatriation.repatriation_saving_net_of_new_starts, (), False),
        "therapy_provided": (
            "ratio",
            partial(therapy.therapy_provided, contacts_from=contacts_from),
            therapy.BREAKDOWNS,
            False,
        ),
        "plans_with_a_therapy_gap": (
            "count",
            partial(therapy.plans_with_a_therapy_gap, contacts_from=contacts_from),
            ("age_band", "setting_type", "primary_need"),
            True,
        ),
    }


def known_answers(world: World, month: str, contacts_from: date = CONTACTS_FROM, history: int = 36) -> pd.DataFrame:
    """Figures of every measure as known at `month` ('YYYY-MM'), for the `history` months up to and with it.

    Columns: measure_id, month_start (date), breakdown, breakdown_value, numerator, denominator, value; rates from 0 to
    1, money in pounds. Therapy is answered for terms whose contacts are delivered from their first month on,
    `contacts_from` being the first month of contacts that was delivered.
    """
    view = View(world, month, history)
    answers = []
    for name, (kind, rows, breakdowns, has_denominator) in sorted(_measures(contacts_from).items()):
        for figure in figures(kind, rows(view), view.months, breakdowns, has_denominator):
            if name == "plans_with_a_therapy_gap" and not figure[4]:
                continue
            answers.append((name, *figure))
    return pd.DataFrame(answers, columns=COLUMNS)
