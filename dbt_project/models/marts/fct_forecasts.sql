with

forecasts as (
    select * from {{ ref('int_forecast_intervals') }}
),

costs as (
    select * from {{ ref('int_forecast_costs') }}
)

select
    forecasts.la_code,
    forecasts.scenario,
    forecasts.academic_year,
    forecasts.years_ahead,
    {{ add_days(add_months('forecasts.month_start', 1), -1) }} as as_of_on,
    forecasts.measure,
    forecasts.setting_type,
    forecasts.age,
    forecasts.primary_need,
    forecasts.forecast_value as value,
    forecasts.lower_value as lower,
    forecasts.upper_value as upper,
    cast(costs.mean_cost_gbp as numeric(12, 2)) as mean_cost_gbp
from forecasts
left join costs
    on forecasts.la_code = costs.la_code and forecasts.setting_type = costs.setting_type
