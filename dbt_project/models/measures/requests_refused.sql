with

requests as (
    select * from {{ ref('int_requests') }}
    where not is_historical and outcome_code in ('Y', 'N')
),

months as (
    select * from {{ ref('int_months') }}
)

select
    requests.la_code,
    months.month_start,
    requests.person_key,
    requests.request_key,
    requests.outcome_code = 'N' as is_counted,
    requests.source,
    requests.age_band,
    requests.sex,
    requests.primary_need
from requests
inner join months on {{ first_of_month('requests.outcome_on') }} = months.month_start
