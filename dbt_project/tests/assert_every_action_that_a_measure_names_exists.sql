-- An action is named by its id or by either of its links; what is on no list is evidence of nothing.
-- depends_on: {{ ref('dim_measures') }}
with

named as (
    {% for measure_id in var('measures') if execute %}
        {% for reference in measure_meta(measure_id).get('delivery_plan') or [] %}
    select
        {{ text_literal(measure_id) }} as measure_id,
        {{ text_literal(reference) }} as reference
    union all
        {% endfor %}
    {% endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as measure_id,
        cast(null as {{ dbt.type_string() }}) as reference
),

actions as (
    select * from {{ ref('int_action_months') }}
)

select named.*
from named
left join actions
    on named.reference in (actions.action_id, actions.safety_valve_ref, actions.priority_action_plan_ref)
-- Before the first list nothing can be found on one.
where
    named.reference is not null
    and actions.action_id is null
    and exists (select 1 from {{ ref('int_action_months') }})
