with

latest as (
    {{ submitted_last('csds__cyp001', ['person_key'], with_person=true) }}
)

select
    la_code,
    person_key,
    {{ first_of_month(as_date('date_of_birth')) }} as born_month,
    delivery_month as last_seen_month,
    {{ as_code('school_urn') }} as school_urn,
    coalesce({{ as_boolean('looked_after_indicator') }}, false) as is_looked_after
from latest
