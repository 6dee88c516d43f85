with recursive

plan_years as (
    select * from {{ ref('int_forecast_plan_years') }}
),

survival as (
    select * from {{ ref('int_forecast_survival') }}
),

runs as (
    select * from {{ ref('int_forecast_runs') }}
),

factors as (
    select distinct
        la_code,
        years_back,
        scenario,
        years_ahead,
        request_factor
    from {{ ref('int_forecast_requests') }}
),

-- Of a year: plans at its end, plans new in it, and starts in independent special schools, by age and need. Of the
-- first year of the history nobody knows what was new: nothing is forecast from it.
counted as (
    select
        la_code,
        years_back,
        age,
        primary_need,
        count(*) as held,
        sum(cast(is_new as integer)) as new,
        sum(cast(is_independent_start as integer)) as independent_starts
    from plan_years
    group by la_code, years_back, age, primary_need
),

-- A cohort is the plans of an origin, or those new in one year after it; with it, whom a scenario keeps out of
-- independent special schools.
cohorts as (
    select
        counted.la_code,
        runs.years_back,
        runs.scenario,
        runs.years_ahead as from_years_ahead,
        counted.age,
        counted.primary_need,
        case
            when runs.years_ahead = 0 then counted.held
            else counted.new * coalesce(factors.request_factor, 1 + runs.requests_change)
        end as plans,
        coalesce(-counted.independent_starts * runs.independent_starts_change, 0) as kept_out
    from runs
    inner join counted on runs.years_back = counted.years_back
    left join factors
        on
            counted.la_code = factors.la_code
            and runs.years_back = factors.years_back
            and runs.scenario = factors.scenario
            and runs.years_ahead = factors.years_ahead
    where
        runs.years_ahead = 0
        or (counted.new is not null and counted.age <= {{ last_age_with_a_plan() }})
),

aged as (
    select
        la_code,
        years_back,
        scenario,
        from_years_ahead as years_ahead,
        age,
        primary_need,
        cast(plans as {{ dbt.type_float() }}) as plans,
        cast(kept_out as {{ dbt.type_float() }}) as kept_out
    from cohorts
    union all
    select
        aged.la_code,
        aged.years_back,
        aged.scenario,
        aged.years_ahead + 1 as years_ahead,
        aged.age + 1 as age,
        aged.primary_need,
        aged.plans * survival.kept_rate as plans,
        aged.kept_out * survival.kept_rate as kept_out
    from aged
    inner join survival
        on aged.la_code = survival.la_code and aged.years_back = survival.years_back and aged.age = survival.age
    inner join runs
        on
            aged.scenario = runs.scenario
            and aged.years_back = runs.years_back
            and aged.years_ahead + 1 = runs.years_ahead
    where aged.age < {{ last_age_with_a_plan() }}
)

select
    la_code,
    years_back,
    scenario,
    years_ahead,
    age,
    primary_need,
    sum(plans) as plans,
    sum(kept_out) as kept_out
from aged
group by la_code, years_back, scenario, years_ahead, age, primary_need
