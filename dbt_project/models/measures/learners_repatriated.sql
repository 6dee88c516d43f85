with

repatriations as (
    select * from {{ ref('int_repatriations_to_date') }}
    where counts_for_promise
)

select
    la_code,
    month_start,
    person_key,
    learner_count as amount
from repatriations
