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

{# The first day of the last month of a day's term (December, March or August): where a term's figure stands. #}
{% macro term_month(day) -%}
    {{ day_in_year(
        year_of(day),
        "case when " ~ month_of(day) ~ " >= 9 then '12-01' when " ~ month_of(day) ~ " <= 3 then '03-01' else '08-01' end"
    ) }}
{%- endmacro %}

{# A year that spans two: 2026 and '/' make '2026/27'. #}
{% macro split_year(first_year, separator) -%}
    concat(
        cast({{ first_year }} as {{ dbt.type_string() }}),
        '{{ separator }}',
        {{ dbt.right("cast(" ~ first_year ~ " + 1 as " ~ dbt.type_string() ~ ")", 2) }}
    )
{%- endmacro %}
