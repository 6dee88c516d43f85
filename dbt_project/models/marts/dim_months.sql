with

months as (
    select * from {{ ref('int_months') }}
)

select
    month_start,
    month_end,
    academic_year,
    financial_year,
    term,
    is_reporting_month
from months
