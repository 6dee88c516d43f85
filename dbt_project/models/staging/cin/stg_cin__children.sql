with

raw_rows as (
    {{ raw_in_use('cin__child', with_person=true) }}
)

select
    la_code,
    person_key,
    {{ as_integer('child_number') }} as child_number,
    {{ first_of_month(as_date('person_birth_date')) }} as born_month,
    {{ as_code('sex') }} as sex
from raw_rows
