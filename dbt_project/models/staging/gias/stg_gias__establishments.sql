with

raw_rows as (
    {{ raw_in_use('gias__establishment', la_code_as='receiving_la_code') }}
)

select
    receiving_la_code as la_code,
    trim(urn) as urn,
    nullif(trim(ukprn), '') as ukprn,
    trim(establishment_name) as establishment_name,
    -- Where the school stands, which need not be the authority that received the register.
    right(concat('000', trim(la_code)), 3) as establishment_la_code,
    trim(la_name) as establishment_la_name,
    trim(establishment_number) as establishment_number,
    right(concat('00', trim(type_code)), 2) as type_code,
    trim(type_name) as type_name,
    trim(phase_code) as phase_code,
    trim(phase_name) as phase_name,
    trim(status_code) = '1' as is_open,
    {{ as_date_uk('open_date') }} as opened_on,
    {{ as_date_uk('close_date') }} as closed_on,
    {{ as_integer('low_age') }} as low_age,
    {{ as_integer('high_age') }} as high_age,
    {{ as_integer('school_capacity') }} as school_capacity,
    {{ as_integer('resourced_provision_capacity') }} as resourced_provision_capacity,
    {{ as_integer('sen_unit_capacity') }} as sen_unit_capacity
from raw_rows
