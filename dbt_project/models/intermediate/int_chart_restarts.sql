with

restarts as (
    select
        measure_id,
        {{ first_of_month('breaks_on') }} as month_start,
        what_changed as reason
    from {{ ref('recording_breaks') }}
    union all
    select
        measure_id,
        month_start,
        reason
    from {{ ref('spc_rebases') }}
)

select
    measure_id,
    month_start,
    {{ dbt.listagg('reason', "'; '", "order by reason") }} as reason
from restarts
group by measure_id, month_start
