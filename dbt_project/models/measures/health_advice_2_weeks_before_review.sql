with

clocks as (
    select * from {{ ref('int_clocks_described') }}
    where clock_id = 'health_advice_before_review'
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
    clocks.is_in_time as is_counted,
    clocks.age_band,
    clocks.sex
from clocks
inner join months on {{ first_of_month('clocks.started_on') }} = months.month_start
inner join advice on clocks.la_code = advice.la_code and clocks.case_key = concat('advice:', advice.advice_key)
-- The promise holds where the health service had twelve weeks' notice of the meeting.
where advice.requested_on <= {{ add_days('advice.meeting_on', -84) }}
