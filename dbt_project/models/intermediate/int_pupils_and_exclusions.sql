with

months as (
    select * from {{ ref('int_months') }}
),

terms as (
    select * from {{ ref('int_excluding_terms') }}
),

pupils as (
    select * from {{ ref('int_census_pupils') }}
),

exclusions as (
    select * from {{ ref('int_exclusions') }}
),

at_risk_and_excluded as (
    select
        la_code,
        term_month,
        person_key,
        'on_roll' as category,
        sen_group,
        school_phase
    from pupils
    union all
    select
        la_code,
        term_month,
        person_key,
        category,
        sen_group,
        school_phase
    from exclusions
)

select
    terms.la_code,
    terms.term_month as month_start,
    counted.person_key,
    counted.category,
    counted.sen_group,
    counted.school_phase
from months
inner join terms on months.month_start = terms.term_month
inner join at_risk_and_excluded as counted
    on terms.la_code = counted.la_code and terms.term_month = counted.term_month
