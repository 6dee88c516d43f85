{% for measure_id in var('measures') %}
-- depends_on: {{ ref(measure_id) }}
{% endfor %}
with

catalogue as (
    {{ list_measures() }}
)

select * from catalogue
