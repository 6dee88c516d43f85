with

quarters as (
    select * from {{ ref('int_months') }}
    where {{ month_of('month_start') }} in (3, 6, 9, 12)
),

trainings as (
    select
        *,
        min(completed_on) over (partition by la_code) as first_completed_on
    from {{ ref('stg_workforce__trainings') }}
    where training = 'Advice in plans refresher' and staff_role = 'SEN case officer'
)

select
    trainings.la_code,
    quarters.month_start,
    coalesce(trainings.completed_on <= quarters.month_end, false) as is_counted
from quarters
inner join trainings
    on
        trainings.started_on <= quarters.month_end
        -- Before anybody had done it, there was none to be done.
        and trainings.first_completed_on <= quarters.month_end
where trainings.left_on >= quarters.month_end or trainings.left_on is null
