with

raw_rows as (
    {{ raw_in_use('finance__repatriation_sign_off', with_person=true) }}
)

select
    la_code,
    person_key,
    {{ as_date('moved_date') }} as moved_on,
    {{ as_numeric('agreed_saving_gbp') }} as agreed_full_year_saving_gbp,
    signed_by,
    {{ as_date('signed_date') }} as signed_on
from raw_rows
