with

plans as (
    select * from {{ ref('int_national_figures') }}
    where indicator = 'ehc_plans'
),

compared as (
    select
        *,
        lag(value) over (
            partition by la_code, area, area_name, dataset, release_year order by period_year
        ) as value_before,
        lag(period_year) over (
            partition by la_code, area, area_name, dataset, release_year order by period_year
        ) as year_before
    from plans
)

select
    la_code,
    area,
    area_name,
    'ehc_plan_growth_pc' as indicator,
    dataset,
    release_year,
    time_period,
    period_year,
    round(100 * (value - value_before) / value_before, 1) as value,
    symbol,
    'percent' as unit,
    true as is_derived
from compared
where period_year = year_before + 1 and value_before > 0
