with

points as (
    select * from {{ ref('int_measure_points') }}
),

charted as (
    {{ xmr(ref('int_measure_points'), at='month_start', target='target_value', mdc_2023=var('spc_mdc_2023')) }}
),

counted as (
    select
        *,
        count(value) over (partition by series, segment) as point_count,
        min(value) over (partition by series, segment) = max(value) over (partition by series, segment) as is_flat
    from charted
),

stated as (
    select
        *,
        case
            when value is null then 'no_data_this_month'
            when point_count < 13 then 'too_few_points'
            when is_flat or lower_limit = upper_limit then 'too_little_variation'
            when lower_limit is null then 'too_few_points'
            else 'charted'
        end as spc_state,
        point_count >= 13 and lower_limit < upper_limit as has_limits
    from counted
),

latest as (
    select
        *,
        first_value(spc_state) over (partition by series order by at desc) as last_state
    from stated
)

select
    {{ surrogate_key(['points.la_code', 'points.measure_id', 'points.month_start', "'all'", "'all'"]) }} as figure_key,
    points.la_code,
    points.measure_id,
    points.month_start,
    points.value,
    latest.segment,
    cast(latest.point_count as integer) as segment_point_count,
    points.restart_reason,
    cast(latest.mean as numeric) as mean,
    cast(case when latest.has_limits then latest.lower_limit end as numeric) as lower_limit,
    cast(case when latest.has_limits then latest.upper_limit end as numeric) as upper_limit,
    latest.spc_state,
    case when latest.spc_state = 'charted' then latest.special_cause end as special_cause,
    case when latest.spc_state = 'charted' then latest.point_type end as point_type,
    points.target_value,
    points.target_label,
    case when latest.last_state in ('charted', 'too_little_variation') then latest.variation_icon end as variation_icon,
    case when latest.last_state in ('charted', 'too_little_variation') then latest.assurance_icon end as assurance_icon
from points
inner join latest on points.series = latest.series and points.month_start = latest.at
