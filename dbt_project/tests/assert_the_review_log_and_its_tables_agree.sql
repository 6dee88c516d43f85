{{ config(severity="warn") }}

-- The day of a notice, and of a plan to hold a late review, stands in the review log, from which figures take it, and
-- in a table of its own. A warning: the casework manager has to say which is right. A review that only one of the two
-- knows is passed over: the tables may not have come.
with

reviews as (
    select * from {{ ref('stg_casework__annual_reviews') }}
),

notices as (
    select
        la_code,
        review_id,
        min(sent_on) as told_on
    from {{ ref('stg_casework__amendment_notices') }}
    group by la_code, review_id
),

late_plans as (
    select
        la_code,
        review_id,
        min(recorded_on) as told_on
    from {{ ref('stg_casework__late_review_plans') }}
    group by la_code, review_id
)

select
    reviews.la_code,
    reviews.review_id
from reviews
left join notices on reviews.la_code = notices.la_code and reviews.review_id = notices.review_id
left join late_plans on reviews.la_code = late_plans.la_code and reviews.review_id = late_plans.review_id
where
    notices.told_on <> reviews.amendment_notice_on
    or late_plans.told_on <> reviews.late_plan_recorded_on
