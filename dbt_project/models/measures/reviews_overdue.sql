with

clocks as (
    select * from {{ ref('int_clocks') }}
    where clock_id in ('annual_review', 'annual_review_under_5')
),

plans as (
    select * from {{ ref('int_plan_months') }}
),

months as (
    select * from {{ ref('int_months') }}
),

overdue as (
    select
        plans.*,
        clocks.case_key,
        {{ dbt.datediff('clocks.due_on', 'months.month_end', 'day') }} as late_days
    from plans
    inner join months on plans.month_start = months.month_start
    inner join clocks
        on
            plans.la_code = clocks.la_code
            and plans.plan_key = clocks.plan_key
            and clocks.due_on < months.month_end
            and (clocks.ended_on is null or clocks.ended_on > months.month_end)
)

select
    la_code,
    month_start,
    person_key,
    plan_key,
    case_key,
    true as is_counted,
    late_days,
    case
        when late_days <= 31 then 'up_to_1_month'
        when late_days <= 92 then '1_to_3_months'
        when late_days <= 183 then '3_to_6_months'
        else 'over_6_months'
    end as lateness,
    age_band,
    setting_type
from overdue
