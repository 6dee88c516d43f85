{# One row per month of the history, the reporting month the last: literal rows, so no engine needs a series. #}
{% macro months_to_report() -%}
    {%- set year, month = var("month").split("-") | map("int") -%}
    {%- set last = year * 12 + month - 1 -%}
    {%- for back in range(var("history_months") | int - 1, -1, -1) %}
    {%- set first_day = "%04d-%02d-01" | format((last - back) // 12, (last - back) % 12 + 1) %}
    select cast('{{ first_day }}' as date) as month_start
    {%- if not loop.last %} union all{% endif %}
    {%- endfor %}
{%- endmacro %}

{# A year that spans two: 2026 and '/' make '2026/27'. #}
{% macro split_year(first_year, separator) -%}
    concat(
        cast({{ first_year }} as {{ dbt.type_string() }}),
        '{{ separator }}',
        {{ dbt.right("cast(" ~ first_year ~ " + 1 as " ~ dbt.type_string() ~ ")", 2) }}
    )
{%- endmacro %}
