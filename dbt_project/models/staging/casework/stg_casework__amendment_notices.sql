with

raw_rows as (
    {{ raw_in_use('casework__amendment_notice', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(notice_id) as notice_id,
    trim(review_id) as review_id,
    {{ as_date('sent_date') }} as sent_on,
    {{ as_date('reply_date') }} as replied_on
from raw_rows
