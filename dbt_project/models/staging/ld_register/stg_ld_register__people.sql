with

raw_rows as (
    {{ raw_in_use('ld_register__person', with_person=true) }}
)

select
    la_code,
    person_key,
    {{ as_date('registered_date') }} as registered_on,
    {{ as_date('check_date') }} as check_on,
    {{ as_date('action_plan_date') }} as action_plan_on,
    {{ as_date('declined_date') }} as declined_on
from raw_rows
