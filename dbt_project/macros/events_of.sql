{# Turns columns of dates into rows of events: a list of (event, its day, the condition under which it happened). #}
{% macro events_of(relation, case_key, plan_key, events) -%}
    {%- for event, day, condition in events %}
    select
        la_code,
        {{ case_key }} as case_key,
        person_key,
        {{ plan_key }} as plan_key,
        '{{ event }}' as event,
        {{ day }} as occurred_on
    from {{ relation }}
    where ({{ condition }}) and {{ day }} is not null
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}

{# The 1 September on or before a day. #}
{% macro school_year_start(day) -%}
    {{ day_in_year(
        "case when " ~ month_of(day) ~ " >= 9 then " ~ year_of(day) ~ " else " ~ year_of(day) ~ " - 1 end",
        "'09-01'"
    ) }}
{%- endmacro %}
