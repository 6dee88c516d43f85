with

figures as (
    select * from {{ ref('int_national_figures') }}
),

growth as (
    select * from {{ ref('int_national_growth') }}
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
from figures
union all
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
from growth
