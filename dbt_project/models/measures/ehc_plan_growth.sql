with

months as (
    select * from {{ ref('int_months') }}
),

plans as (
    select * from {{ ref('int_plan_months') }}
),

plans_now as (
    select
        plans.*,
        1 as amount,
        0 as base
    from months
    inner join plans on months.month_start = plans.month_start
),

plans_before as (
    select
        plans.*,
        0 as amount,
        1 as base
    from months
    inner join plans on {{ add_months('months.month_start', -12) }} = plans.month_start
),

compared as (
    select
        la_code,
        month_start,
        person_key,
        amount,
        base,
        age_band,
        sex,
        primary_need,
        setting_type
    from plans_now
    union all
    select
        la_code,
        {{ add_months('month_start', 12) }} as month_start,
        person_key,
        amount,
        base,
        age_band,
        sex,
        primary_need,
        setting_type
    from plans_before
)

select * from compared
