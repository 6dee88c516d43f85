with

therapies as (
    select * from {{ ref('int_therapy_months') }}
)

select
    la_code,
    month_start,
    person_key,
    provided_hours as amount,
    specified_hours as base,
    therapy,
    age_band,
    setting_type,
    primary_need
from therapies
