{# Calendar arithmetic that stays a date on every engine. Months clamp: 29 February and 12 months is 28 February. #}
{% macro add_days(day, days) -%}
    cast({{ dbt.dateadd("day", days, day) }} as date)
{%- endmacro %}

{% macro add_months(day, months) -%}
    cast({{ dbt.dateadd("month", months, day) }} as date)
{%- endmacro %}

{% macro first_of_month(day) -%}
    cast({{ dbt.date_trunc("month", day) }} as date)
{%- endmacro %}

{# The first day of the last month of a day's quarter: where a quarterly figure stands. #}
{% macro quarter_month(day) -%}
    {{ add_months(dbt.date_trunc("quarter", day), 2) }}
{%- endmacro %}

{% macro year_of(day) -%}
    cast(extract(year from {{ day }}) as integer)
{%- endmacro %}

{% macro month_of(day) -%}
    cast(extract(month from {{ day }}) as integer)
{%- endmacro %}

{% macro day_of(day) -%}
    cast(extract(day from {{ day }}) as integer)
{%- endmacro %}

{# A date from a year and a fixed 'MM-DD'. #}
{% macro day_in_year(year, month_day) -%}
    cast(concat(cast({{ year }} as {{ dbt.type_string() }}), '-', {{ month_day }}) as date)
{%- endmacro %}

{# DfE counts plans on the third Thursday of January: the first one from the 15th on. 1 January 1970 was a Thursday. #}
{% macro census_day(year) -%}
    {%- set the_15th = day_in_year(year, "'01-15'") -%}
    {%- set days_after_a_thursday = dbt.datediff("cast('1970-01-01' as date)", the_15th, "day") -%}
    {{ add_days(the_15th, "mod(7 - mod(" ~ days_after_a_thursday ~ ", 7), 7)") }}
{%- endmacro %}

{# The first day 'MM-DD' on or after a day. #}
{% macro next_day_of_the_year(day, month_day) -%}
    case
        when {{ day_in_year(year_of(day), month_day) }} >= {{ day }} then {{ day_in_year(year_of(day), month_day) }}
        else {{ day_in_year(year_of(day) ~ " + 1", month_day) }}
    end
{%- endmacro %}
