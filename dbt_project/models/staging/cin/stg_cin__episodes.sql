with

raw_rows as (
    {{ raw_in_use('cin__episode') }}
),

children as (
    select * from {{ ref('stg_cin__children') }}
),

typed as (
    select
        la_code,
        {{ as_integer('child_number') }} as child_number,
        {{ as_integer('episode_number') }} as episode_number,
        {{ as_date('cin_referral_date') }} as referred_on,
        {{ as_date('cin_closure_date') }} as closed_on,
        {{ as_code('primary_need_code') }} as primary_need_code,
        {{ as_date('cin_plan_start_date') }} as plan_started_on,
        {{ as_date('cin_plan_end_date') }} as plan_ended_on
    from raw_rows
)

select
    typed.la_code,
    children.person_key,
    typed.episode_number,
    typed.referred_on,
    typed.closed_on,
    typed.primary_need_code,
    typed.plan_started_on,
    typed.plan_ended_on
from typed
inner join children
    on typed.la_code = children.la_code and typed.child_number = children.child_number
