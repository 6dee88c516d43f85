with

raw_rows as (
    {{ raw_in_use('sen2__person', with_person=true) }}
)

select
    la_code,
    person_key,
    {{ as_integer('person_number') }} as person_number,
    {{ first_of_month(as_date('person_birth_date')) }} as born_month,
    coalesce({{ as_code('sex') }}, 'unknown') as sex,
    {{ as_code('ethnicity') }} as ethnicity_code
from raw_rows
