{% for measure_id in var('measures') %}
-- depends_on: {{ ref(measure_id) }}
{% endfor %}
with

targets as (
    {{ list_targets() }}
)

select
    measure_id,
    target_value,
    target_label,
    {{ first_of_month('holds_from') }} as holds_from_month,
    {{ first_of_month('lead(holds_from) over (partition by measure_id order by holds_from)') }} as next_from_month
from targets
