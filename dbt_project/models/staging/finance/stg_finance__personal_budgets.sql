with

raw_rows as (
    {{ raw_in_use('finance__personal_budget', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(reference) as agreement_reference,
    {{ as_code('kind') }} as kind_code,
    {{ as_code('method') }} as method_code,
    {{ as_numeric('annual_gbp') }} as annual_gbp,
    {{ as_date('effective_from') }} as effective_from,
    {{ as_date('effective_to') }} as effective_to
from raw_rows
