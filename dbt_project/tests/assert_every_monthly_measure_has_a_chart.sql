with

measures as (
    select * from {{ ref('dim_measures') }}
),

months as (
    select * from {{ ref('dim_months') }}
    where is_reporting_month
),

charts as (
    select * from {{ ref('fct_measure_spc') }}
)

select
    measures.measure_id,
    count(charts.measure_id) as row_count
from measures
cross join months
left join charts on measures.measure_id = charts.measure_id and months.month_start = charts.month_start
group by measures.measure_id, measures.cadence, measures.is_cumulative
having (count(charts.measure_id) > 0) <> (measures.cadence = 'monthly' and not measures.is_cumulative)
