with

responses as (
    select * from {{ ref('stg_voice__survey_responses') }}
    where has_trust_and_confidence is not null and respondent_code in ('YOUNG_PERSON', 'PARENT_CARER')
),

months as (
    select * from {{ ref('int_months') }}
)

select
    responses.la_code,
    months.month_start,
    responses.response_id,
    responses.has_trust_and_confidence as is_counted,
    responses.respondent_code as respondent
from responses
inner join months on {{ quarter_month('responses.responded_on') }} = months.month_start
