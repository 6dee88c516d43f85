with

plans as (
    select * from {{ ref('int_plans') }}
),

plan_ids as (
    select * from {{ ref('int_plan_ids') }}
),

people as (
    select * from {{ ref('int_people') }}
),

maintained as (
    select * from {{ ref('int_plan_months') }}
    where month_start = {{ reporting_month_start() }}
)

select
    {{ surrogate_key(['plans.la_code', 'plan_ids.plan_id']) }} as ehc_plan_key,
    plan_ids.plan_id,
    plans.la_code,
    {{ age_band('people.born_month', reporting_month_end()) }} as age_band,
    coalesce(people.sex, 'unknown') as sex,
    plans.primary_need,
    maintained.setting_type,
    maintained.setting_group,
    maintained.is_in_borough,
    {{ first_of_month('plans.begun_on') }} as begun_month,
    {{ first_of_month('plans.ceased_on') }} as ceased_month,
    maintained.plan_key is not null as is_maintained,
    plans.is_transferred_in,
    coalesce(people.is_known_to_social_care, false) as is_known_to_social_care
from plans
inner join plan_ids
    on plans.la_code = plan_ids.la_code and plans.plan_key = plan_ids.plan_key
left join people
    on plans.la_code = people.la_code and plans.person_key = people.person_key
left join maintained
    on plans.la_code = maintained.la_code and plans.plan_key = maintained.plan_key
