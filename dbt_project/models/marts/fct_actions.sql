with

actions as (
    select * from {{ ref('int_action_months') }}
),

signals as (
    select
        la_code,
        month_start,
        action_id,
        {{ counted_signals() }}
    from {{ ref('bridge_action_measures') }}
    group by la_code, month_start, action_id
)

select
    actions.la_code,
    actions.month_start,
    actions.action_id,
    actions.ambition,
    actions.theme,
    actions.safety_valve_ref,
    actions.priority_action_plan_ref,
    actions.action_text,
    actions.expected_outcome,
    actions.lead_names,
    actions.deadline_as_written,
    actions.deadline_on,
    actions.milestones,
    lower(actions.status_code) as lead_status,
    case when actions.is_complete then actions.completed_on end as completed_on,
    actions.action_status,
    {{ signals_of_a_promise('signals') }}
from actions
left join signals
    on
        actions.la_code = signals.la_code
        and actions.month_start = signals.month_start
        and actions.action_id = signals.action_id
