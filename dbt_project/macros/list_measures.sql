{# The catalogue: one row per measure of var('measures'), as its YAML describes it. #}
{% macro list_measures() -%}
    {%- for measure_id in measure_ids() if execute %}
        {%- set meta = measure_meta(measure_id) %}
        {%- set law = meta.get("law") or {} %}
        {%- set target = target_in_force(meta.get("targets")) or {} %}
    select
        {{ text_literal(measure_id) }} as measure_id,
        {{ text_literal(meta.title) }} as title,
        {{ text_literal(meta.why_it_matters) }} as why_it_matters,
        {{ text_literal(meta.numerator) }} as numerator,
        {{ text_literal(meta.get("denominator")) }} as denominator,
        {{ text_literal(meta.kind) }} as kind,
        {{ text_literal(meta.better) }} as better,
        {{ text_literal(meta.unit) }} as unit,
        {{ meta.decimals | int }} as decimals,
        {{ text_literal(meta.owner) }} as owner,
        {{ text_literal(meta.checker) }} as checker,
        cast('{{ meta.next_review }}' as date) as next_review,
        {{ text_literal(meta.cadence) }} as cadence,
        {{ text_literal((meta.get("mission") or []) | join(", ")) }} as mission,
        {{ text_literal((meta.get("delivery_plan") or []) | join(", ")) }} as delivery_plan,
        {{ text_literal(meta.priority) }} as priority,
        {{ number_literal(law.get("value")) }} as law_value,
        {{ text_literal(law.get("reference")) }} as law_reference,
        {{ number_literal(target.get("value")) }} as target_value,
        {{ text_literal(target.get("label")) }} as target_label,
        {{ text_literal(target.get("source")) }} as target_source,
        {{ json_literal(meta.get("targets")) }} as targets,
        {{ json_literal(meta.get("breakdowns")) }} as breakdowns,
        {{ json_literal(meta.get("sources")) }} as sources,
        {{ text_literal(meta.get("rows_are", "children")) }} as rows_are,
        {{ text_literal(meta.get("counted_in")) }} as counted_in,
        {{ text_literal(reported_in(measure_id, meta) | join(",")) }} as reported_in,
        {{ text_literal(meta.get("within")) }} as within_measure_id,
        {{ text_literal(meta.get("beside", {}).keys() | first) }} as beside_breakdown,
        {{ text_literal(meta.get("beside", {}).values() | first) }} as beside_value,
        {{ "true" if meta.get("is_cumulative") else "false" }} as is_cumulative,
        {{ meta.get("lag_days", 0) | int }} as lag_days
        {% if not loop.last %}union all{% endif %}
    {%- else %}
    select cast(null as {{ dbt.type_string() }}) as measure_id
    {%- endfor %}
{%- endmacro %}

{# Every target line of every measure: one row per line, from the day on which it holds. #}
{% macro list_targets() -%}
    {%- for measure_id in measure_ids() if execute %}
        {%- for target in measure_meta(measure_id).get("targets") or [] %}
    select
        {{ text_literal(measure_id) }} as measure_id,
        {{ number_literal(target.value) }} as target_value,
        {{ text_literal(target.label) }} as target_label,
        cast('{{ target["from"] }}' as date) as holds_from
    union all
        {%- endfor %}
    {%- endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as measure_id,
        cast(null as numeric) as target_value,
        cast(null as {{ dbt.type_string() }}) as target_label,
        cast(null as date) as holds_from
    where 1 = 0
{%- endmacro %}

{# Every source of every measure, as its YAML names them: one row per measure and source. #}
{% macro list_measure_sources() -%}
    {%- for measure_id in measure_ids() if execute %}
        {%- for source_name in measure_meta(measure_id).sources %}
    select
        {{ text_literal(measure_id) }} as measure_id,
        {{ text_literal(source_name) }} as source
    union all
        {%- endfor %}
    {%- endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as measure_id,
        cast(null as {{ dbt.type_string() }}) as source
    where 1 = 0
{%- endmacro %}
