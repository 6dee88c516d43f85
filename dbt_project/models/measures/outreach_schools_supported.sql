with

months as (
    select * from {{ ref('int_months') }}
),

schools as (
    select * from {{ ref('int_schools') }}
    where
        establishment_la_code = la_code
        and setting_type in ('mainstream_maintained', 'mainstream_academy', 'mainstream_free')
),

visits as (
    select * from {{ ref('stg_early_support__outreach_visits') }}
),

reached as (
    select distinct
        la_code,
        {{ term_month('visited_on') }} as term_month,
        school_urn
    from visits
),

-- A term of which no log has come has no figure.
logged as (
    select distinct
        la_code,
        term_month
    from reached
)

select
    schools.la_code,
    months.month_start,
    reached.school_urn is not null as is_counted,
    schools.school_phase
from months
inner join logged on months.month_start = logged.term_month
inner join schools
    on
        logged.la_code = schools.la_code
        and (schools.opened_on is null or schools.opened_on <= months.month_end)
        and (schools.closed_on is null or schools.closed_on > months.month_end)
left join reached
    on
        schools.la_code = reached.la_code
        and schools.urn = reached.school_urn
        and logged.term_month = reached.term_month
