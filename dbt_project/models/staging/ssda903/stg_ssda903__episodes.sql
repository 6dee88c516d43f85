with

raw_rows as (
    {{ raw_in_use('ssda903__episode', with_person=true) }}
)

select
    la_code,
    person_key,
    {{ as_date_uk('decom') }} as began_on,
    {{ as_code('rne') }} as new_episode_reason_code,
    {{ as_code('ls') }} as legal_status_code,
    {{ as_code('ls') }} in ('V3', 'V4') as is_short_break,
    {{ as_code('cin') }} as need_code,
    {{ as_code('place') }} as placement_code,
    {{ as_code('place_provider') }} as provider_code,
    {{ as_date_uk('dec') }} as ended_on,
    {{ as_code('rec') }} as end_reason_code,
    {{ as_code('reason_place_change') }} as place_change_reason_code
from raw_rows
