with

clocks as (
    select * from {{ ref('int_clocks_described') }}
    where clock_id in ('review_meeting', 'review_meeting_under_5') and not is_stopped
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
    clocks.sex,
    clocks.primary_need,
    clocks.setting_type
from clocks
inner join months on clocks.due_month = months.month_start
