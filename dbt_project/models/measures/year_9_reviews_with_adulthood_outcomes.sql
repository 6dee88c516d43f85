with

reviews as (
    select * from {{ ref('int_reviews') }}
    where year_group >= 9
),

people as (
    select * from {{ ref('int_people') }}
),

plans as (
    select * from {{ ref('int_plans') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    reviews.la_code,
    months.month_start,
    reviews.person_key,
    reviews.review_key,
    reviews.has_adulthood_outcomes as is_counted,
    {{ age_band('people.born_month', 'reviews.meeting_on') }} as age_band,
    coalesce(people.sex, 'unknown') as sex,
    coalesce(plans.primary_need, 'unknown') as primary_need
from reviews
inner join months on {{ first_of_month('reviews.meeting_on') }} = months.month_start
left join people on reviews.la_code = people.la_code and reviews.person_key = people.person_key
left join plans on reviews.la_code = plans.la_code and reviews.plan_key = plans.plan_key
