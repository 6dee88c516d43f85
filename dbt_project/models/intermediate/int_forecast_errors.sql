with

forecasts as (
    select * from {{ ref('int_forecast_values') }}
    where scenario = 'baseline'
),

runs as (
    select * from {{ ref('int_forecast_runs') }}
    where scenario = 'baseline'
),

tried as (
    select distinct
        la_code,
        measure,
        years_back,
        years_ahead
    from forecasts
    where years_back > 0 and years_ahead > 0
),

-- What came is the start of a later run. A cell that nobody forecast, or to which nobody came, is 0.
cells as (
    select
        tried.*,
        came.setting_type,
        came.age,
        came.primary_need,
        came.detail,
        0 as forecast_value,
        came.forecast_value as actual_value
    from tried
    inner join forecasts as came
        on
            tried.la_code = came.la_code
            and tried.measure = came.measure
            and tried.years_back - tried.years_ahead = came.years_back
            and came.years_ahead = 0
    union all
    select
        la_code,
        measure,
        years_back,
        years_ahead,
        setting_type,
        age,
        primary_need,
        detail,
        forecast_value,
        0 as actual_value
    from forecasts
    where years_back > 0 and years_ahead > 0
),

compared as (
    select
        la_code,
        measure,
        years_back,
        years_ahead,
        setting_type,
        age,
        primary_need,
        detail,
        sum(forecast_value) as forecast_value,
        sum(actual_value) as actual_value
    from cells
    group by 1, 2, 3, 4, 5, 6, 7, 8
)

select
    compared.*,
    runs.month_start,
    runs.academic_year,
    -- In the measure by which counts spread: the square root of what was forecast, for each year ahead.
    (compared.actual_value - compared.forecast_value)
    / (compared.years_ahead * sqrt(greatest(compared.forecast_value, 1))) as standard_error
from compared
inner join runs
    on compared.years_back = runs.years_back and compared.years_ahead = runs.years_ahead
-- Where nothing was forecast and nothing came, nothing was tried.
where compared.forecast_value <> 0 or compared.actual_value <> 0
