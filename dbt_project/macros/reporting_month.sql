{# The month a build stands for comes from its caller; these write it as dates. #}
{% macro reporting_month_start() -%}
    cast('{{ var("month") }}-01' as date)
{%- endmacro %}

{% macro reporting_month_end() -%}
    {%- set year, month = var("month").split("-") | map("int") -%}
    {%- set first = modules.datetime.date(year, month, 1) -%}
    {%- set last = (first + modules.datetime.timedelta(days=32)).replace(day=1) - modules.datetime.timedelta(days=1) -%}
    cast('{{ last.isoformat() }}' as date)
{%- endmacro %}

{# A day after the reporting month has not come yet: nothing is held, issued or ceased on it. #}
{% macro as_known(day) -%}
    case when {{ day }} <= {{ reporting_month_end() }} then {{ day }} end
{%- endmacro %}
