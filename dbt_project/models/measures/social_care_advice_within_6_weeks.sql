with

clocks as (
    select * from {{ ref('int_clocks_described') }}
    where clock_id = 'advice_social_care'
),

months as (
    select * from {{ ref('int_months') }}
)

select
    clocks.la_code,
    months.month_start,
    clocks.person_key,
    clocks.case_key,
    clocks.is_in_time as is_counted,
    clocks.age_band,
    clocks.sex
from clocks
inner join months on clocks.due_month = months.month_start
