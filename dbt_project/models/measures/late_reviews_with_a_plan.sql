with

overdue as (
    select * from {{ ref('reviews_overdue') }}
),

cycles as (
    select * from {{ ref('int_review_cycles') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    overdue.la_code,
    overdue.month_start,
    overdue.person_key,
    overdue.plan_key,
    coalesce(cycles.late_plan_recorded_on <= months.month_end, false) as is_counted,
    overdue.lateness,
    overdue.age_band,
    overdue.setting_type
from overdue
inner join months on overdue.month_start = months.month_start
inner join cycles on overdue.la_code = cycles.la_code and overdue.case_key = cycles.cycle_key
