with

clocks as (
    select * from {{ ref('int_clocks_described') }}
    where clock_id = 'social_care_advice_before_review'
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
