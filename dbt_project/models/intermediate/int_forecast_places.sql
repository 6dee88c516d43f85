with

wanted as (
    select * from {{ ref('int_forecast_places_wanted') }}
),

moves as (
    select * from {{ ref('int_forecast_place_moves') }}
),

plan_years as (
    select * from {{ ref('int_forecast_plan_years') }}
),

runs as (
    select * from {{ ref('int_forecast_runs') }}
    where years_ahead = 0
),

entries as (
    select
        la_code,
        years_back,
        scenario,
        years_ahead,
        age,
        primary_need,
        setting_type,
        places
    from wanted
    union all
    select
        la_code,
        years_back,
        scenario,
        years_ahead,
        age,
        primary_need,
        from_setting_type,
        -places as places
    from moves
    union all
    select
        la_code,
        years_back,
        scenario,
        years_ahead,
        age,
        primary_need,
        to_setting_type,
        places
    from moves
    union all
    -- At the origin itself, the places that are held.
    select
        plan_years.la_code,
        runs.years_back,
        runs.scenario,
        runs.years_ahead,
        plan_years.age,
        plan_years.primary_need,
        plan_years.setting_type,
        1 as places
    from plan_years
    inner join runs on plan_years.years_back = runs.years_back
)

select
    la_code,
    years_back,
    scenario,
    years_ahead,
    age,
    primary_need,
    setting_type,
    sum(places) as places
from entries
group by 1, 2, 3, 4, 5, 6, 7
