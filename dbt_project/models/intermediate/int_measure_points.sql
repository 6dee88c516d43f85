with

figures as (
    select * from {{ ref('fct_measures') }}
    where breakdown = 'all'
),

measures as (
    select * from {{ ref('dim_measures') }}
    where cadence = 'monthly' and not is_cumulative
),

months as (
    select * from {{ ref('int_months') }}
),

targets as (
    select * from {{ ref('int_measure_targets') }}
),

restarts as (
    select * from {{ ref('int_chart_restarts') }}
),

authorities as (
    select distinct la_code from figures
),

begun as (
    select
        la_code,
        measure_id,
        min(month_start) as first_month
    from figures
    where value is not null
    group by la_code, measure_id
),

-- A measure without any figure has the reporting month alone, to say so.
expected as (
    select
        authorities.la_code,
        measures.measure_id,
        measures.better,
        months.month_start
    from authorities
    cross join measures
    cross join months
    left join begun on authorities.la_code = begun.la_code and measures.measure_id = begun.measure_id
    where
        months.month_start >= begun.first_month
        or (begun.first_month is null and months.is_reporting_month)
)

select
    expected.la_code,
    expected.measure_id,
    expected.month_start,
    concat(expected.la_code, ' ', expected.measure_id) as series,
    figures.value,
    case expected.better when 'higher' then 'increase' when 'lower' then 'decrease' else 'neutral' end as direction,
    targets.target_value,
    targets.target_label,
    restarts.measure_id is not null as is_rebase,
    restarts.reason as restart_reason
from expected
left join figures
    on
        expected.la_code = figures.la_code
        and expected.measure_id = figures.measure_id
        and expected.month_start = figures.month_start
left join targets
    on
        expected.measure_id = targets.measure_id
        and expected.month_start >= targets.holds_from_month
        and (expected.month_start < targets.next_from_month or targets.next_from_month is null)
left join restarts on expected.measure_id = restarts.measure_id and expected.month_start = restarts.month_start
