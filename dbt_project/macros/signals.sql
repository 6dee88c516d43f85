{# Whether a list in one text ('a; b') holds a name, whole: `3.1` is not in `3.15, 3.1.2`. Nothing is in no list. #}
{% macro is_named_in(name, list, separator) -%}
    (
        {{ name }} is not null
        and {{ dbt.position(
            "concat('" ~ separator ~ "', " ~ name ~ ", '" ~ separator ~ "')",
            "concat('" ~ separator ~ "', " ~ list ~ ", '" ~ separator ~ "')",
        ) }} > 0
    )
{%- endmacro %}

{# What the measures linked to a promise show, counted over rows of a bridge: columns of a grouped select. #}
{% macro counted_signals() -%}
    count(measure_id) as measure_count,
    count(figure_month) as figure_count,
    {%- for column, value in [
        ("law", "met"), ("law", "not_met"), ("target", "met"), ("target", "not_met"), ("target", "under_way"),
    ] %}
    sum(case when {{ column }}_signal = '{{ value }}' then 1 else 0 end) as {{ column }}_{{ value }}_count,
    {%- endfor %}
    sum(case when measure_signal = 'met' then 1 else 0 end) as met_count,
    sum(case when measure_signal = 'not_met' then 1 else 0 end) as not_met_count,
    sum(case when variation_icon in ('improvement_high', 'improvement_low') then 1 else 0 end) as improvement_count,
    sum(case when variation_icon in ('concern_high', 'concern_low') then 1 else 0 end) as concern_count,
    sum(case when assurance_icon = 'consistent_pass' then 1 else 0 end) as consistent_pass_count,
    sum(case when assurance_icon = 'consistent_fail' then 1 else 0 end) as consistent_fail_count
{%- endmacro %}

{# Those columns of a mart, with what they come to: did it work? A promise without a measure has no rows to count. #}
{% macro signals_of_a_promise(counted) -%}
    {%- for column in [
        "measure", "figure", "law_met", "law_not_met", "target_met", "target_not_met", "target_under_way",
        "improvement", "concern", "consistent_pass", "consistent_fail",
    ] %}
    cast(coalesce({{ counted }}.{{ column }}_count, 0) as integer) as {{ column }}_count,
    {%- endfor %}
    case
        when {{ counted }}.measure_count is null then 'no_measure'
        when {{ counted }}.figure_count = 0 then 'no_figure'
        when {{ counted }}.met_count > 0 and {{ counted }}.not_met_count > 0 then 'partly_met'
        when {{ counted }}.not_met_count > 0 then 'not_met'
        when {{ counted }}.met_count > 0 then 'met'
        when {{ counted }}.target_under_way_count > 0 then 'under_way'
        else 'no_line'
    end as measure_signal
{%- endmacro %}
