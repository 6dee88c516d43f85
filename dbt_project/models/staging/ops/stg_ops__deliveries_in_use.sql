with

sources as (
    select * from {{ source('ops', 'source') }}
),

loads as (
    select * from {{ source('ops', 'load') }}
),

deliveries as (
    select * from {{ source('ops', 'delivery') }}
),

months as (
    {{ months_to_report() }}
),

-- The last month that a source should have come for.
due as (
    select
        sources.source,
        max(months.month_start) as due_month
    from sources
    inner join months
        on concat(',', sources.months, ',') like concat('%,', {{ month_of("months.month_start") }}, ',%')
    group by sources.source
),

known as (
    select
        deliveries.la_code,
        loads.source,
        deliveries.delivery_id,
        deliveries.month as delivery_month,
        deliveries.received_at,
        due.due_month,
        case when sources.coverage = 'the_month' then deliveries.month end as covered_month
    from deliveries
    inner join loads on deliveries.delivery_id = loads.delivery_id
    inner join sources on loads.source = sources.source
    left join due on loads.source = due.source
    where
        deliveries.la_code = '{{ var("la_code") }}'
        and deliveries.status = 'accepted'
        and deliveries.month <= {{ reporting_month_start() }}
        and deliveries.received_at <= cast('{{ var("known_at") }}' as timestamp with time zone)
),

ranked as (
    select
        *,
        row_number() over (
            partition by la_code, source, covered_month
            order by delivery_month desc, received_at desc, delivery_id desc
        ) as newest_first,
        max(delivery_month) over (partition by la_code, source) as newest_month
    from known
)

select
    la_code,
    source,
    delivery_id,
    delivery_month,
    received_at,
    coalesce(newest_month < due_month, false) as is_stale
from ranked
where newest_first = 1
