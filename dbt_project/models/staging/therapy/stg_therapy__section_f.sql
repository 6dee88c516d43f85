with

raw_rows as (
    {{ raw_in_use('therapy__section_f', with_person=true) }}
)

select
    la_code,
    person_key,
    {{ as_code('therapy') }} as therapy,
    {{ as_numeric('sessions_per_term') }} as sessions_per_term,
    {{ as_numeric('minutes_per_session') }} as minutes_per_session,
    {{ as_date_uk('valid_from') }} as valid_from,
    {{ as_date_uk('valid_to') }} as valid_to
from raw_rows
