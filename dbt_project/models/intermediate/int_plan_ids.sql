with

plans as (
    select * from {{ ref('int_plans') }}
)

-- person_key is random, so its order says nothing of the file's order: the number cannot be worked out from a return.
select
    la_code,
    plan_key,
    row_number() over (partition by la_code order by person_key, begun_on, plan_key) as plan_id
from plans
