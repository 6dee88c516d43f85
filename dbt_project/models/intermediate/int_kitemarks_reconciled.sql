with

measure_months as (
    select * from {{ ref('int_measure_months') }}
),

reconciled as (
    select * from {{ ref('fct_reconciliations') }}
),

-- Of each figure that DfE publishes, the newest period up to the month.
newest as (
    select
        measure_months.measure_id,
        measure_months.month_start,
        reconciled.figure,
        max(reconciled.period_on) as period_on
    from measure_months
    inner join reconciled
        on
            measure_months.measure_id = reconciled.measure_id
            and measure_months.month_end >= reconciled.period_on
    group by measure_months.measure_id, measure_months.month_start, reconciled.figure
),

gathered as (
    select
        newest.measure_id,
        newest.month_start,
        max(reconciled.period_on) as period_on,
        sum(case when reconciled.state = 'unexplained' then 1 else 0 end) as unexplained_count,
        sum(case when reconciled.state = 'explained' then 1 else 0 end) as explained_count,
        sum(case when reconciled.state = 'within_tolerance' then 1 else 0 end) as within_count
    from newest
    inner join reconciled
        on
            newest.measure_id = reconciled.measure_id
            and newest.figure = reconciled.figure
            and newest.period_on = reconciled.period_on
    group by newest.measure_id, newest.month_start
)

select
    measure_months.measure_id,
    measure_months.month_start,
    'reconciled' as part,
    case
        when gathered.unexplained_count > 0 then 'no'
        when gathered.explained_count + gathered.within_count > 0 then 'yes'
        else 'not_known'
    end as state,
    case
        when gathered.measure_id is null then 'DfE publishes no figure that it was held against'
        when gathered.unexplained_count > 0
            then concat('differs from what DfE published for ', gathered.period_on, ', and nobody has explained it')
        when gathered.explained_count > 0
            then concat('differs from what DfE published for ', gathered.period_on, ' for reasons that are known')
        when gathered.within_count > 0 then concat('agrees with what DfE published for ', gathered.period_on)
        else 'what DfE published cannot be worked out from our records'
    end as reason
from measure_months
left join gathered
    on
        measure_months.measure_id = gathered.measure_id
        and measure_months.month_start = gathered.month_start
