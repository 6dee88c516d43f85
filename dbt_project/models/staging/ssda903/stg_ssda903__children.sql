with

raw_rows as (
    {{ raw_in_use('ssda903__header', with_person=true) }}
)

select
    la_code,
    person_key,
    {{ first_of_month(as_date_uk('dob')) }} as born_month,
    case {{ as_code('sex') }}
        when '1' then 'M'
        when '2' then 'F'
        else {{ as_code('sex') }}
    end as sex,
    coalesce({{ as_boolean('mother') }}, false) as is_mother,
    case when {{ as_code('upn') }} like 'UN%' then {{ as_code('upn') }} end as upn_unknown_code
from raw_rows
