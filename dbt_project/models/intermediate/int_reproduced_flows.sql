{# Figure, of what, by which day, which of them are in it, and which of these count. #}
{% set figures = [
    ("requests_received", "requests", "received_on", "true", "true"),
    ("requests_refused_pc", "requests", "received_on", "true", "outcome_code = 'N' and outcome_on <= census_on"),
    ("requests_decided_within_6_weeks_pc", "clocks", "started_on",
        "clock_id = 'decide_to_assess' and ended_on <= census_on", "ended_on <= due_on"),
    ("plans_issued", "requests", "plan_issued_on", "true", "true"),
    ("no_plan_decisions", "requests", "assessment_outcome_on", "assessment_outcome_code = 'N'", "true"),
    ("plans_issued_within_20_weeks_with_exceptions_pc", "clocks", "ended_on", "clock_id = 'final_plan'",
        "ended_on <= due_on"),
    ("plans_issued_within_20_weeks_pc", "clocks", "ended_on", "clock_id = 'final_plan' and not has_exception",
        "ended_on <= due_on"),
    ("new_plans", "plans", "begun_on", "not is_transferred_in", "true"),
    ("plans_ceased", "plans", "ceased_on", "true", "true"),
] %}
with

days as (
    select * from {{ ref('int_census_days') }}
    where has_whole_year
),

requests as (
    select * from {{ ref('int_requests') }}
    where not is_historical
),

plans as (
    select * from {{ ref('int_plans') }}
),

clocks as (
    select * from {{ ref('int_clocks') }}
),

-- What is dated after the census day was not known on it.
cases as (
    {% for figure, things, day, is_in, is_counted in figures %}
    select
        {{ things }}.la_code,
        days.census_year,
        '{{ figure }}' as figure,
        coalesce({{ is_counted }}, false) as is_counted
    from days
    inner join {{ things }} on {{ things }}.{{ day }} between days.year_starts_on and days.year_ends_on
    where {{ is_in }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    la_code,
    census_year,
    figure,
    'all' as breakdown_value,
    sum(case when is_counted then 1 else 0 end) as numerator_count,
    case when figure like '%!_pc' escape '!' then count(*) end as denominator_count
from cases
group by la_code, census_year, figure
