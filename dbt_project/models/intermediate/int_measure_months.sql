with

measures as (
    select * from {{ ref('dim_measures') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    measures.measure_id,
    months.month_start,
    months.month_end
from measures
inner join months
    on concat(',', measures.reported_in, ',') like concat('%,', {{ month_of("months.month_start") }}, ',%')
