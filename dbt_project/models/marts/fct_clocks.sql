with

clocks as (
    select * from {{ ref('int_clocks_described') }}
),

statutory_clocks as (
    select * from {{ ref('statutory_clocks') }}
),

plan_ids as (
    select * from {{ ref('int_plan_ids') }}
)

select
    clocks.la_code,
    {{ surrogate_key(['plan_ids.la_code', 'plan_ids.plan_id'], unless='plan_ids.plan_id') }} as ehc_plan_key,
    -- Numbered by the random person_key: the case system's own numbers stay outside the marts.
    dense_rank() over (partition by clocks.la_code order by clocks.person_key, clocks.case_key) as case_id,
    clocks.clock_id,
    statutory_clocks.title as clock_title,
    statutory_clocks.law,
    plan_ids.plan_id,
    clocks.started_on,
    clocks.due_on,
    clocks.ended_on,
    clocks.stopped_on,
    clocks.has_exception,
    clocks.elapsed_days,
    clocks.status,
    clocks.is_in_time,
    clocks.age_band,
    clocks.sex,
    clocks.primary_need,
    clocks.setting_type
from clocks
inner join statutory_clocks
    on
        clocks.clock_id = statutory_clocks.clock_id
        and clocks.started_on >= statutory_clocks.in_force_from
        and (statutory_clocks.in_force_to is null or clocks.started_on <= statutory_clocks.in_force_to)
left join plan_ids
    on clocks.la_code = plan_ids.la_code and clocks.plan_key = plan_ids.plan_key
