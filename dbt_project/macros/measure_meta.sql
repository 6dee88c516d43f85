{# What a measure's YAML says of it. The graph is empty while dbt parses: call this only when `execute` is true. #}
{% macro measure_meta(measure_id) -%}
    {%- set node = graph.nodes.get("model." ~ project_name ~ "." ~ measure_id) -%}
    {%- if node is none -%}
        {{ exceptions.raise_compiler_error("There is no measure " ~ measure_id ~ " in models/measures") }}
    {%- endif -%}
    {%- set meta = node.config.meta.get("measure") -%}
    {%- if meta is none -%}
        {{ exceptions.raise_compiler_error(measure_id ~ ".yml lacks config.meta.measure, the measure's description") }}
    {%- endif -%}
    {%- set demanded = [
        "title", "why_it_matters", "numerator", "kind", "better", "unit", "decimals", "owner", "checker", "next_review",
        "cadence", "priority", "sources",
    ] -%}
    {%- set missing = demanded | reject("in", meta) | list -%}
    {%- if missing -%}
        {{ exceptions.raise_compiler_error(measure_id ~ ".yml: the measure lacks " ~ missing | join(", ")) }}
    {%- endif -%}
    {{ return(meta) }}
{%- endmacro %}

{#
  The calendar months in which a measure is reported: all of them, the last of each quarter, or those its YAML names
  (`reported_in`), which a termly or yearly measure must.
#}
{% macro reported_in(measure_id, meta) -%}
    {%- if meta.get("reported_in") -%}{{ return(meta.reported_in) }}{%- endif -%}
    {%- if meta.cadence == "quarterly" -%}{{ return([3, 6, 9, 12]) }}{%- endif -%}
    {%- if meta.cadence in ("termly", "yearly") -%}
        {{ exceptions.raise_compiler_error(
            measure_id ~ ".yml: a " ~ meta.cadence ~ " measure says in which months it is reported: reported_in: [8]"
        ) }}
    {%- endif -%}
    {{ return(range(1, 13) | list) }}
{%- endmacro %}

{# The ids to gather, from the caller. None is an error: a dashboard of nothing would look like a pass. #}
{% macro measure_ids() -%}
    {%- set ids = var("measures") -%}
    {%- if execute and not ids -%}
        {{ exceptions.raise_compiler_error(
            "No measures to gather. Pass --vars '{measures: [...]}', the file names in models/measures without .sql"
        ) }}
    {%- endif -%}
    {{ return(ids) }}
{%- endmacro %}

{# The target line in force at the end of the reporting month, none if none is yet. #}
{% macro target_in_force(targets) -%}
    {%- set in_force = namespace(target=none) -%}
    {%- for target in (targets or []) | sort(attribute="from") -%}
        {%- if (target["from"] | string)[:7] <= var("month") -%}{%- set in_force.target = target -%}{%- endif -%}
    {%- endfor -%}
    {{ return(in_force.target) }}
{%- endmacro %}

{# Values from YAML as SQL literals; quotes are doubled, absence is a typed null. #}
{% macro text_literal(value) -%}
    {%- if value is none or value is undefined -%}cast(null as {{ dbt.type_string() }})
    {%- else -%}cast('{{ value | string | replace("'", "''") }}' as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

{% macro json_literal(value) -%}
    {{ text_literal(tojson(value or [])) }}
{%- endmacro %}

{% macro number_literal(value) -%}
    {%- if value is none or value is undefined -%}cast(null as numeric)
    {%- else -%}cast({{ value }} as numeric)
    {%- endif -%}
{%- endmacro %}
