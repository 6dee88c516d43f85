{# Age in the school's sense: on the 31 August before the day, or on it. The month of birth suffices. #}
{% macro age_at_31_august(born_month, day) -%}
    (
        {{ year_of(day) }} - {{ year_of(born_month) }}
        - case
            when {{ month_of(day) }} >= 9 or ({{ month_of(day) }} = 8 and {{ day_of(day) }} = 31) then 0
            else 1
        end
        - case when {{ month_of(born_month) }} >= 9 then 1 else 0 end
    )
{%- endmacro %}

{# National curriculum year: Reception is 0, Year 1 is 1, the years before school are negative. #}
{% macro year_group(born_month, day) -%}
    ({{ age_at_31_august(born_month, day) }} - 4)
{%- endmacro %}

{# Bands of the age at 31 August: under_5, 5_10, 11_15, 16_19, 20_25, or unknown without a month of birth. #}
{% macro age_band(born_month, day) -%}
    case
        when {{ born_month }} is null or {{ day }} is null then 'unknown'
        else {{ band_of_age(age_at_31_august(born_month, day)) }}
    end
{%- endmacro %}

{% macro band_of_age(age) -%}
    case
        when {{ age }} < 5 then 'under_5'
        when {{ age }} < 11 then '5_10'
        when {{ age }} < 16 then '11_15'
        when {{ age }} < 20 then '16_19'
        else '20_25'
    end
{%- endmacro %}

{#
  Compulsory school age begins on the 31 December, 31 March or 31 August that comes first on or after the fifth
  birthday (Education Act 1996, s.8). Which of the three follows from the month of birth.
#}
{% macro compulsory_school_age_on(born_month) -%}
    case
        when {{ month_of(born_month) }} >= 9 then {{ day_in_year(year_of(born_month) ~ " + 5", "'12-31'") }}
        when {{ month_of(born_month) }} <= 3 then {{ day_in_year(year_of(born_month) ~ " + 5", "'03-31'") }}
        else {{ day_in_year(year_of(born_month) ~ " + 5", "'08-31'") }}
    end
{%- endmacro %}
