with

months as (
    select * from {{ ref('int_months') }}
),

lines as (
    select * from {{ ref('stg_finance__budget_lines') }}
    where fund = 'General fund' and heading = 'Travel assistance'
)

select
    lines.la_code,
    lines.month_start,
    lines.spend_gbp as amount,
    lines.budget_gbp as base,
    lines.forecast_gbp as forecast
from months
inner join lines on months.month_start = lines.month_start
