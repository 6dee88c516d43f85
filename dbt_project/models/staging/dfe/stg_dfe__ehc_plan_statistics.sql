with

raw_rows as (
    {{ raw_in_use('dfe__ehc_plan_statistic') }}
)

select
    la_code,
    trim(dataset) as dataset,
    {{ as_integer('release_year') }} as release_year,
    trim(time_period) as time_period,
    trim(geographic_level) as geographic_level,
    trim(region_name) as region_name,
    trim(old_la_code) as old_la_code,
    trim(la_name) as la_name,
    trim(breakdown_topic) as breakdown_topic,
    trim(breakdown) as breakdown,
    -- Such a line is of a part of the population in another way than by its breakdown.
    filters is not null as is_filtered,
    -- A line of all children names the topic itself as its breakdown, whatever the file calls it.
    filters is null and coalesce(trim(breakdown_topic) = trim(breakdown), true) as is_total,
    trim(indicator) as indicator,
    {{ as_numeric('value') }} as value,
    case when {{ as_numeric('value') }} is null then lower(trim(value)) end as symbol
from raw_rows
