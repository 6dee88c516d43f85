with

months as (
    select * from {{ ref('int_months') }}
),

censuses as (
    select
        {{ year_of('month_start') }} as census_year,
        {{ census_day(year_of('month_start')) }} as census_on
    from months
    where {{ month_of('month_start') }} = 1
),

whole_years as (
    select {{ year_of('month_start') }} as calendar_year
    from months
    group by {{ year_of('month_start') }}
    having count(*) = 12
)

select
    censuses.census_year,
    censuses.census_on,
    {{ day_in_year('censuses.census_year - 1', "'01-01'") }} as year_starts_on,
    {{ day_in_year('censuses.census_year - 1', "'12-31'") }} as year_ends_on,
    whole_years.calendar_year is not null as has_whole_year,
    before.census_year is not null as has_census_before
from censuses
left join whole_years on censuses.census_year = whole_years.calendar_year + 1
left join censuses as before on censuses.census_year = before.census_year + 1
