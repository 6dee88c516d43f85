-- Ages add up to the total, and needs do, and places of all settings are the plans, in every scenario and year.
with

forecasts as (
    select * from {{ ref('fct_forecasts') }}
),

sums as (
    select
        la_code,
        scenario,
        years_ahead,
        case when measure = 'places' then 'plans' else measure end as measure,
        sum(case when age = 'all' and primary_need = 'all' and measure <> 'places' then value end) as total,
        sum(case when age = 'all' and primary_need = 'all' and measure = 'places' then value end) as of_settings,
        sum(case when age <> 'all' and primary_need = 'all' and measure <> 'places' then value end) as of_ages,
        sum(case when age = 'all' and primary_need <> 'all' and measure <> 'places' then value end) as of_needs,
        sum(case when age <> 'all' and primary_need <> 'all' and measure <> 'places' then value end) as of_both
    from forecasts
    group by 1, 2, 3, 4
)

-- Each value is rounded to a hundredth, and none of these sums has five hundred parts.
select *
from sums
where
    abs(total - of_ages) > 2.5
    or abs(total - of_needs) > 2.5
    or abs(total - of_both) > 2.5
    or (measure = 'plans' and abs(total - of_settings) > 2.5)
    or total is null
