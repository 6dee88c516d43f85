with

therapies as (
    select * from {{ ref('int_therapy_months') }}
)

select
    la_code,
    month_start,
    person_key,
    max(case when is_below_80_percent then 1 else 0 end) = 1 as is_counted,
    age_band,
    setting_type,
    primary_need
from therapies
group by la_code, month_start, plan_key, person_key, age_band, setting_type, primary_need
