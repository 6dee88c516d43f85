"""Budgets and personal budgets, from finance's own sheets."""

import pandas as pd

from tests.second_way.files import Files, codes, days, first_of_month, numbers
from tests.second_way.plans import plan_months


def high_needs_spend_forecast(files: Files) -> pd.DataFrame:
    """Every heading of the high needs block."""
    rows = budget_lines(files)
    return rows[rows.fund == "High needs block"]


def travel_assistance_cost(files: Files) -> pd.DataFrame:
    """Travel, which the general fund pays."""
    rows = budget_lines(files)
    return rows[(rows.fund == "General fund") & (rows.heading == "Travel assistance")]


def budget_lines(files: Files) -> pd.DataFrame:
    """Budget monitoring: amount spent, base of the budget, forecast, pounds; a row per month_start, fund, heading."""
    rows = files.rows("finance__budget_line")
    return rows.assign(
        month_start=first_of_month(days(rows.month)),
        amount=numbers(rows.spend_gbp),
        base=numbers(rows.budget_gbp),
        forecast=numbers(rows.forecast_gbp),
    )


def personal_budgets(files: Files) -> pd.DataFrame:
    """Plans of each month's end whose child has an agreement on that day, by the service whose money it is."""
    agreements = files.rows("finance__personal_budget").dropna(subset="person")
    agreements = agreements.assign(
        kind=codes(agreements.kind), first_day=days(agreements.effective_from), last_day=days(agreements.effective_to)
    )
    found = []
    for month, plans in plan_months(files).groupby("month_start"):
        end = month + pd.offsets.MonthEnd(0)
        running = agreements[(agreements.first_day <= end) & ~(agreements.last_day < end)]
        kinds = running.groupby("person").kind.agg(lambda of: of.iloc[0] if of.nunique() == 1 else "several")
        found.append(plans.assign(personal_budget_kind=plans.person.map(kinds)).dropna(subset="personal_budget_kind"))
    return pd.concat(found).assign(counted=True)
