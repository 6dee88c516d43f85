with

deliveries as (
    select
        delivery_id,
        la_code,
        month as delivery_month,
        received_at,
        cast(received_at as date) as received_on
    from {{ source('ops', 'delivery') }}
    where
        la_code = '{{ var("la_code") }}'
        and status = 'accepted'
        and month <= {{ reporting_month_start() }}
        and received_at <= cast('{{ var("known_at") }}' as timestamp with time zone)
),

loads as (
    select * from {{ source('ops', 'load') }}
),

-- Rules that only warn leave their rows in use; what breaks another is set aside and counted as such.
findings as (
    select
        delivery_id,
        subject as source,
        max(unexpected_count * 1.0 / evaluated_count) as finding_share
    from {{ source('ops', 'check') }}
    where on_failure = 'warn' and evaluated_count > 0
    group by delivery_id, subject
),

described as (
    select
        deliveries.la_code,
        loads.source,
        deliveries.delivery_month,
        loads.rows_quarantined * 1.0 / nullif(loads.rows_read, 0) as quarantined_share,
        coalesce(findings.finding_share, 0) as finding_share,
        min(deliveries.received_on) over () as records_begin_on,
        min(deliveries.delivery_month) over (partition by loads.source) as first_month,
        min(deliveries.received_on) over (
            partition by loads.source, deliveries.delivery_month
        ) as first_received_on,
        row_number() over (
            partition by loads.source, deliveries.delivery_month
            order by deliveries.received_at desc, deliveries.delivery_id desc
        ) as newest_first
    from deliveries
    inner join loads on deliveries.delivery_id = loads.delivery_id
    left join findings on loads.delivery_id = findings.delivery_id and loads.source = findings.source
)

select
    la_code,
    source,
    delivery_month,
    first_received_on,
    quarantined_share,
    finding_share,
    first_month,
    records_begin_on
from described
where newest_first = 1
