with

months as (
    select * from {{ ref('int_months') }}
),

pupils as (
    select * from {{ ref('int_census_pupils') }}
    where sessions_possible_count > 0
)

select
    pupils.la_code,
    pupils.attended_term_month as month_start,
    pupils.person_key,
    pupils.sessions_missed_count as amount,
    pupils.sessions_possible_count as base,
    pupils.sen_group,
    pupils.school_phase,
    pupils.key_stage,
    pupils.sex
from months
inner join pupils on months.month_start = pupils.attended_term_month
