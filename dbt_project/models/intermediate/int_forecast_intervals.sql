with

forecasts as (
    select * from {{ ref('int_forecast_values') }}
    where years_back = 0
),

runs as (
    select * from {{ ref('int_forecast_runs') }}
    where years_back = 0
),

spreads as (
    select * from {{ ref('int_forecast_spreads') }}
),

-- As wide as the backtests missed by, wider by as much with every year; this year is known.
widened as (
    select
        forecasts.*,
        runs.month_start,
        runs.academic_year,
        {{ interval_width() }} * spreads.spread * forecasts.years_ahead * sqrt(greatest(forecasts.forecast_value, 1))
            as half_width
    from forecasts
    inner join runs
        on forecasts.scenario = runs.scenario and forecasts.years_ahead = runs.years_ahead
    left join spreads
        on
            forecasts.la_code = spreads.la_code
            and forecasts.measure = spreads.measure
            and forecasts.detail = spreads.detail
)

select
    la_code,
    scenario,
    academic_year,
    years_ahead,
    month_start,
    measure,
    setting_type,
    age,
    primary_need,
    cast(forecast_value as numeric(14, 2)) as forecast_value,
    cast(greatest(forecast_value - half_width, 0) as numeric(14, 2)) as lower_value,
    cast(forecast_value + half_width as numeric(14, 2)) as upper_value
from widened
