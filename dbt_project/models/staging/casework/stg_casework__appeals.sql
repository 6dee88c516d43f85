with

raw_rows as (
    {{ raw_in_use('casework__appeal', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(appeal_id) as appeal_id,
    {{ as_code('kind') }} as kind_code,
    {{ as_code('about') }} as about_code,
    {{ as_date('registered_date') }} as registered_on,
    {{ as_code('outcome') }} as outcome_code,
    {{ as_date('outcome_date') }} as outcome_on,
    coalesce({{ as_boolean('conceded') }}, false) as is_conceded
from raw_rows
