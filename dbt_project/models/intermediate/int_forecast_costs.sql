with

costs as (
    select * from {{ ref('cost_per_placement') }}
    where month_start = {{ reporting_month_start() }}
)

select
    la_code,
    setting_type,
    avg(amount) as mean_cost_gbp,
    count(*) as placement_count
from costs
group by la_code, setting_type
