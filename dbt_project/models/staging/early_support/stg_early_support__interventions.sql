with

raw_rows as (
    {{ raw_in_use('early_support__intervention', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(intervention_id) as intervention_key,
    {{ first_of_month(as_date('date_of_birth')) }} as born_month,
    {{ as_code('phase') }} as phase_code,
    {{ as_code('kind') }} as kind_code,
    {{ as_boolean('sen_support') }} as has_sen_support,
    {{ as_date('start_date') }} as began_on,
    {{ as_date('end_date') }} as ended_on
from raw_rows
