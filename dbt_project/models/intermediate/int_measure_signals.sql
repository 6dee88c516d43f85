with

months as (
    select * from {{ ref('int_months') }}
),

figures as (
    select * from {{ ref('fct_measures') }}
    where breakdown = 'all' and value is not null
),

measures as (
    select * from {{ ref('dim_measures') }}
),

targets as (
    select * from {{ ref('int_measure_targets') }}
),

charts as (
    select * from {{ ref('fct_measure_spc') }}
),

-- A figure of a quarter, term or year stands until the next.
newest as (
    select
        figures.la_code,
        figures.measure_id,
        months.month_start,
        months.is_reporting_month,
        figures.month_start as figure_month,
        figures.value,
        row_number() over (
            partition by figures.la_code, figures.measure_id, months.month_start order by figures.month_start desc
        ) as newest_first
    from months
    inner join figures on months.month_start >= figures.month_start
),

lined as (
    select
        newest.*,
        targets.target_value,
        measures.law_value,
        measures.is_cumulative
        and measures.kind in ('count', 'sum')
        and {{ month_of('newest.figure_month') }} <> 3 as is_under_way,
        case when measures.better = 'lower' then -1 else 1 end as better_way
    from newest
    inner join measures on newest.measure_id = measures.measure_id
    left join targets
        on
            newest.measure_id = targets.measure_id
            and newest.figure_month >= targets.holds_from_month
            and (newest.figure_month < targets.next_from_month or targets.next_from_month is null)
    where newest.newest_first = 1
),

judged as (
    select
        *,
        case
            when law_value is null then 'no_law'
            when value * better_way >= law_value * better_way then 'met'
            else 'not_met'
        end as law_signal,
        case
            when target_value is null then 'no_target'
            when value * better_way >= target_value * better_way then 'met'
            when is_under_way then 'under_way'
            else 'not_met'
        end as target_signal
    from lined
)

select
    judged.la_code,
    judged.measure_id,
    judged.month_start,
    judged.figure_month,
    judged.value,
    judged.law_value,
    judged.law_signal,
    judged.target_value,
    judged.target_signal,
    case
        when 'not_met' in (judged.law_signal, judged.target_signal) then 'not_met'
        when judged.target_signal = 'under_way' then 'under_way'
        when 'met' in (judged.law_signal, judged.target_signal) then 'met'
        else 'no_line'
    end as measure_signal,
    charts.variation_icon,
    charts.assurance_icon
from judged
left join charts
    on
        judged.la_code = charts.la_code
        and judged.measure_id = charts.measure_id
        and judged.month_start = charts.month_start
        and judged.is_reporting_month
