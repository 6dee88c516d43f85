with

plan_months as (
    select * from {{ ref('int_plan_months') }}
),

months as (
    select * from {{ ref('int_months') }}
),

plan_ids as (
    select * from {{ ref('int_plan_ids') }}
)

select
    {{ surrogate_key(['plan_months.la_code', 'plan_ids.plan_id', 'plan_months.month_start']) }} as plan_month_key,
    plan_months.la_code,
    plan_months.month_start,
    {{ surrogate_key(['plan_months.la_code', 'plan_ids.plan_id']) }} as ehc_plan_key,
    {{ surrogate_key(['plan_months.la_code', 'plan_months.urn'], unless='plan_months.urn') }} as establishment_key,
    plan_months.age_band,
    plan_months.year_group,
    plan_months.sex,
    plan_months.primary_need,
    plan_months.setting_type,
    plan_months.setting_group,
    plan_months.is_in_borough
from plan_months
inner join months on plan_months.month_start = months.month_start
inner join plan_ids
    on plan_months.la_code = plan_ids.la_code and plan_months.plan_key = plan_ids.plan_key
