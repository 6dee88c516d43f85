{#
  PostgreSQL plans by statistics that a table made a moment ago does not have, and then joins it row by row. Run after
  each table; an engine that gathers its own does nothing.
#}
{% macro gather_statistics() -%}{{ adapter.dispatch("gather_statistics")() }}{%- endmacro %}
{% macro postgres__gather_statistics() -%}
    {% if model.config.materialized in ("table", "seed") %}analyze {{ this }}{% endif %}
{%- endmacro %}
{% macro default__gather_statistics() -%}{%- endmacro %}
