with

maintained as (
    select * from {{ ref('int_plans_maintained') }}
),

placements as (
    select * from {{ ref('int_placements_at_month_end') }}
),

people as (
    select * from {{ ref('int_people') }}
)

select
    maintained.la_code,
    maintained.month_start,
    maintained.plan_key,
    maintained.person_key,
    {{ age_band('people.born_month', 'maintained.month_end') }} as age_band,
    {{ age_at_31_august('people.born_month', 'maintained.month_end') }} as age_at_31_august,
    {{ year_group('people.born_month', 'maintained.month_end') }} as year_group,
    coalesce(people.sex, 'unknown') as sex,
    coalesce(maintained.primary_need, 'unknown') as primary_need,
    coalesce(placements.setting_type, 'awaiting') as setting_type,
    coalesce(placements.setting_group, 'none') as setting_group,
    placements.is_in_borough,
    placements.placement_key,
    placements.urn,
    placements.ukprn
from maintained
left join people
    on maintained.la_code = people.la_code and maintained.person_key = people.person_key
left join placements
    on
        maintained.la_code = placements.la_code
        and maintained.month_start = placements.month_start
        and maintained.plan_key = placements.plan_key
