with

anniversaries as (
    {{ anniversaries() }}
),

requests as (
    select * from {{ ref('int_requests') }}
    where not is_historical and received_on is not null
),

people as (
    select * from {{ ref('int_people') }}
)

select
    requests.la_code,
    anniversaries.years_back,
    {{ age_at_31_august('people.born_month', 'requests.received_on') }} as age,
    requests.primary_need,
    count(*) as request_count
from requests
inner join anniversaries
    on
        {{ first_of_month('requests.received_on') }} > {{ add_months('anniversaries.month_start', -12) }}
        and {{ first_of_month('requests.received_on') }} <= anniversaries.month_start
inner join people
    on requests.la_code = people.la_code and requests.person_key = people.person_key
group by 1, 2, 3, 4
