with

clocks as (
    select * from {{ ref('int_clocks_described') }}
    where clock_id = 'notify_no_plan'
),

requests as (
    select * from {{ ref('int_requests') }}
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
    requests.source,
    requests.age_band,
    requests.sex,
    requests.primary_need
from clocks
inner join months on clocks.ended_month = months.month_start
inner join requests on clocks.la_code = requests.la_code and clocks.plan_key = requests.request_key
