with

requests as (
    select * from {{ ref('int_requests') }}
    where plan_issued_on is not null
),

reviews as (
    select * from {{ ref('int_reviews') }}
    where final_plan_on is not null
),

people as (
    select * from {{ ref('int_people') }}
),

issued as (
    select
        la_code,
        concat('request:', request_key) as issue_key,
        cast(null as {{ dbt.type_string() }}) as review_key,
        person_key,
        'new' as plan_kind,
        received_on as begun_on,
        plan_issued_on as issued_on
    from requests
    union all
    select
        la_code,
        concat('review:', review_key) as issue_key,
        review_key,
        person_key,
        'amended' as plan_kind,
        coalesce(meeting_on, decided_on) as begun_on,
        final_plan_on as issued_on
    from reviews
)

select
    issued.*,
    {{ age_band('people.born_month', 'issued.issued_on') }} as age_band
from issued
left join people on issued.la_code = people.la_code and issued.person_key = people.person_key
