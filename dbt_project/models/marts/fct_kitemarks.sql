with

parts as (
    select * from {{ ref('int_kitemarks_of_deliveries') }}
    union all
    select * from {{ ref('int_kitemarks_reconciled') }}
    union all
    select * from {{ ref('int_kitemarks_declared') }}
)

select
    '{{ var("la_code") }}' as la_code,
    measure_id,
    month_start,
    part,
    state,
    reason
from parts
