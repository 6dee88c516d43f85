with

clocks as (
    select * from {{ ref('int_clocks_described') }}
    where clock_id in ('advice_health', 'health_advice_before_review') and not is_in_time
),

advice as (
    select * from {{ ref('int_advice') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    clocks.la_code,
    months.month_start,
    clocks.person_key,
    clocks.case_key,
    advice.has_reason_and_plan as is_counted,
    advice.purpose,
    clocks.age_band
from clocks
inner join months on clocks.due_month = months.month_start
inner join advice on clocks.la_code = advice.la_code and clocks.case_key = concat('advice:', advice.advice_key)
