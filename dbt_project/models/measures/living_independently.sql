with

months as (
    select * from {{ ref('int_months') }}
    where {{ month_of('month_start') }} = 8
),

leavers as (
    select * from {{ ref('stg_adult_care__living_arrangements') }}
),

people as (
    select * from {{ ref('int_people') }}
)

select
    leavers.la_code,
    months.month_start,
    leavers.person_key,
    leavers.arrangement_group in ('independent', 'supported') as is_counted,
    {{ age_band('leavers.born_month', 'leavers.plan_ended_on') }} as age_band,
    coalesce(people.sex, 'unknown') as sex
from months
inner join leavers on months.academic_year = leavers.academic_year
left join people
    on leavers.la_code = people.la_code and leavers.person_key = people.person_key
