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
    plans.is_in_borough as is_counted,
    plans.age_band,
    plans.sex,
    plans.primary_need,
    plans.setting_type
from months
inner join plans on months.month_start = plans.month_start
-- Whether a place is in the borough is known of placements at an establishment of the register alone.
where plans.is_in_borough is not null
