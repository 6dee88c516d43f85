with

recommendations as (
    select * from {{ ref('stg_delivery_plan__recommendations') }}
),

measures as (
    select * from {{ ref('dim_measures') }}
),

signals as (
    select * from {{ ref('int_measure_signals') }}
    where month_start = {{ reporting_month_start() }}
)

select
    recommendations.la_code,
    recommendations.recommendation_number,
    measures.measure_id,
    signals.figure_month,
    signals.value,
    signals.law_signal,
    signals.target_signal,
    coalesce(signals.measure_signal, 'no_figure') as measure_signal,
    signals.variation_icon,
    signals.assurance_icon
from recommendations
inner join measures
    on {{ is_named_in('measures.measure_id', "replace(recommendations.measure_ids, ' ', '')", ';') }}
left join signals
    on recommendations.la_code = signals.la_code and measures.measure_id = signals.measure_id
