{% for measure_id in var('measures') %}
-- depends_on: {{ ref(measure_id) }}
{% endfor %}
with

catalogue as (
    {{ list_measures() }}
),

breaks as (
    select
        measure_id,
        {{ dbt.listagg('cast(breaks_on as ' ~ dbt.type_string() ~ ')', "','", "order by breaks_on") }} as breaks_on
    from {{ ref('recording_breaks') }}
    group by measure_id
)

select
    catalogue.*,
    breaks.breaks_on as recording_breaks
from catalogue
left join breaks on catalogue.measure_id = breaks.measure_id
