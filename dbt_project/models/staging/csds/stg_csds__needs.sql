with

latest as (
    {{ submitted_last('csds__cyp401', ['person_key', 'need_type'], with_person=true) }}
)

select
    la_code,
    person_key,
    {{ as_code('need_type') }} as need_code,
    delivery_month as last_seen_month
from latest
