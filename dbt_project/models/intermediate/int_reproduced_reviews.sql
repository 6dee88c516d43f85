with

days as (
    select * from {{ ref('int_census_days') }}
    where has_whole_year
),

reviews as (
    select * from {{ ref('int_census_reviews') }}
),

counted as (
    select
        reviews.la_code,
        reviews.census_year,
        sum(case when reviews.is_review_expected then 1 else 0 end) as expected_count,
        sum(case when reviews.is_review_expected and reviews.is_met then 1 else 0 end) as met_count,
        sum(case when reviews.is_decided then 1 else 0 end) as decided_count,
        sum(case when reviews.is_decided_in_time then 1 else 0 end) as in_time_count,
        sum(case when reviews.is_outstanding then 1 else 0 end) as outstanding_count
    from days
    inner join reviews on days.census_year = reviews.census_year
    group by reviews.la_code, reviews.census_year
)

select
    la_code,
    census_year,
    'reviews_expected' as figure,
    'all' as breakdown_value,
    expected_count as numerator_count,
    cast(null as integer) as denominator_count
from counted
union all
select
    la_code,
    census_year,
    'review_meetings_held_pc' as figure,
    'all' as breakdown_value,
    met_count as numerator_count,
    expected_count as denominator_count
from counted
union all
select
    la_code,
    census_year,
    'review_decisions_within_4_weeks_dfe_pc' as figure,
    'all' as breakdown_value,
    in_time_count as numerator_count,
    decided_count as denominator_count
from counted
union all
select
    la_code,
    census_year,
    'review_decisions_within_4_weeks_pc' as figure,
    'all' as breakdown_value,
    in_time_count as numerator_count,
    decided_count + outstanding_count as denominator_count
from counted
