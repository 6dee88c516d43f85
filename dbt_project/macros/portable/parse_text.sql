{#
  Raw data is text. These read it as a type, null when it cannot be read: the contract at the border has counted
  that already. One macro a type, dispatched, so that another engine needs five lines and no model changes.
#}
{% macro as_date(text) -%}{{ adapter.dispatch("as_date")(text) }}{%- endmacro %}
{% macro postgres__as_date(text) -%}ops.as_date({{ text }}){%- endmacro %}

{% macro as_date_uk(text) -%}{{ adapter.dispatch("as_date_uk")(text) }}{%- endmacro %}
{% macro postgres__as_date_uk(text) -%}ops.as_date_uk({{ text }}){%- endmacro %}

{% macro as_integer(text) -%}{{ adapter.dispatch("as_integer")(text) }}{%- endmacro %}
{% macro postgres__as_integer(text) -%}ops.as_integer({{ text }}){%- endmacro %}

{% macro as_numeric(text) -%}{{ adapter.dispatch("as_numeric")(text) }}{%- endmacro %}
{% macro postgres__as_numeric(text) -%}ops.as_numeric({{ text }}){%- endmacro %}

{# A code in capitals without blanks around it; empty is null. #}
{% macro as_code(text) -%}nullif(upper(trim({{ text }})), ''){%- endmacro %}

{# A yes or no however the source writes it: 1/0, Y/N, true/false; anything else is null. #}
{% macro as_boolean(text) -%}
    case
        when lower(trim({{ text }})) in ('1', 'y', 'yes', 'true', '1.0') then true
        when lower(trim({{ text }})) in ('0', 'n', 'no', 'false', '0.0') then false
    end
{%- endmacro %}
