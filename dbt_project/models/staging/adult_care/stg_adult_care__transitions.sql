with

raw_rows as (
    {{ raw_in_use('adult_care__transition', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(referral_id) as referral_key,
    {{ first_of_month(as_date('date_of_birth')) }} as born_month,
    {{ as_date('referred_date') }} as referred_on,
    {{ as_date('decided_date') }} as decided_on,
    {{ as_code('outcome') }} as outcome_code,
    {{ as_date('care_from_date') }} as care_from_on
from raw_rows
