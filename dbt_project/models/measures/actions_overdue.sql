with

actions as (
    select * from {{ ref('int_action_months') }}
)

select
    la_code,
    month_start,
    action_status = 'overdue' as is_counted,
    theme
from actions
