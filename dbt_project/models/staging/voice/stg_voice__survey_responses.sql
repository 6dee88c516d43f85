with

raw_rows as (
    {{ raw_in_use('voice__survey_response') }}
)

select
    la_code,
    trim(response_id) as response_id,
    {{ as_date_uk('response_date') }} as responded_on,
    {{ as_code('respondent') }} as respondent_code,
    {{ agrees('plan_is_clear') }} as plan_is_clear,
    {{ agrees('plan_is_concise') }} as plan_is_concise,
    {{ agrees('plan_is_accurate') }} as plan_is_accurate,
    {{ agrees('plan_describes_provision') }} as plan_describes_provision,
    {{ agrees('trust_and_confidence') }} as has_trust_and_confidence
from raw_rows
