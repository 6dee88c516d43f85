with

months as (
    select * from {{ ref('int_months') }}
),

actions as (
    select * from {{ ref('stg_delivery_plan__actions') }}
),

-- A list comes days after its month's end: what was completed in these days was not complete in the month.
judged as (
    select
        actions.*,
        months.month_start,
        months.month_end,
        actions.status_code = 'COMPLETE'
        and coalesce(actions.completed_on, months.month_end) <= months.month_end as is_complete
    from months
    inner join actions on months.month_start = actions.list_month
)

select
    *,
    case
        when is_complete then 'complete'
        when deadline_on < month_end then 'overdue'
        when status_code = 'COMPLETE' then 'on_track'
        else lower(status_code)
    end as action_status
from judged
