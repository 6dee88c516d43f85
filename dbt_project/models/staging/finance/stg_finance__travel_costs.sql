with

raw_rows as (
    {{ raw_in_use('finance__travel_cost', with_person=true) }}
)

select
    la_code,
    person_key,
    lower(trim(mode)) as travel_mode,
    {{ as_date('effective_from') }} as effective_from,
    {{ as_date('effective_to') }} as effective_to,
    {{ as_numeric('annual_cost_gbp') }} as annual_cost_gbp
from raw_rows
