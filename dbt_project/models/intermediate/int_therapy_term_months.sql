with

months as (
    select * from {{ ref('int_months') }}
),

terms as (
    select * from {{ ref('term_dates') }}
),

submissions as (
    select * from {{ ref('stg_csds__submissions') }}
),

-- The part of the term that has passed by the month's end.
passed as (
    select
        months.month_start,
        terms.starts_on,
        least(months.month_end, terms.ends_on) as counted_to,
        {{ dbt.datediff('terms.starts_on', 'terms.ends_on', 'day') }} + 1 as term_days
    from months
    inner join terms
        on months.academic_year = terms.academic_year and months.term = terms.term
),

covered as (
    select
        submissions.la_code,
        passed.month_start,
        passed.starts_on,
        passed.counted_to,
        passed.term_days,
        {{ dbt.datediff('passed.starts_on', 'passed.counted_to', 'month') }} + 1 as months_needed,
        count(*) as months_sent
    from passed
    inner join submissions
        on
            submissions.submission_month >= {{ first_of_month('passed.starts_on') }}
            and submissions.submission_month <= passed.counted_to
    group by
        submissions.la_code, passed.month_start, passed.starts_on, passed.counted_to, passed.term_days
)

-- Hours provided are known only where every month of the term so far has been sent: a hole is not a gap in therapy.
select
    la_code,
    month_start,
    starts_on,
    counted_to,
    term_days,
    {{ dbt.datediff('starts_on', 'counted_to', 'day') }} + 1 as days_passed
from covered
where months_sent = months_needed
