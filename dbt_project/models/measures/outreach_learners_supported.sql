with

months as (
    select * from {{ ref('int_months') }}
),

learners as (
    select * from {{ ref('stg_early_support__outreach_learners') }}
),

reached as (
    select distinct
        la_code,
        {{ term_month('visited_on') }} as term_month,
        person_key
    from learners
)

select
    reached.la_code,
    months.month_start,
    reached.person_key,
    true as is_counted
from months
inner join reached on months.month_start = reached.term_month
