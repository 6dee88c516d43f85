with

totals as (
    select * from {{ ref('int_national_totals') }}
),

indicators as (
    select * from {{ ref('dfe_indicator') }}
),

summed as (
    select
        totals.la_code,
        totals.area,
        totals.area_name,
        indicators.indicator,
        totals.dataset,
        totals.release_year,
        totals.time_period,
        totals.period_year,
        max(totals.symbol) as symbol,
        sum(case when indicators.part = 'count' then totals.value end) as count_value,
        max(case when indicators.part = 'published_pc' then totals.value end) as published_pc,
        sum(case when indicators.part = 'numerator' then totals.value end) as numerator,
        sum(case when indicators.part = 'denominator' then totals.value end) as denominator
    from totals
    inner join indicators
        on
            totals.dataset = indicators.dataset
            and totals.dfe_indicator = indicators.dfe_indicator
            and coalesce(totals.breakdown, '') = coalesce(indicators.breakdown, '')
    group by
        totals.la_code, totals.area, totals.area_name, indicators.indicator, totals.dataset, totals.release_year,
        totals.time_period, totals.period_year
)

-- A figure of which one part is a symbol is not known.
select
    la_code,
    area,
    area_name,
    indicator,
    dataset,
    release_year,
    time_period,
    period_year,
    case
        when symbol is null
            then coalesce(count_value, published_pc, round(100 * numerator / nullif(denominator, 0), 1))
    end as value,
    symbol,
    case when indicator like '%!_pc' escape '!' then 'percent' else 'count' end as unit,
    denominator is not null as is_derived
from summed
