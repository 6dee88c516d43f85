{#
  Every measure of var('measures') as rows of fct_measures: one row per month, breakdown and value, by the kind that its
  YAML states. A plain count or a sum of nothing is an honest 0; a share of nothing is no row.
#}
{% macro gather_measures() -%}
    {%- for measure_id in measure_ids() %}
        {%- set rows = ref(measure_id) %}
        {%- if execute %}
            {%- set meta = measure_meta(measure_id) %}
            {%- set own_rows = rows_not_beside(meta, rows) %}
            {%- for breakdown in ["all"] + (meta.get("breakdowns") or []) %}
    {{ measure_rows(measure_id, meta, rows if breakdown in meta.get("beside", {}) else own_rows, breakdown) }}
    union all
            {%- endfor %}
            {%- if meta.kind in ("count", "sum") and not meta.get("has_denominator") %}
    {{ zero_rows(measure_id, meta, own_rows) }}
    union all
            {%- endif %}
        {%- endif %}
    {%- endfor %}
    {{ no_measure_rows() }}
{%- endmacro %}

{#
  One measure by one breakdown ('all' for none). Rows are gathered by child first and then by figure: that counts the
  children behind a figure at half the cost of sorting them. A median or a largest needs the rows themselves.
#}
{% macro measure_rows(measure_id, meta, rows, breakdown) -%}
    {%- set figures = measure_figures(measure_id, meta) -%}
    {%- set who = people_behind(measure_id, meta) -%}
    {%- set breakdown_value = "'all'" if breakdown == "all" else "coalesce(" ~ breakdown ~ ", 'unknown')" -%}
    select
        la_code,
        '{{ measure_id }}' as measure_id,
        month_start,
        '{{ breakdown }}' as breakdown,
        breakdown_value,
        cast({{ figures.numerator }} as numeric) as numerator_count,
        cast({{ figures.denominator }} as numeric) as denominator_count,
        cast({{ figures.value }} as numeric) as value,
        cast({{ who.of_rows if figures.by_row else "sum(contributors)" }} as integer) as contributor_count
    from (
        select
            {% if figures.by_row %}
            gathered.*,
            {% endif %}
            {% if not figures.by_row %}
            la_code,
            month_start,
            {{ who.of_group }} as contributors,
            {% if figures.adds_up %}
            sum(amount) as amount,
            count(amount) as amount_count,
            {% if "base" in figures.value or "base" in figures.denominator %}sum(base) as base,{% endif %}
            {% if "forecast" in figures.value %}sum(forecast) as forecast,{% endif %}
            {% else %}
            sum(case when is_counted then 1 else 0 end) as counted,
            {% endif %}
            count(*) as row_count,
            {% endif %}
            {{ breakdown_value }} as breakdown_value
        from {{ rows }} as gathered
        {% if not figures.by_row %}
        group by la_code, month_start
            {%- if who.key %}, {{ who.key }}{% endif %}{% if breakdown != "all" %}, {{ breakdown_value }}{% endif %}
        {% endif %}

    ) as people
    group by la_code, month_start, breakdown_value
    {% if "sum(base)" in figures.value %}having sum(base) <> 0{% endif %}
{%- endmacro %}

{#
  The rows that the title speaks of. `beside: {sen_group: no_sen}` in the YAML names a group that is shown in its
  breakdown for comparison and counted nowhere else.
#}
{% macro rows_not_beside(meta, rows) -%}
    {%- for breakdown, value in meta.get("beside", {}).items() -%}
        {{ return("(select * from " ~ rows ~ " where coalesce(" ~ breakdown ~ ", 'unknown') <> '" ~ value ~ "')") }}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}

{#
  Who is behind a figure, for disclosure control, by what its YAML says of a row (`rows_are`): `children`, each with a
  person_key (none where no key is given to the child: then the row counts and the child is not followed); `people`,
  each row a respondent or a member of staff who is not named; `groups`, each row `contributor_count` people; `things`
  (actions, meetings, posts, pounds), behind which is nobody.
#}
{% macro people_behind(measure_id, meta) -%}
    {%- set kinds_of_row = {
        "children": {
            "key": "person_key",
            "of_group": "case when person_key is null then 0 else 1 end",
            "of_rows": "count(distinct person_key)",
        },
        "people": {"of_group": "count(*)", "of_rows": "count(*)"},
        "groups": {"of_group": "sum(contributor_count)", "of_rows": "sum(contributor_count)"},
        "things": {"of_group": "0", "of_rows": "0"},
    } -%}
    {%- set rows_are = meta.get("rows_are", "children") -%}
    {%- if rows_are not in kinds_of_row -%}
        {{ exceptions.raise_compiler_error(
            measure_id ~ ".yml: rows_are is " ~ rows_are ~ "; it can be " ~ kinds_of_row.keys() | join(", ")
        ) }}
    {%- endif -%}
    {{ return(kinds_of_row[rows_are]) }}
{%- endmacro %}

{# The months in which a count or a sum found nothing, of those in which it is reported. #}
{% macro zero_rows(measure_id, meta, rows) -%}
    select
        '{{ var("la_code") }}' as la_code,
        '{{ measure_id }}' as measure_id,
        months.month_start,
        'all' as breakdown,
        'all' as breakdown_value,
        cast({{ "0" if meta.kind == "count" else "null" }} as numeric) as numerator_count,
        cast({{ "0" if meta.kind == "sum" else "null" }} as numeric) as denominator_count,
        cast(0 as numeric) as value,
        0 as contributor_count
    from {{ ref("int_months") }} as months
    where
        months.month_start not in (select counted.month_start from {{ rows }} as counted)
        and {{ month_of("months.month_start") }} in ({{ reported_in(measure_id, meta) | join(", ") }})
        {% if meta.get("begins") %}and months.month_start >= cast('{{ meta.begins }}' as date){% endif %}
{%- endmacro %}

{# The arithmetic of each kind, over the sums of each child's rows. `adds_up`: by amounts, not by flags. #}
{% macro measure_figures(measure_id, meta) -%}
    {%- set kinds = {
        "rate": {
            "numerator": "sum(counted)",
            "denominator": "sum(row_count)",
            "value": "sum(counted) * 1.0 / sum(row_count)",
        },
        "count": {
            "numerator": "sum(counted)",
            "denominator": "sum(row_count)" if meta.get("has_denominator") else "null",
            "value": "sum(counted)",
        },
        "sum": {
            "adds_up": true,
            "numerator": "null",
            "denominator": "sum(row_count)",
            "value": "coalesce(sum(amount), 0)",
        },
        "mean": {
            "adds_up": true,
            "numerator": "null",
            "denominator": "sum(row_count)",
            "value": "sum(amount) * 1.0 / nullif(sum(amount_count), 0)",
        },
        "ratio": {
            "adds_up": true,
            "numerator": "sum(amount)",
            "denominator": "sum(base)",
            "value": "sum(amount) * 1.0 / sum(base)",
        },
        "growth": {
            "adds_up": true,
            "numerator": "sum(amount)",
            "denominator": "sum(base)",
            "value": "(sum(amount) - sum(base)) * 1.0 / sum(base)",
        },
        "outturn": {
            "adds_up": true,
            "numerator": "sum(amount)",
            "denominator": "sum(base)",
            "value": "sum(forecast)",
        },
        "median": {
            "by_row": true,
            "numerator": "sum(case when is_counted then 1 else 0 end)",
            "denominator": "count(*)",
            "value": "percentile_cont(0.5) within group (order by amount)",
        },
        "largest": {
            "by_row": true,
            "numerator": "null",
            "denominator": "null",
            "value": "max(amount)",
        },
    } -%}
    {%- if meta.kind not in kinds -%}
        {{ exceptions.raise_compiler_error(
            measure_id ~ ".yml: kind is " ~ meta.kind ~ "; it can be " ~ kinds.keys() | join(", ")
        ) }}
    {%- endif -%}
    {{ return(kinds[meta.kind]) }}
{%- endmacro %}

{# The shape of the result without a row: what stands while dbt parses, and after the last `union all`. #}
{% macro no_measure_rows() -%}
    select
        cast(null as {{ dbt.type_string() }}) as la_code,
        cast(null as {{ dbt.type_string() }}) as measure_id,
        cast(null as date) as month_start,
        cast(null as {{ dbt.type_string() }}) as breakdown,
        cast(null as {{ dbt.type_string() }}) as breakdown_value,
        cast(null as numeric) as numerator_count,
        cast(null as numeric) as denominator_count,
        cast(null as numeric) as value,
        cast(null as integer) as contributor_count
    where 1 = 0
{%- endmacro %}
