with

clocks as (
    select * from {{ ref('int_clocks') }}
),

people as (
    select * from {{ ref('int_people') }}
),

plans as (
    select * from {{ ref('int_plans') }}
),

placements as (
    select * from {{ ref('int_placements') }}
),

-- Where the child was on the due day: lowest rank first, then the latest entry.
held as (
    select
        clocks.la_code,
        clocks.clock_id,
        clocks.case_key,
        placements.setting_type,
        row_number() over (
            partition by clocks.la_code, clocks.clock_id, clocks.case_key
            order by placements.placement_rank, placements.entered_on desc, placements.placement_key
        ) as preference
    from clocks
    inner join placements
        on
            clocks.la_code = placements.la_code
            and clocks.plan_key = placements.plan_key
            and placements.entered_on <= clocks.due_on
            and (placements.left_on is null or placements.left_on >= clocks.due_on)
)

select
    clocks.*,
    clocks.ended_on is not null and clocks.ended_on <= clocks.due_on as is_in_time,
    {{ first_of_month('clocks.due_on') }} as due_month,
    {{ first_of_month('clocks.ended_on') }} as ended_month,
    {{ age_band('people.born_month', 'clocks.due_on') }} as age_band,
    coalesce(people.sex, 'unknown') as sex,
    coalesce(plans.primary_need, 'unknown') as primary_need,
    coalesce(held.setting_type, 'awaiting') as setting_type
from clocks
left join people
    on clocks.la_code = people.la_code and clocks.person_key = people.person_key
left join plans
    on clocks.la_code = plans.la_code and clocks.plan_key = plans.plan_key
left join held
    on
        clocks.la_code = held.la_code
        and clocks.clock_id = held.clock_id
        and clocks.case_key = held.case_key
        and held.preference = 1
