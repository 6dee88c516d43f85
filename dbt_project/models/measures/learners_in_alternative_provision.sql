with

learners as (
    select * from {{ ref('int_alternative_provision_months') }}
)

select
    la_code,
    month_start,
    person_key,
    true as is_counted,
    reason_code as ap_reason
from learners
