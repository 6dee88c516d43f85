with

placements as (
    select * from {{ ref('stg_sen2__placements') }}
),

plans as (
    select * from {{ ref('int_plans') }}
),

establishments as (
    select * from {{ ref('stg_gias__establishments') }}
),

setting_types as (
    select * from {{ ref('setting_type') }}
),

-- A UKPRN can stand for several URNs; an open one speaks for it.
providers as (
    select
        *,
        row_number() over (
            partition by la_code, ukprn order by case when is_open then 0 else 1 end, urn
        ) as first_of_provider
    from establishments
    where ukprn is not null
),

placed as (
    select
        placements.la_code,
        placements.placement_number,
        plans.plan_key,
        plans.person_key,
        coalesce(placements.urn, providers.urn) as urn,
        coalesce(placements.ukprn, schools.ukprn) as ukprn,
        placements.sen_setting,
        coalesce(placements.placement_rank, 1) as placement_rank,
        placements.entered_on,
        placements.left_on,
        placements.is_sen_unit,
        placements.is_resourced_provision,
        placements.urn is not null or placements.ukprn is not null as is_at_an_establishment,
        coalesce(schools.establishment_la_code, providers.establishment_la_code) as establishment_la_code,
        coalesce(schools.type_code, providers.type_code) as type_code,
        coalesce(schools.low_age, providers.low_age) as low_age,
        coalesce(schools.high_age, providers.high_age) as high_age
    from placements
    inner join plans
        on placements.la_code = plans.la_code and placements.request_number = plans.request_number
    left join establishments as schools
        on placements.la_code = schools.la_code and placements.urn = schools.urn
    left join providers
        on
            placements.la_code = providers.la_code
            and placements.ukprn = providers.ukprn
            and placements.urn is null
            and providers.first_of_provider = 1
)

select
    placed.la_code,
    cast(placed.placement_number as {{ dbt.type_string() }}) as placement_key,
    placed.plan_key,
    placed.person_key,
    placed.urn,
    placed.ukprn,
    placed.sen_setting,
    placed.placement_rank,
    placed.entered_on,
    placed.left_on,
    placed.is_sen_unit,
    placed.is_resourced_provision,
    placed.establishment_la_code,
    case
        when placed.is_at_an_establishment and setting_types.setting_group = 'mainstream' and placed.is_sen_unit
            then 'sen_unit'
        when
            placed.is_at_an_establishment
            and setting_types.setting_group = 'mainstream'
            and placed.is_resourced_provision
            then 'resourced_provision'
        when placed.is_at_an_establishment then coalesce(setting_types.setting_type, 'other')
        when placed.sen_setting = 'EHE' then 'elective_home_education'
        when placed.sen_setting in ('OLA', 'OPA') then 'education_otherwise'
        when placed.sen_setting = 'EYP' then 'early_years'
        when placed.sen_setting = 'NEET' then 'neet'
        when placed.sen_setting = 'OTH' then 'other'
        else 'awaiting'
    end as setting_type,
    case
        when placed.is_at_an_establishment then coalesce(setting_types.setting_group, 'elsewhere')
        when placed.sen_setting in ('EHE', 'OLA', 'OPA', 'OTH') then 'elsewhere'
        when placed.sen_setting = 'EYP' then 'early_years'
        else 'none'
    end as setting_group,
    placed.establishment_la_code = placed.la_code as is_in_borough,
    placed.low_age,
    placed.high_age
from placed
left join setting_types on placed.type_code = setting_types.type_code
