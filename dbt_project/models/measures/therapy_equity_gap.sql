with

groups as (
    select * from {{ ref('int_therapy_groups') }}
    where children_count >= 10
)

select
    la_code,
    month_start,
    max(provided_rate) - min(provided_rate) as amount,
    min(children_count) as contributor_count,
    dimension
from groups
group by la_code, month_start, dimension
having count(*) >= 2
