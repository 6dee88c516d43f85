with

sources as (
    select * from {{ source('ops', 'source') }}
),

deliveries as (
    select * from {{ source('ops', 'delivery') }}
    where
        la_code = '{{ var("la_code") }}'
        and status = 'refused'
        and month = {{ reporting_month_start() }}
        and received_at <= cast('{{ var("known_at") }}' as timestamp with time zone)
)

select
    deliveries.la_code,
    sources.source,
    count(*) as refused_count,
    {{ dbt.listagg("deliveries.reason", "'; '", "order by deliveries.received_at, deliveries.delivery_id") }} as reason
from deliveries
inner join sources on deliveries.feed = sources.feed
group by deliveries.la_code, sources.source
