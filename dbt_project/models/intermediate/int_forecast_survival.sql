with

ages as (
    {{ ages_with_a_plan() }}
),

plan_years as (
    select * from {{ ref('int_forecast_plan_years') }}
),

origins as (
    select distinct
        la_code,
        years_back
    from plan_years
),

-- What was known at an origin: the years that had ended by then.
followed as (
    select
        origins.la_code,
        origins.years_back,
        plan_years.age,
        cast(case when plan_years.is_kept then 1 else 0 end as {{ dbt.type_float() }}) as kept
    from origins
    inner join plan_years
        on origins.la_code = plan_years.la_code and origins.years_back < plan_years.years_back
),

of_all_ages as (
    select
        la_code,
        years_back,
        avg(kept) as kept_rate
    from followed
    group by la_code, years_back
),

by_age as (
    select
        la_code,
        years_back,
        age,
        avg(kept) as kept_rate
    from followed
    group by la_code, years_back, age
)

-- An age at which nobody has been yet keeps its plans as all ages do.
select
    of_all_ages.la_code,
    of_all_ages.years_back,
    ages.age,
    coalesce(by_age.kept_rate, of_all_ages.kept_rate) as kept_rate
from of_all_ages
cross join ages
left join by_age
    on
        of_all_ages.la_code = by_age.la_code
        and of_all_ages.years_back = by_age.years_back
        and ages.age = by_age.age
