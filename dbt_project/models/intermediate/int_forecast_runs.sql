with

anniversaries as (
    {{ anniversaries() }}
),

levers as (
    select * from {{ ref('scenarios') }}
),

years as (
    {%- for ahead in range(forecast_years() | int + 1) %}
    select {{ ahead }} as years_ahead
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

scenarios as (
    select distinct scenario from levers
),

-- From this month every scenario for five years; from an earlier one the baseline, for the years that have come since.
runs as (
    select
        scenarios.scenario,
        anniversaries.years_back,
        years.years_ahead,
        {{ dbt.dateadd('month', '12 * years.years_ahead', 'anniversaries.month_start') }} as month_start
    from anniversaries
    cross join scenarios
    cross join years
    where
        anniversaries.years_back = 0
        or (scenarios.scenario = 'baseline' and years.years_ahead <= anniversaries.years_back)
),

dated as (
    select
        scenario,
        years_back,
        years_ahead,
        cast(month_start as date) as month_start,
        {{ academic_year_of('month_start') }} as academic_year
    from runs
)

select
    dated.scenario,
    dated.years_back,
    dated.years_ahead,
    dated.month_start,
    dated.academic_year,
    coalesce(max(case when levers.lever = 'requests' then levers.change end), 0) as requests_change,
    coalesce(max(case when levers.lever = 'special_places_late' then levers.change end), 0)
        as special_places_late_years,
    coalesce(max(case when levers.lever = 'independent_starts' then levers.change end), 0)
        as independent_starts_change
from dated
left join levers
    on
        dated.scenario = levers.scenario
        and dated.academic_year >= levers.from_academic_year
        and dated.years_ahead > 0
group by 1, 2, 3, 4, 5
