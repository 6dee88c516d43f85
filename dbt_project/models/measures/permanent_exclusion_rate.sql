with

pupils_and_exclusions as (
    select * from {{ ref('int_pupils_and_exclusions') }}
    where category in ('on_roll', 'permanent')
)

select
    la_code,
    month_start,
    person_key,
    case when category = 'permanent' then 1 else 0 end as amount,
    case when category = 'on_roll' then 1 else 0 end as base,
    sen_group,
    school_phase
from pupils_and_exclusions
