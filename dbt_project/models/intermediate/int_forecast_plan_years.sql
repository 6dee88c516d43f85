with

anniversaries as (
    {{ anniversaries() }}
),

plan_months as (
    select * from {{ ref('int_plan_months') }}
),

held as (
    select
        plan_months.la_code,
        anniversaries.years_back,
        plan_months.plan_key,
        plan_months.age_at_31_august as age,
        plan_months.age_band,
        plan_months.primary_need,
        plan_months.setting_type,
        plan_months.setting_group
    from plan_months
    inner join anniversaries on plan_months.month_start = anniversaries.month_start
),

first_anniversary as (
    select max(years_back) as years_back from held
)

select
    held.*,
    case when held.years_back > 0 then a_year_on.plan_key is not null end as is_kept,
    case when held.years_back < first_anniversary.years_back then a_year_before.plan_key is null end as is_new,
    case
        when held.years_back < first_anniversary.years_back
            then
                held.setting_group = 'independent_special'
                and coalesce(a_year_before.setting_group, 'none') <> 'independent_special'
    end as is_independent_start
from held
cross join first_anniversary
left join held as a_year_on
    on
        held.la_code = a_year_on.la_code
        and held.plan_key = a_year_on.plan_key
        and held.years_back = a_year_on.years_back + 1
left join held as a_year_before
    on
        held.la_code = a_year_before.la_code
        and held.plan_key = a_year_before.plan_key
        and held.years_back = a_year_before.years_back - 1
