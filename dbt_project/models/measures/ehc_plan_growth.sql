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

breaks as (
    select * from {{ ref('recording_breaks') }}
    where measure_id = 'ehc_plan_growth'
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
),

-- What is recorded changed between the two months: they cannot be compared.
across_a_break as (
    select distinct months.month_start
    from months
    inner join breaks
        on
            {{ first_of_month('breaks.breaks_on') }} <= months.month_start
            and {{ first_of_month('breaks.breaks_on') }} > {{ add_months('months.month_start', -12) }}
)

select compared.*
from compared
left join across_a_break on compared.month_start = across_a_break.month_start
where across_a_break.month_start is null
