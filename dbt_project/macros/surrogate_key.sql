{#
  One column that stands for several, for BI tools that relate tables by one: the same values give the same key in every
  build. Empty where a value that `unless` names is empty, so that a fact without a school points at none.
#}
{% macro surrogate_key(columns, unless=none) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- endfor -%}
    {%- set key = dbt.hash("concat(" ~ parts | join(", '|', ") ~ ")") -%}
    {% if unless %}case when {{ unless }} is not null then {{ key }} end{% else %}{{ key }}{% endif %}
{%- endmacro %}
