with

days as (
    select * from {{ ref('int_census_days') }}
),

plans as (
    select * from {{ ref('int_plans') }}
),

people as (
    select * from {{ ref('int_people') }}
),

placements as (
    select * from {{ ref('int_placements') }}
),

held as (
    select
        plans.la_code,
        days.census_year,
        days.census_on,
        plans.plan_key,
        plans.person_key,
        plans.begun_on,
        coalesce(plans.primary_need, 'unknown') as primary_need,
        plans.begun_on < days.year_starts_on as is_review_expected
    from days
    inner join plans
        on
            days.census_on >= plans.begun_on
            and (plans.ceased_on is null or days.census_on < plans.ceased_on)
),

-- The leaving day is the last day there. Lowest rank first, then the latest entry.
placed as (
    select
        held.la_code,
        held.census_year,
        held.plan_key,
        placements.setting_type,
        placements.setting_group,
        row_number() over (
            partition by held.la_code, held.census_year, held.plan_key
            order by placements.placement_rank, placements.entered_on desc, placements.placement_key
        ) as preference
    from held
    inner join placements
        on
            held.la_code = placements.la_code
            and held.plan_key = placements.plan_key
            and held.census_on >= placements.entered_on
            and (placements.left_on is null or held.census_on <= placements.left_on)
)

select
    held.la_code,
    held.census_year,
    held.census_on,
    held.plan_key,
    held.begun_on,
    held.is_review_expected,
    {{ age_band('people.born_month', 'held.census_on') }} as age_band,
    held.primary_need,
    coalesce(placed.setting_type, 'awaiting') as setting_type,
    coalesce(placed.setting_group, 'none') as setting_group
from held
left join people
    on held.la_code = people.la_code and held.person_key = people.person_key
left join placed
    on
        held.la_code = placed.la_code
        and held.census_year = placed.census_year
        and held.plan_key = placed.plan_key
        and placed.preference = 1
