with

months as (
    select * from {{ ref('int_months') }}
),

young_people as (
    select * from {{ ref('stg_nccis__young_people') }}
),

plans as (
    select * from {{ ref('int_plan_months') }}
),

people as (
    select * from {{ ref('int_people') }}
),

returns as (
    select young_people.*
    from months
    inner join young_people on months.month_start = young_people.month_start
),

months_sent as (
    select distinct
        la_code,
        month_start
    from returns
),

followed as (
    select
        *,
        activity_group in ('education', 'employment', 'training') and not is_lapsed as is_in_eet
    from returns
    where cohort_status_code in ('P', 'G')
),

with_plan as (
    select distinct
        plans.la_code,
        plans.month_start,
        plans.person_key
    from plans
    inner join months_sent
        on plans.la_code = months_sent.la_code and plans.month_start = months_sent.month_start
),

-- Whoever has a plan is one of them, also when the return does not know what they do.
everybody as (
    select
        la_code,
        month_start,
        person_key
    from followed
    union
    select
        la_code,
        month_start,
        person_key
    from with_plan
)

select
    everybody.la_code,
    everybody.month_start,
    everybody.person_key,
    -- The year of NCCIS begins on 1 September, so that August still belongs to the year before.
    {{ age_at_31_august('coalesce(followed.born_month, people.born_month)', 'everybody.month_start') }}
        as academic_age,
    case
        when people.sex in ('F', 'M') then people.sex
        when followed.sex in ('F', 'M') then followed.sex
        else 'unknown'
    end as sex,
    with_plan.person_key is not null as has_plan,
    case
        when with_plan.person_key is not null or followed.has_plan then 'ehc_plan'
        when followed.has_sen_support then 'sen_support'
        else 'no_sen'
    end as sen_group,
    coalesce(followed.is_in_eet, false) as is_in_eet
from everybody
left join followed
    on
        everybody.la_code = followed.la_code
        and everybody.month_start = followed.month_start
        and everybody.person_key = followed.person_key
left join with_plan
    on
        everybody.la_code = with_plan.la_code
        and everybody.month_start = with_plan.month_start
        and everybody.person_key = with_plan.person_key
left join people
    on everybody.la_code = people.la_code and everybody.person_key = people.person_key
