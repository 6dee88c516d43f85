with

links as (
    select * from {{ ref('dfe_comparators') }}
),

published as (
    select * from {{ ref('int_national_newest') }}
),

figures as (
    select
        links.measure_id,
        links.better,
        links.differs_by,
        published.*
    from links
    inner join published on links.indicator = published.indicator
),

-- The latest period in which the borough stands, with a figure or a symbol; else the latest that there is.
periods as (
    select
        la_code,
        measure_id,
        coalesce(max(case when area = 'borough' then period_year end), max(period_year)) as period_year
    from figures
    group by la_code, measure_id
),

now as (
    select figures.*
    from figures
    inner join periods
        on
            figures.la_code = periods.la_code
            and figures.measure_id = periods.measure_id
            and figures.period_year = periods.period_year
),

medians as (
    select
        la_code,
        measure_id,
        better,
        differs_by,
        indicator,
        dataset,
        max(release_year) as release_year,
        time_period,
        period_year,
        cast(percentile_cont(0.5) within group (order by value) as numeric) as value,
        unit
    from now
    where area = 'neighbour' and value is not null
    group by la_code, measure_id, better, differs_by, indicator, dataset, time_period, period_year, unit
),

year_before as (
    select figures.*
    from figures
    inner join periods
        on
            figures.la_code = periods.la_code
            and figures.measure_id = periods.measure_id
            and figures.period_year = periods.period_year - 1
    where figures.area = 'borough'
),

together as (
    select
        la_code,
        measure_id,
        better,
        differs_by,
        indicator,
        area as comparator,
        area_name,
        dataset,
        release_year,
        time_period,
        value,
        symbol,
        unit
    from now
    union all
    select
        la_code,
        measure_id,
        better,
        differs_by,
        indicator,
        'neighbours_median' as comparator,
        'Statistical neighbours' as area_name,
        dataset,
        release_year,
        time_period,
        value,
        null as symbol,
        unit
    from medians
    union all
    select
        la_code,
        measure_id,
        better,
        differs_by,
        indicator,
        'borough_last_year' as comparator,
        area_name,
        dataset,
        release_year,
        time_period,
        value,
        symbol,
        unit
    from year_before
)

select * from together
