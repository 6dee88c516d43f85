with

months as (
    select * from {{ ref('int_months') }}
),

plans as (
    select * from {{ ref('int_plan_months') }}
)

select
    plans.la_code,
    plans.month_start,
    plans.person_key,
    plans.setting_type in ('special_independent', 'special_non_maintained') as is_counted,
    plans.age_band,
    plans.sex,
    plans.primary_need,
    plans.setting_type
from months
inner join plans on months.month_start = plans.month_start
