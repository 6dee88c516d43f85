with

plans as (
    select * from {{ ref('int_census_plans') }}
),

reviews as (
    select * from {{ ref('int_clocks') }}
    where clock_id = 'review_decision'
),

days as (
    select * from {{ ref('int_census_days') }}
),

-- What is dated after the census day was not known on it.
latest as (
    select
        plans.la_code,
        plans.census_year,
        plans.plan_key,
        plans.is_review_expected,
        days.census_on,
        days.year_starts_on,
        reviews.started_on as meeting_on,
        reviews.due_on,
        case when reviews.ended_on <= days.census_on then reviews.ended_on end as decided_on,
        row_number() over (
            partition by plans.la_code, plans.census_year, plans.plan_key
            order by case when reviews.started_on is null then 1 else 0 end, reviews.started_on desc, reviews.case_key
        ) as latest_first
    from plans
    inner join days on plans.census_year = days.census_year
    left join reviews
        on
            plans.la_code = reviews.la_code
            and plans.plan_key = reviews.plan_key
            and days.census_on >= reviews.started_on
)

select
    la_code,
    census_year,
    plan_key,
    is_review_expected,
    coalesce(meeting_on >= year_starts_on, false) as is_met,
    decided_on is not null as is_decided,
    coalesce(decided_on <= due_on, false) as is_decided_in_time,
    coalesce(decided_on is null and due_on < census_on, false) as is_outstanding
from latest
where latest_first = 1
