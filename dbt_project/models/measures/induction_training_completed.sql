with

quarters as (
    select * from {{ ref('int_months') }}
    where {{ month_of('month_start') }} in (3, 6, 9, 12)
),

starters as (
    select
        *,
        {{ add_months('started_on', 3) }} as due_on
    from {{ ref('stg_workforce__trainings') }}
    where training = 'SEND induction'
)

select
    starters.la_code,
    quarters.month_start,
    coalesce(starters.completed_on <= starters.due_on, false) as is_counted,
    starters.agency
from quarters
inner join starters
    on
        starters.due_on <= quarters.month_end
        and starters.due_on >= {{ add_months('quarters.month_start', -2) }}
where starters.left_on >= starters.due_on or starters.left_on is null
