with

actions as (
    select * from {{ ref('int_action_months') }}
),

measures as (
    select * from {{ ref('dim_measures') }}
),

signals as (
    select * from {{ ref('int_measure_signals') }}
),

pairs as (
    select
        actions.la_code,
        actions.month_start,
        actions.action_id,
        measures.measure_id,
        {{ is_named_in('measures.measure_id', "replace(actions.measure_ids, ' ', '')", ';') }} as is_named_by_action,
        {{ is_named_in('actions.action_id', 'measures.delivery_plan', ', ') }}
        or {{ is_named_in('actions.safety_valve_ref', 'measures.delivery_plan', ', ') }}
        or {{ is_named_in('actions.priority_action_plan_ref', 'measures.delivery_plan', ', ') }} as is_named_by_measure
    from actions
    cross join measures
)

select
    pairs.la_code,
    pairs.month_start,
    pairs.action_id,
    pairs.measure_id,
    pairs.is_named_by_action,
    pairs.is_named_by_measure,
    signals.figure_month,
    signals.value,
    signals.law_signal,
    signals.target_signal,
    coalesce(signals.measure_signal, 'no_figure') as measure_signal,
    signals.variation_icon,
    signals.assurance_icon
from pairs
left join signals
    on
        pairs.la_code = signals.la_code
        and pairs.month_start = signals.month_start
        and pairs.measure_id = signals.measure_id
where pairs.is_named_by_action or pairs.is_named_by_measure
