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
    union all
    -- A forecast is of one financial year: that of the next is another process.
    select
        measures.measure_id,
        months.month_start,
        'the forecast is of a new financial year' as reason
    from {{ ref('dim_measures') }} as measures
    cross join {{ ref('int_months') }} as months
    where measures.kind = 'outturn' and {{ month_of('months.month_start') }} = 4
)

select
    measure_id,
    month_start,
    {{ dbt.listagg('reason', "'; '", "order by reason") }} as reason
from restarts
group by measure_id, month_start
