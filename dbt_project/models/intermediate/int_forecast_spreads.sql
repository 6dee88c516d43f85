with

errors as (
    select * from {{ ref('int_forecast_errors') }}
)

select
    la_code,
    measure,
    detail,
    sqrt(avg(standard_error * standard_error)) as spread
from errors
group by la_code, measure, detail
