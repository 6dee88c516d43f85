with

months as (
    select * from {{ ref('int_months') }}
),

pupils as (
    select * from {{ ref('int_census_pupils') }}
)

select
    pupils.la_code,
    pupils.census_month as month_start,
    pupils.person_key,
    pupils.sen_group = 'sen_support' as is_counted,
    pupils.school_phase,
    pupils.key_stage,
    pupils.sex
from months
inner join pupils on months.month_start = pupils.census_month
