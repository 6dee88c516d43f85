with

months as (
    select * from {{ ref('int_months') }}
    where {{ month_of('month_start') }} = 8
),

cohorts as (
    select * from {{ ref('stg_outcomes__level_2') }}
)

select
    cohorts.la_code,
    months.month_start,
    cohorts.person_key,
    cohorts.has_level_2 as is_counted,
    case when cohorts.sen_provision_code = 'E' then 'ehc_plan' else 'sen_support' end as sen_group
from months
inner join cohorts on months.academic_year = cohorts.academic_year
where cohorts.sen_provision_code in ('E', 'K')
