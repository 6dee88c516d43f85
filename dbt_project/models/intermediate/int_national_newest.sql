with

figures as (
    select * from {{ ref('fct_national') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by la_code, area, area_name, indicator, time_period order by release_year desc, dataset
        ) as newest_first
    from figures
)

select
    la_code,
    area,
    area_name,
    indicator,
    dataset,
    release_year,
    time_period,
    period_year,
    value,
    symbol,
    unit,
    is_derived
from ranked
where newest_first = 1
