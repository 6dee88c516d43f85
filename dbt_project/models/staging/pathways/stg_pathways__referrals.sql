with

raw_rows as (
    {{ raw_in_use('pathways__referral', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(referral_id) as referral_key,
    {{ first_of_month(as_date('date_of_birth')) }} as born_month,
    {{ as_code('pathway') }} as pathway_code,
    {{ as_date('referral_date') }} as referred_on,
    {{ as_date('assessment_start_date') }} as assessment_started_on,
    {{ as_date('decision_date') }} as decided_on,
    {{ as_code('decision_outcome') }} as outcome_code,
    {{ as_date('discharge_date') }} as discharged_on,
    {{ as_code('discharge_reason') }} as discharge_reason_code
from raw_rows
