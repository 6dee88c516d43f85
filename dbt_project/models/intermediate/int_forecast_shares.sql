with

plan_years as (
    select * from {{ ref('int_forecast_plan_years') }}
),

plans as (
    select
        *,
        {{ band_of_age('age') }} as age_band
    from {{ ref('int_forecast_plans') }}
    where years_ahead > 0
),

wanted as (
    select distinct
        la_code,
        years_back,
        age_band,
        primary_need
    from plans
),

of_need as (
    select
        la_code,
        years_back,
        age_band,
        primary_need,
        setting_type,
        setting_group,
        count(*) as places
    from plan_years
    group by 1, 2, 3, 4, 5, 6
),

of_band as (
    select
        la_code,
        years_back,
        age_band,
        setting_type,
        setting_group,
        sum(places) as places
    from of_need
    group by 1, 2, 3, 4, 5
),

of_all as (
    select
        la_code,
        years_back,
        setting_type,
        setting_group,
        sum(places) as places
    from of_band
    group by 1, 2, 3, 4
),

-- Settings of a need at an age; where there is none of it yet, those of the age; where there is nobody, those of all.
candidates as (
    select
        wanted.*,
        of_need.setting_type,
        of_need.setting_group,
        of_need.places,
        1 as preference
    from wanted
    inner join of_need
        on
            wanted.la_code = of_need.la_code
            and wanted.years_back = of_need.years_back
            and wanted.age_band = of_need.age_band
            and wanted.primary_need = of_need.primary_need
    union all
    select
        wanted.*,
        of_band.setting_type,
        of_band.setting_group,
        of_band.places,
        2 as preference
    from wanted
    inner join of_band
        on
            wanted.la_code = of_band.la_code
            and wanted.years_back = of_band.years_back
            and wanted.age_band = of_band.age_band
    union all
    select
        wanted.*,
        of_all.setting_type,
        of_all.setting_group,
        of_all.places,
        3 as preference
    from wanted
    inner join of_all on wanted.la_code = of_all.la_code and wanted.years_back = of_all.years_back
),

ranked as (
    select
        *,
        rank() over (partition by la_code, years_back, age_band, primary_need order by preference) as nearest
    from candidates
)

select
    la_code,
    years_back,
    age_band,
    primary_need,
    setting_type,
    setting_group,
    cast(places as {{ dbt.type_float() }})
    / sum(places) over (partition by la_code, years_back, age_band, primary_need) as share
from ranked
where nearest = 1
