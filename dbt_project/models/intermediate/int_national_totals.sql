with

statistics as (
    select * from {{ ref('stg_dfe__ehc_plan_statistics') }}
    where is_total
),

-- One region is London; files that know Inner and Outer London alone have no row for it.
placed as (
    select
        *,
        case
            when old_la_code = la_code then 'borough'
            when geographic_level = 'Regional' and region_name = 'London' then 'London'
            when geographic_level = 'National' then 'England'
        end as area
    from statistics
)

select
    la_code,
    area,
    case when area = 'borough' then la_name else area end as area_name,
    dataset,
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
