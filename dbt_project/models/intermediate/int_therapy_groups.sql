{% set dimensions = ["setting_type", "primary_need", "sex", "ethnicity_group"] %}
with

therapies as (
    select * from {{ ref('int_therapy_months') }}
),

people as (
    select * from {{ ref('int_people') }}
),

described as (
    select
        therapies.*,
        people.sex,
        people.ethnicity_group
    from therapies
    inner join people
        on therapies.la_code = people.la_code and therapies.person_key = people.person_key
),

by_dimension as (
    {% for dimension in dimensions %}
    select
        la_code,
        month_start,
        '{{ dimension }}' as dimension,
        {{ dimension }} as group_name,
        person_key,
        specified_hours,
        provided_hours
    from described
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    la_code,
    month_start,
    dimension,
    group_name,
    count(distinct person_key) as children_count,
    cast(sum(provided_hours) / sum(specified_hours) as {{ dbt.type_float() }}) as provided_rate
from by_dimension
where group_name <> 'unknown'
group by la_code, month_start, dimension, group_name
having sum(specified_hours) > 0
