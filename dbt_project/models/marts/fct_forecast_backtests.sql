with

errors as (
    select * from {{ ref('int_forecast_errors') }}
),

spreads as (
    select * from {{ ref('int_forecast_spreads') }}
)

select
    errors.la_code,
    errors.academic_year,
    errors.years_ahead,
    {{ add_days(add_months('errors.month_start', 1), -1) }} as as_of_on,
    errors.measure,
    errors.setting_type,
    errors.age,
    errors.primary_need,
    cast(errors.forecast_value as numeric(14, 2)) as forecast_value,
    cast(errors.actual_value as numeric(14, 2)) as actual_value,
    cast(errors.forecast_value - errors.actual_value as numeric(14, 2)) as error,
    cast((errors.forecast_value - errors.actual_value) / nullif(errors.actual_value, 0) as numeric(10, 4))
        as error_rate,
    abs(errors.standard_error) <= {{ interval_width() }} * spreads.spread as is_within_interval
from errors
inner join spreads
    on
        errors.la_code = spreads.la_code
        and errors.measure = spreads.measure
        and errors.detail = spreads.detail
