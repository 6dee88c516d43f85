with

sources as (
    select * from {{ source('ops', 'source') }}
),

months as (
    select * from {{ ref('int_months') }}
),

deliveries as (
    select * from {{ ref('int_source_deliveries') }}
),

-- The last month, up to each, that the source should have come for; none for what is due at no time.
due as (
    select
        sources.source,
        sources.title,
        months.month_start,
        max(due_months.month_start) as due_month,
        {{ add_days(add_months("max(due_months.month_start)", 1), "max(sources.by_day) - 1") }} as due_on
    from sources
    cross join months
    left join months as due_months
        on
            months.month_start >= due_months.month_start
            and concat(',', sources.months, ',') like concat('%,', {{ month_of("due_months.month_start") }}, ',%')
    group by sources.source, sources.title, months.month_start
),

known as (
    select
        source,
        min(first_month) as first_month
    from deliveries
    group by source
),

records as (
    select min(records_begin_on) as records_begin_on from deliveries
),

-- The newest delivery for the month or an earlier one is what its figures rest on.
used as (
    select
        due.source,
        due.month_start,
        max(deliveries.delivery_month) as delivery_month
    from due
    inner join deliveries on due.source = deliveries.source and due.month_start >= deliveries.delivery_month
    group by due.source, due.month_start
)

select
    due.source,
    due.title,
    due.month_start,
    due.due_month,
    due.due_on,
    used.delivery_month,
    of_use.quarantined_share,
    of_use.finding_share,
    case
        when coalesce(due.due_month, due.month_start) < known.first_month then 'before_records'
        when due.due_on < records.records_begin_on then 'before_records'
        when used.delivery_month >= due.due_month and of_due.first_received_on > due.due_on then 'late'
        when used.delivery_month >= due.due_month then 'on_time'
        when due.due_month is null and used.delivery_month is not null then 'on_time'
        when due.due_on >= cast(cast('{{ var("known_at") }}' as timestamp with time zone) as date) then 'awaited'
        else 'missing'
    end as arrival
from due
cross join records
left join known on due.source = known.source
left join used on due.source = used.source and due.month_start = used.month_start
left join deliveries as of_use on used.source = of_use.source and used.delivery_month = of_use.delivery_month
left join deliveries as of_due on due.source = of_due.source and due.due_month = of_due.delivery_month
