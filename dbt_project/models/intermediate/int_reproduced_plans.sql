{% set figures = {
    "plans_in_january": "all",
    "plans_in_january_by_setting": "setting_type",
    "plans_in_january_by_need": "primary_need",
    "plans_in_january_by_age": "age_band",
} %}
with

plans as (
    select * from {{ ref('int_census_plans') }}
),

counted as (
    {% for figure, breakdown in figures.items() %}
    {% set part = "'all'" if breakdown == "all" else breakdown %}
    select
        la_code,
        census_year,
        '{{ figure }}' as figure,
        {{ part }} as breakdown_value,
        count(*) as numerator_count,
        cast(null as integer) as denominator_count
    from plans
    group by la_code, census_year{% if breakdown != "all" %}, {{ breakdown }}{% endif %}

    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

shares as (
    select
        la_code,
        census_year,
        count(*) as plan_count,
        sum(case when setting_group = 'mainstream' then 1 else 0 end) as mainstream_count,
        sum(case when setting_type in ('special_independent', 'special_non_maintained') then 1 else 0 end)
            as independent_special_count
    from plans
    group by la_code, census_year
)

select * from counted
union all
select
    la_code,
    census_year,
    'plans_in_mainstream_pc' as figure,
    'all' as breakdown_value,
    mainstream_count as numerator_count,
    plan_count as denominator_count
from shares
union all
select
    la_code,
    census_year,
    'plans_in_independent_special_pc' as figure,
    'all' as breakdown_value,
    independent_special_count as numerator_count,
    plan_count as denominator_count
from shares
union all
-- Growth is a share too: of the plans of the January before, so many more.
select
    this_year.la_code,
    this_year.census_year,
    'ehc_plan_growth_pc' as figure,
    'all' as breakdown_value,
    this_year.plan_count - year_before.plan_count as numerator_count,
    year_before.plan_count as denominator_count
from shares as this_year
inner join shares as year_before
    on this_year.la_code = year_before.la_code and this_year.census_year = year_before.census_year + 1
