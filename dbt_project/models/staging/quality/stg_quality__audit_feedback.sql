with

raw_rows as (
    {{ raw_in_use('quality__audit_feedback') }}
)

select
    la_code,
    trim(audit_reference) as audit_reference,
    given_to,
    {{ as_date('given_date') }} as given_on,
    {{ as_date('action_date') }} as acted_on
from raw_rows
