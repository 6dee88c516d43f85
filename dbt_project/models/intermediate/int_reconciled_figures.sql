with

published as (
    select * from {{ ref('int_national_newest') }}
    where area = 'borough' and value is not null
),

parts as (
    select * from {{ ref('reconciled_indicators') }}
),

figures as (
    select * from {{ ref('reconciliation_figures') }}
),

days as (
    select * from {{ ref('int_census_days') }}
),

reproduced as (
    select * from {{ ref('int_reproduced_plans') }}
    union all
    select * from {{ ref('int_reproduced_flows') }}
    union all
    select * from {{ ref('int_reproduced_reviews') }}
),

theirs as (
    select
        published.la_code,
        figures.measure_id,
        figures.figure,
        figures.title,
        figures.counted_on,
        published.unit,
        published.release_year,
        published.time_period as period,
        published.period_year + case when figures.counted_on = 'calendar_year' then 1 else 0 end as census_year,
        case
            when figures.counted_on = 'calendar_year' then {{ day_in_year('published.period_year', "'12-31'") }}
            else {{ census_day('published.period_year') }}
        end as period_on,
        parts.breakdown,
        parts.breakdown_value,
        published.value as dfe_value,
        greatest(figures.absolute_tolerance, figures.relative_tolerance * abs(published.value)) as tolerance
    from published
    inner join parts on published.indicator = parts.indicator
    inner join figures on parts.figure = figures.figure
)

-- Of a part that none of ours is in there is no row: that is an honest 0.
select
    theirs.la_code,
    theirs.measure_id,
    theirs.figure,
    theirs.title,
    theirs.unit,
    theirs.release_year,
    theirs.period,
    theirs.period_on,
    theirs.breakdown,
    theirs.breakdown_value,
    days.census_year is not null as is_reproducible,
    reproduced.numerator_count as our_numerator_count,
    reproduced.denominator_count as our_denominator_count,
    case
        when days.census_year is null then null
        when theirs.unit = 'count' then coalesce(reproduced.numerator_count, 0)
        else round(100.0 * reproduced.numerator_count / nullif(reproduced.denominator_count, 0), 1)
    end as our_value,
    theirs.dfe_value,
    theirs.tolerance
from theirs
left join days
    on
        theirs.census_year = days.census_year
        and case theirs.counted_on
            when 'calendar_year' then days.has_whole_year
            when 'two_census_days' then days.has_census_before
            else true
        end
left join reproduced
    on
        theirs.la_code = reproduced.la_code
        and days.census_year = reproduced.census_year
        and theirs.figure = reproduced.figure
        and theirs.breakdown_value = reproduced.breakdown_value
