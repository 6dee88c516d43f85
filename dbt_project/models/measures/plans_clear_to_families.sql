with

-- An answer left out is no agreement: a response that answers three of the four and agrees is not counted.
responses as (
    select
        la_code,
        response_id,
        {{ quarter_month('responded_on') }} as responded_quarter,
        respondent_code as respondent,
        coalesce(plan_is_clear and plan_is_concise and plan_is_accurate and plan_describes_provision, false)
            as is_counted
    from {{ ref('stg_voice__survey_responses') }}
    where coalesce(plan_is_clear, plan_is_concise, plan_is_accurate, plan_describes_provision) is not null
),

months as (
    select * from {{ ref('int_months') }}
)

select
    responses.la_code,
    months.month_start,
    responses.response_id,
    responses.is_counted,
    responses.respondent
from responses
inner join months on responses.responded_quarter = months.month_start
