{# Years of the history that end in the reporting month's calendar month, 0 being this one: literal rows. #}
{% macro anniversaries() -%}
    {%- for years in range(var("history_months") | int // 12 + 1) %}
    select
        {{ years }} as years_back,
        {{ add_months(reporting_month_start(), -12 * years) }} as month_start
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#
  Ages at 31 August at which a plan can be held. The law ends it with the academic year in which the young person turns
  25 (Children and Families Act 2014, s.46): whoever was 25 on 31 August has left.
#}
{% macro ages_with_a_plan() -%}
    {%- for age in range(25) %}
    select {{ age }} as age
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{% macro last_age_with_a_plan() -%}24{%- endmacro %}

{# Five years after this month, and what the backtests need: as many years after an origin as have come since. #}
{% macro forecast_years() -%}5{%- endmacro %}

{# The academic year of a month, as 2026/27. #}
{% macro academic_year_of(month_start) -%}
    {{ split_year(
        "(" ~ year_of(month_start) ~ " - case when " ~ month_of(month_start) ~ " >= 9 then 0 else 1 end)", "/"
    ) }}
{%- endmacro %}

{# Half of an 80% interval in standard errors: Student's t for the three errors that the totals' backtest has. #}
{% macro interval_width() -%}1.638{%- endmacro %}
