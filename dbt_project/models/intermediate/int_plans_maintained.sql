with

months as (
    select * from {{ ref('int_months') }}
),

plans as (
    select * from {{ ref('int_plans') }}
),

-- Growth looks back twelve months, so the months before the first of the history are needed too.
measured_months as (
    select month_start from months
    union
    select {{ add_months('month_start', -12) }} as month_start from months
),

month_ends as (
    select
        month_start,
        {{ add_days(add_months('month_start', 1), -1) }} as month_end
    from measured_months
)

select
    plans.la_code,
    month_ends.month_start,
    month_ends.month_end,
    plans.plan_key,
    plans.person_key,
    plans.primary_need
from month_ends
inner join plans
    on
        plans.begun_on <= month_ends.month_end
        and (plans.ceased_on is null or plans.ceased_on > month_ends.month_end)
