with

raw_rows as (
    {{ raw_in_use('delivery_plan__action') }}
)

select
    la_code,
    delivery_month as list_month,
    trim(action_id) as action_id,
    {{ as_integer('ambition') }} as ambition,
    trim(theme) as theme,
    trim(action) as action_text,
    nullif(trim(safety_valve_ref), '') as safety_valve_ref,
    nullif(trim(priority_action_plan_ref), '') as priority_action_plan_ref,
    nullif(trim(deadline_as_written), '') as deadline_as_written,
    {{ as_date('deadline') }} as deadline_on,
    nullif(trim(lead), '') as lead_names,
    nullif(trim(milestones), '') as milestones,
    trim(expected_outcome) as expected_outcome,
    nullif(trim(measures), '') as measure_ids,
    {{ as_code('status') }} as status_code,
    {{ as_date('completed_date') }} as completed_on
from raw_rows
