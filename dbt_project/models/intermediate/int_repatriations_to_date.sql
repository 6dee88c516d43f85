with

months as (
    select * from {{ ref('int_months') }}
),

repatriations as (
    select * from {{ ref('int_repatriations') }}
    where counts_for_safety_valve
)

select
    repatriations.la_code,
    months.month_start,
    repatriations.person_key,
    repatriations.dated_on,
    repatriations.learner_count,
    repatriations.full_year_saving_gbp,
    repatriations.part_year_saving_gbp,
    repatriations.travel_saving_gbp,
    repatriations.counts_for_promise
from months
inner join repatriations
    on
        months.financial_year = repatriations.financial_year
        and repatriations.dated_on <= months.month_end
