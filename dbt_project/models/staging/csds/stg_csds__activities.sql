with

latest as (
    {{ submitted_last('csds__cyp202', ['care_activity_identifier']) }}
)

select
    la_code,
    trim(care_activity_identifier) as activity_key,
    trim(care_contact_identifier) as contact_key,
    {{ as_code('activity_type') }} as activity_type_code,
    {{ as_integer('activity_minutes') }} as activity_minutes
from latest
