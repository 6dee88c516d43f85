with

months as (
    select * from {{ ref('int_months') }}
),

officers as (
    select
        la_code,
        month_start,
        sum(in_post_fte) as officer_fte
    from {{ ref('stg_workforce__posts') }}
    where staff_role = 'SEN case officer'
    group by la_code, month_start
),

plans as (
    select
        la_code,
        month_start,
        count(*) as plan_count
    from {{ ref('int_plan_months') }}
    group by la_code, month_start
)

select
    plans.la_code,
    plans.month_start,
    plans.plan_count as amount,
    officers.officer_fte as base,
    plans.plan_count as contributor_count
from months
inner join plans on months.month_start = plans.month_start
inner join officers on plans.la_code = officers.la_code and plans.month_start = officers.month_start
