"""What is coming, fit to be shown: what falls due in ranges of five, forecasts in round numbers.

Pure functions from rows of the marts to rows of `published`; the queries beside them read no more than is shown.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from send_data import disclosure
from send_data.disclosure import HIDDEN, SHOWN

# Forecasts are shown to the nearest 5 children and £100,000: two of them never tell of one child by subtraction.
STEPS = {"plans": 5, "requests": 5, "places": 5, "cost_gbp": 100_000}

# By kind, and all kinds together by team. Not by school: most have fewer than five cases of a kind in a band.
FALLING_DUE = """
    select kind, case_team, due_band, sum(case_count) as case_count
    from {schema}.fct_falling_due
    where la_code = :la
    group by grouping sets ((kind, due_band), (case_team, due_band))
    order by kind, case_team, due_band
"""
# Totals of every scenario; by age, need and type of setting the baseline alone. This year is in the figures already.
FORECASTS = """
    select f.scenario, s.label, f.academic_year, f.as_of_on, f.years_ahead, f.measure, f.setting_type, f.age,
        f.primary_need, f.value, f.lower, f.upper
    from {schema}.fct_forecasts as f
    inner join (select distinct scenario, label from {schema}.dim_scenarios) as s on f.scenario = s.scenario
    where f.la_code = :la and f.years_ahead > 0 and (
        (f.age = 'all' and f.primary_need = 'all')
        or (
            f.scenario = 'baseline' and f.measure in ('plans', 'requests')
            and (f.age = 'all' or f.primary_need = 'all')
        )
    )
    order by f.scenario, f.measure, f.setting_type, f.age, f.primary_need, f.years_ahead
"""
FORECAST_ERRORS = """
    select measure, academic_year, years_ahead, error_rate
    from {schema}.fct_forecast_backtests
    where la_code = :la and setting_type = 'all' and age = 'all' and primary_need = 'all'
    order by measure, academic_year, years_ahead
"""


def falling_due_rows(records: Iterable[Mapping], by: str = "kind") -> list[dict]:
    """Rows of published.falling_due (`by` kind) or falling_due_by_team (`by` case_team): ranges of five, none for none.

    Of the records, those that count by kind have no case_team, and the other way round.
    """
    rows = []
    for record in records:
        low, high = disclosure.band(int(record["case_count"]))
        if high and record[by] is not None:
            rows.append({by: record[by], "due_band": record["due_band"], "lower_bound": low, "upper_bound": high})
    return rows


def forecast_rows(records: Iterable[Mapping]) -> list[dict]:
    """Rows of published.forecasts: value to the nearest step, its interval to the steps around it, few as hidden."""
    return [_forecast_row(record) for record in records]


def _forecast_row(record: Mapping) -> dict:
    row = {name: entry for name, entry in record.items() if name not in ("value", "lower", "upper")}
    step = STEPS[record["measure"]]
    if record["value"] < disclosure.THRESHOLD:
        return row | {"value": None, "lower_value": None, "upper_value": None, "symbol": HIDDEN}
    value = _to_step(record["value"], step, ROUND_HALF_EVEN)
    lower, upper = _to_step(record["lower"], step, ROUND_FLOOR), _to_step(record["upper"], step, ROUND_CEILING)
    return row | {"value": value, "lower_value": lower, "upper_value": upper, "symbol": SHOWN}


def _to_step(number: Decimal, step: int, rounding: str) -> Decimal:
    return (Decimal(number) / step).quantize(Decimal(1), rounding) * step
