with

costs as (
    select * from {{ ref('stg_finance__travel_costs') }}
)

select
    la_code,
    person_key,
    travel_mode,
    effective_from,
    coalesce(effective_to, cast('9999-12-31' as date)) as effective_to,
    annual_cost_gbp
from costs
