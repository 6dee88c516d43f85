with

repatriations as (
    select * from {{ ref('int_repatriations_to_date') }}
    where counts_for_promise
)

select
    la_code,
    month_start,
    person_key,
    full_year_saving_gbp as amount,
    -- A learner whose saving is unknown is left out above and below the line.
    case when full_year_saving_gbp is not null then learner_count end as base
from repatriations
