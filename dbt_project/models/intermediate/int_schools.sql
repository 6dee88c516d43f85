with

establishments as (
    select * from {{ ref('stg_gias__establishments') }}
),

setting_types as (
    select * from {{ ref('setting_type') }}
),

-- A new school can take over the number of a closed one; the open one answers to it.
numbered as (
    select
        *,
        row_number() over (
            partition by la_code, establishment_la_code, establishment_number
            order by case when is_open then 0 else 1 end, opened_on desc, urn
        ) as first_of_number
    from establishments
)

select
    numbered.la_code,
    numbered.urn,
    concat(numbered.establishment_name, ' (', numbered.urn, ')') as school,
    numbered.establishment_la_code,
    numbered.establishment_number,
    numbered.establishment_number is not null and numbered.first_of_number = 1 as answers_to_its_number,
    numbered.opened_on,
    numbered.closed_on,
    coalesce(setting_types.setting_type, 'other') as setting_type,
    case
        when setting_types.setting_group in ('special', 'independent_special') then 'special'
        when setting_types.setting_group = 'alternative_provision' then 'alternative_provision'
        when numbered.phase_code = '1' then 'nursery'
        when numbered.phase_code in ('2', '3') then 'primary'
        when numbered.phase_code in ('4', '5') then 'secondary'
        when numbered.phase_code = '6' then 'post_16'
        when numbered.phase_code = '7' then 'all_through'
        else 'unknown'
    end as school_phase
from numbered
left join setting_types on numbered.type_code = setting_types.type_code
