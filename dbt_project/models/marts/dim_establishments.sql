with

establishments as (
    select * from {{ ref('stg_gias__establishments') }}
),

setting_types as (
    select * from {{ ref('setting_type') }}
)

select
    {{ surrogate_key(['establishments.la_code', 'establishments.urn']) }} as establishment_key,
    establishments.la_code,
    establishments.urn,
    establishments.ukprn,
    establishments.establishment_name,
    establishments.establishment_la_code,
    establishments.establishment_la_name,
    establishments.establishment_la_code = establishments.la_code as is_in_borough,
    establishments.type_code,
    establishments.type_name,
    coalesce(setting_types.setting_type, 'other') as setting_type,
    coalesce(setting_types.setting_group, 'elsewhere') as setting_group,
    establishments.phase_name,
    establishments.is_open,
    establishments.opened_on,
    establishments.closed_on,
    establishments.low_age,
    establishments.high_age,
    establishments.school_capacity,
    establishments.resourced_provision_capacity,
    establishments.sen_unit_capacity
from establishments
left join setting_types
    on establishments.type_code = setting_types.type_code
