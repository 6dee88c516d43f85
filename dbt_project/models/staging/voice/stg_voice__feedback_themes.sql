with

raw_rows as (
    {{ raw_in_use('voice__feedback_theme') }}
)

select
    la_code,
    trim(theme_id) as theme_id,
    {{ as_date_uk('raised_date') }} as raised_on,
    {{ as_code('respondent') }} as respondent_code,
    trim(you_said) as you_said,
    nullif(trim(we_did), '') as we_did,
    {{ as_date_uk('changed_date') }} as changed_on,
    {{ as_date_uk('told_date') }} as told_on
from raw_rows
