{% for measure_id in var('measures') %}
-- depends_on: {{ ref(measure_id) }}
{% endfor %}
with

named as (
    {{ list_measure_sources() }}
)

select * from named
