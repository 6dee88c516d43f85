"""Plans maintained, where their children are, and what placements cost."""

from demo_borough.answers.rows import Row
from demo_borough.answers.view import View
from demo_borough.codes import INDEPENDENT_SPECIAL
from demo_borough.days import add_months, month_end

BREAKDOWNS = ("age_band", "sex", "primary_need", "setting_type")


def ehc_plans(view: View) -> list[Row]:
    """Plans maintained at the end of the month."""
    return [Row(month, True, groups=groups) for month in view.months for _, _, groups in view.maintained(month)]


def ehc_plan_growth(view: View) -> list[Row]:
    """Plans maintained at the end of the month against those of twelve months before."""
    rows = []
    for month in view.months:
        rows += [Row(month, amount=1, base=0, groups=groups) for _, _, groups in view.maintained(month)]
        before = view.maintained(add_months(month, -12))
        rows += [Row(month, amount=0, base=1, groups=groups) for _, _, groups in before]
    return rows


def plans_in_mainstream(view: View) -> list[Row]:
    """Of plans maintained: in a mainstream setting."""
    return [
        Row(month, view.setting(row)[1] == "mainstream", groups=groups)
        for month in view.months
        for _, row, groups in view.maintained(month)
    ]


def plans_in_independent_special(view: View) -> list[Row]:
    """Of plans maintained: in an independent or non-maintained special school."""
    return [
        Row(month, view.setting(row)[0] in INDEPENDENT_SPECIAL, groups=groups)
        for month in view.months
        for _, row, groups in view.maintained(month)
    ]


def plans_placed_in_borough(view: View) -> list[Row]:
    """Of plans placed at an establishment of the register: in the borough."""
    return [
        Row(month, view.is_in_borough(row), groups=groups)
        for month in view.months
        for _, row, groups in view.maintained(month)
        if row is not None and view.place(row) is not None
    ]


def cost_per_placement(view: View) -> list[Row]:
    """Annual cost of each placement that finance holds a rate for at the end of the month."""
    costs: dict[tuple, list] = {}
    for cost in view.world.placement_costs:
        costs.setdefault((cost.child_id, cost.urn, cost.ukprn), []).append(cost)
    rows = []
    for month in view.months:
        last = month_end(month)
        for plan, row, groups in view.maintained(month):
            held = [] if row is None else costs.get((plan.child_id, row.urn, row.ukprn), [])
            running = [
                cost for cost in held if cost.starts_on <= last and (cost.ends_on is None or cost.ends_on >= last)
            ]
            if running and (row.urn or row.ukprn):
                latest = max(running, key=lambda cost: cost.starts_on)
                rows.append(Row(month, amount=latest.annual_gbp, groups=groups))
    return rows
