with

months as (
    select * from {{ ref('int_months') }}
),

bases as (
    select 'promise' as basis
    union all
    select 'safety_valve' as basis
)

select
    '{{ var("la_code") }}' as la_code,
    months.financial_year,
    months.month_start,
    months.month_end,
    months.is_reporting_month,
    bases.basis
from months
cross join bases
