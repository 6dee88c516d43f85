{#
  The rows of a source in the deliveries that count for this build, with their authority. `with_person` adds the
  person_key that stands for the child; a row without one cannot be counted for anybody and is left out, unless
  `keep_unlinked` says that rows count by themselves (a contract's `person_when` gives some of them no key).
  `la_code_as` renames the authority where the source has a column la_code of its own.
  Written as the first CTE of a staging model: `raw_rows as ({{ raw_in_use("sen2__person", with_person=true) }})`.
#}
{% macro raw_in_use(source_name, with_person=false, la_code_as="la_code", keep_unlinked=false) -%}
    select
        deliveries.la_code as {{ la_code_as }},
        deliveries.delivery_month,
        {% if with_person %}source_record.person_key,{% endif %}
        raw_rows.*
    from {{ source("raw", source_name) }} as raw_rows
    inner join {{ ref("stg_ops__deliveries_in_use") }} as deliveries
        on
            raw_rows.delivery_id = deliveries.delivery_id
            and deliveries.source = '{{ source_name }}'
    {%- if with_person %}
    {% if keep_unlinked %}left{% else %}inner{% endif %} join {{ source("identity", "source_record") }} as source_record
        on
            raw_rows.delivery_id = source_record.delivery_id
            and raw_rows.row_number = source_record.row_number
            and source_record.source = '{{ source_name }}'
    {%- endif %}
{%- endmacro %}
