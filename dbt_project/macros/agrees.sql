{# Whether an answer from 1 (strongly disagree) to 5 agrees; neither is no agreement, no answer is unknown. #}
{% macro agrees(answer) -%}
    {{ as_integer(answer) }} >= 4
{%- endmacro %}
