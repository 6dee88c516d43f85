{#
  Statistical process control: an XmR chart of every series in a relation, by the rules of NHS "Making Data Count" as
  NHSRplotthedots 0.2.2 works them out. Renders a select statement, to stand alone or as a subquery:

      send dbt --month 2026-10 show --inline "{{ xmr(ref('fct_x'), series='unit', at='month_start', value='n') }}"
      select * from ({{ xmr('points') }}) as charted

  relation: a ref, the name of a table or CTE, or a subquery in parentheses. The other names are columns of it, or SQL
  expressions over them:
    series, at      which chart, and the date or timestamp of the point; any order of rows
    value           number of any type; null and NaN are missing
    direction       increase, decrease or neutral: which way is better
    target          number or null; a chart is held against the target of its last point
    rebase          true where a new segment starts with this row; null is false. No rule looks across a segment
    screen_outliers leave ranges of 3.267 mean ranges and more out of the limits, once; true unless mdc_2023
    fix_after       mean and limits from the first so many rows of each segment, 12 or more; none for all
    mdc_2023        as NHS England's own tool since 2023: ranges are not screened unless screen_outliers says so;
                    limits and icons need 13 points in the segment; points beyond a limit count for two in three; a
                    point that is both improvement and concern is improvement. (Its choice of 6 points for 7 is not
                    taken over.)

  One row per row of the relation: series, at, value, segment, mean, lower_limit, upper_limit, special_cause,
  point_type, variation_icon, assurance_icon. Numbers are double precision. segment counts the rebases so far. The two
  icons are those of the series at its last row, and stand on every row of it:
    variation_icon  common_cause, or improvement, concern or neutral with _high or _low
    assurance_icon  consistent_pass, consistent_fail, inconsistent; null without a target or for a neutral direction

  What cannot be charted:
    no range kept   (one point, or all alike and screened) limits are null
    no variation    (the mean of the ranges kept is 0) the limits are the mean; every point is Common Cause
    missing value   its row is Common Cause and breaks every run
  If any of these holds of the last row there is no icon; but where all values of the last segment are alike, they are
  held against the target directly.

  Refused: fix_after below 12, by the compiler. Rows that share series and at, rows without `at` or with another
  direction: the statement fails as it runs, with their counts in the error.

  Differs from the reference by design: where two trends adjoin, each point is named for its own trend; a gap in a trend
  is no error; a series without a target has no assurance icon; and the three cases above.
#}
{% macro xmr(
    relation, series="series", at="at", value="value", direction="direction", target="target", rebase="is_rebase",
    screen_outliers=none, fix_after=none, mdc_2023=false
) -%}
    {%- if fix_after is not none and (fix_after is not integer or fix_after < 12) -%}
        {{ exceptions.raise_compiler_error("xmr: fix_after is " ~ fix_after ~ "; limits need 12 points or more") }}
    {%- endif -%}
    {%- set is_screened = (not mdc_2023) if screen_outliers is none else screen_outliers -%}
with

xmr_points as (
    select
        {{ series }} as series,
        {{ at }} as at,
        {{ exact_number(value) }} as value,
        {{ exact_number(target) }} as target,
        {{ direction }} as direction,
        case {{ direction }} when 'increase' then 1 when 'decrease' then -1 when 'neutral' then 0 end as better,
        case when cast({{ rebase }} as boolean) then 1 else 0 end as is_rebase
    from {{ relation }} as xmr_input
),

xmr_numbered as (
    select
        *,
        row_number() over (partition by series, at order by at) as copy_number
    from xmr_points
),

xmr_counted as (
    select
        *,
        sum(case when copy_number > 1 then 1 else 0 end) over () as repeated_count,
        sum(case when at is null then 1 else 0 end) over () as undated_count,
        sum(case when better is null then 1 else 0 end) over () as undirected_count
    from xmr_numbered
),

-- SQL has no word for refusing; text that is no boolean stops the statement and stands in its error.
xmr_accepted as (
    select * from xmr_counted
    where
        case
            when repeated_count = 0 and undated_count = 0 and undirected_count = 0 then true
            else cast(concat(
                'xmr refuses these rows: ', repeated_count, ' repeat a series and date, ', undated_count,
                ' have no date, ', undirected_count, ' have a direction that is not increase, decrease or neutral'
            ) as boolean)
        end
),

xmr_segmented as (
    select
        *,
        sum(is_rebase) over (partition by series order by at) as segment
    from xmr_accepted
),

xmr_placed as (
    select
        *,
        row_number() over (partition by series, segment order by at) as place,
        count(value) over (partition by series, segment) as point_count,
        min(value) over (partition by series, segment) = max(value) over (partition by series, segment) as is_flat
    from xmr_segmented
),

xmr_used as (
    select
        *,
        {% if fix_after is none %}value{% else %}case when place <= {{ fix_after }} then value end{% endif %} as used
    from xmr_placed
),

xmr_ranged as (
    select
        *,
        abs(used - lag(used) over (partition by series, segment order by at)) as moving_range
    from xmr_used
),

xmr_averaged as (
    select
        *,
        avg(used) over (partition by series, segment) as mean,
        avg(moving_range) over (partition by series, segment) as mean_of_all_ranges
    from xmr_ranged
),

xmr_screened as (
    select
        *,
        avg(
            {% if is_screened %}case when moving_range < 3.267 * mean_of_all_ranges then moving_range end
            {% else %}moving_range{% endif %}
        ) over (partition by series, segment) as mean_range
    from xmr_averaged
),

xmr_limited as (
    select
        *,
        2.66 * {% if mdc_2023 %}case when point_count >= 13 then mean_range end{% else %}mean_range{% endif %}
            as limit_distance,
        value - mean as deviation
    from xmr_screened
),

-- A third has no exact decimal: what a double cannot tell from the mean, or from a limit, is on it.
xmr_measured as (
    select
        *,
        abs(deviation) - 2.220446e-16 * (abs(mean) + coalesce(limit_distance, 0)) as distance
    from xmr_limited
),

xmr_sided as (
    select
        *,
        case when distance > 0 then sign(deviation) else 0 end as side,
        case when distance > limit_distance then sign(deviation) else 0 end as beyond,
        case when distance > limit_distance * 2 / 3 then 1 else 0 end as is_beyond_near,
        sign(value - lag(value) over (partition by series, segment order by at)) as step
    from xmr_measured
),

xmr_close as (
    select
        *,
        {% if mdc_2023 %}is_beyond_near{% else %}case when beyond = 0 then is_beyond_near else 0 end{% endif %}
            as is_close
    from xmr_sided
),

-- Seven points have six steps; the sum is whole only if none is missing and all go one way.
xmr_ended as (
    select
        *,
        lead(step) over (partition by series, segment order by at) as next_step,
        case sum(step) over (partition by series, segment order by at rows between 5 preceding and current row)
            when 6 then 1 when -6 then -1 else 0
        end as trend_ended,
        case
            when abs(
                sum(side) over (partition by series, segment order by at rows between 6 preceding and current row)
            ) = 7 then 1
            else 0
        end as has_shift_ended,
        case
            when
                abs(
                    sum(side) over (partition by series, segment order by at rows between 2 preceding and current row)
                ) = 3
                and sum(is_close) over (
                    partition by series, segment order by at rows between 2 preceding and current row
                ) >= 2
                then 1
            else 0
        end as has_pair_ended
    from xmr_close
),

xmr_members as (
    select
        *,
        max(trend_ended) over (
            partition by series, segment order by at rows between current row and 6 following
        ) = 1 as is_rising,
        min(trend_ended) over (
            partition by series, segment order by at rows between current row and 6 following
        ) = -1 as is_falling,
        max(has_shift_ended) over (
            partition by series, segment order by at rows between current row and 6 following
        ) = 1 as is_shifted,
        is_close = 1 and max(has_pair_ended) over (
            partition by series, segment order by at rows between current row and 2 following
        ) = 1 as is_paired
    from xmr_ended
),

-- The point at which a trend turns belongs to both, and is named for the later one.
xmr_trended as (
    select
        *,
        case
            when is_rising and is_falling then next_step
            when is_rising then 1
            when is_falling then -1
            else 0
        end as trend
    from xmr_members
),

xmr_named as (
    select
        *,
        case
            when value is null or limit_distance = 0 then 'Common Cause'
            {% if mdc_2023 %}
            when trend * better = 1 and beyond * better = -1
                then case when trend = 1 then '7 Point Trend (Increasing)' else '7 Point Trend (Decreasing)' end
            {% endif %}
            when beyond = 1 then 'Above UCL'
            when beyond = -1 then 'Below LCL'
            {% if mdc_2023 %}
            when trend * better = -1 and side * better = 1 and is_paired
                then case when side = 1 then '2 in 3 Above CL' else '2 in 3 Below CL' end
            when trend * better = -1 and side * better = 1 and is_shifted
                then case when side = 1 then '7 Points Above CL' else '7 Points Below CL' end
            {% endif %}
            when trend = 1 then '7 Point Trend (Increasing)'
            when trend = -1 then '7 Point Trend (Decreasing)'
            when is_paired and side = 1 then '2 in 3 Above CL'
            when is_paired then '2 in 3 Below CL'
            when is_shifted and side = 1 then '7 Points Above CL'
            when is_shifted then '7 Points Below CL'
            else 'Common Cause'
        end as special_cause
    from xmr_trended
),

xmr_signed as (
    select
        *,
        case
            when special_cause = 'Common Cause' then 0
            when special_cause in (
                'Above UCL', '7 Point Trend (Increasing)', '2 in 3 Above CL', '7 Points Above CL'
            ) then 1
            else -1
        end as way
    from xmr_named
),

xmr_typed as (
    select
        *,
        case
            when way = 0 then 'common_cause'
            when better = 0 and way = 1 then 'special_cause_neutral_high'
            when better = 0 then 'special_cause_neutral_low'
            when way = better then 'special_cause_improvement'
            else 'special_cause_concern'
        end as point_type
    from xmr_signed
),

xmr_judged as (
    select
        *,
        case
            when value is null or limit_distance is null or limit_distance = 0 then null
            when way = 0 then 'common_cause'
            else concat(
                case when better = 0 then 'neutral' when way = better then 'improvement' else 'concern' end,
                case when way = 1 then '_high' else '_low' end
            )
        end as variation,
        case
            when value is null or target is null or better = 0 {% if mdc_2023 %}or point_count < 13 {% endif %}then null
            when is_flat and point_count > 1 and value * better >= target * better then 'consistent_pass'
            when is_flat and point_count > 1 then 'consistent_fail'
            when limit_distance is null or limit_distance = 0 then null
            when target > mean + limit_distance
                then case when better = 1 then 'consistent_fail' else 'consistent_pass' end
            when target < mean - limit_distance
                then case when better = 1 then 'consistent_pass' else 'consistent_fail' end
            else 'inconsistent'
        end as assurance
    from xmr_typed
)

select
    series,
    at,
    cast(value as {{ dbt.type_float() }}) as value,
    cast(segment as integer) as segment,
    cast(mean as {{ dbt.type_float() }}) as mean,
    cast(mean - limit_distance as {{ dbt.type_float() }}) as lower_limit,
    cast(mean + limit_distance as {{ dbt.type_float() }}) as upper_limit,
    special_cause,
    point_type,
    first_value(variation) over (partition by series order by at desc) as variation_icon,
    first_value(assurance) over (partition by series order by at desc) as assurance_icon
from xmr_judged
order by series, at
{%- endmacro %}

{# A number as the decimal it is written as, so that sums are exact; a double goes by its shortest text. NaN is null. #}
{% macro exact_number(number) -%}
    cast(nullif(cast({{ number }} as {{ dbt.type_string() }}), 'NaN') as numeric)
{%- endmacro %}
