with

statistics as (
    select * from {{ ref('stg_dfe__ehc_plan_statistics') }}
),

neighbours as (
    select * from {{ ref('statistical_neighbours') }}
),

parts_of_the_population as (
    select distinct
        dataset,
        breakdown_topic,
        breakdown
    from {{ ref('dfe_indicator') }}
    where breakdown is not null
),

-- One region is London; files that know Inner and Outer London alone have no row for it.
placed as (
    select
        statistics.la_code,
        statistics.la_name,
        statistics.dataset,
        statistics.release_year,
        statistics.time_period,
        statistics.indicator,
        statistics.value,
        statistics.symbol,
        case
            when statistics.old_la_code = statistics.la_code then 'borough'
            when neighbours.neighbour_la_code is not null then 'neighbour'
            when statistics.geographic_level = 'Regional' and statistics.region_name = 'London' then 'London'
            when statistics.geographic_level = 'National' then 'England'
        end as area,
        -- Empty for the whole population.
        case when not statistics.is_total then parts_of_the_population.breakdown end as breakdown
    from statistics
    left join neighbours
        on
            statistics.la_code = neighbours.la_code
            and statistics.old_la_code = neighbours.neighbour_la_code
    left join parts_of_the_population
        on
            statistics.dataset = parts_of_the_population.dataset
            and statistics.breakdown = parts_of_the_population.breakdown
            -- DfE's API does not tell the topic; the name of the column stands in for it.
            and coalesce(
                statistics.breakdown_topic = parts_of_the_population.breakdown_topic
                or lower(statistics.breakdown_topic) = 'breakdown',
                parts_of_the_population.breakdown_topic is null
            )
    where
        statistics.is_total
        or (parts_of_the_population.breakdown is not null and not statistics.is_filtered)
)

select
    la_code,
    area,
    case when area in ('borough', 'neighbour') then la_name else area end as area_name,
    dataset,
    breakdown,
    coalesce(cast(release_year as {{ dbt.type_string() }}), 'unknown') as release_year,
    time_period,
    -- 2024 is a calendar year; 202425 is the census of January 2025.
    case
        when length(time_period) = 6 then {{ as_integer('substring(time_period, 1, 4)') }} + 1
        else {{ as_integer('time_period') }}
    end as period_year,
    indicator as dfe_indicator,
    value,
    symbol
from placed
where area is not null
