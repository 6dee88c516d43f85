{# The shape of reconciliations without a row: what stands until there are some. #}
{% macro no_reconciliations() -%}
    select
        cast(null as {{ dbt.type_string() }}) as measure_id,
        cast(null as {{ dbt.type_string() }}) as figure,
        cast(null as {{ dbt.type_string() }}) as period,
        cast(null as date) as period_on,
        cast(null as {{ dbt.type_string() }}) as state
    where 1 = 0
{%- endmacro %}
