with

raw_rows as (
    {{ raw_in_use('finance__budget_line') }}
)

select
    la_code,
    {{ first_of_month(as_date('month')) }} as month_start,
    fund,
    heading,
    {{ as_numeric('budget_gbp') }} as budget_gbp,
    {{ as_numeric('spend_gbp') }} as spend_gbp,
    {{ as_numeric('forecast_gbp') }} as forecast_gbp
from raw_rows
