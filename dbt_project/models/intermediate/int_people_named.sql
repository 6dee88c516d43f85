with

records as (
    select * from {{ source('identity', 'source_record') }}
),

deliveries as (
    select * from {{ source('ops', 'delivery') }}
),

sources as (
    select * from {{ source('ops', 'source') }}
)

select
    deliveries.la_code,
    records.source,
    sources.system,
    deliveries.month as month_start,
    records.person_key,
    count(*) as row_count
from records
inner join deliveries
    on records.delivery_id = deliveries.delivery_id
inner join sources
    on records.source = sources.source
where
    deliveries.la_code = '{{ var("la_code") }}'
    and deliveries.status = 'accepted'
    and deliveries.month <= {{ reporting_month_start() }}
    and deliveries.received_at <= cast('{{ var("known_at") }}' as timestamp with time zone)
group by deliveries.la_code, records.source, sources.system, deliveries.month, records.person_key
