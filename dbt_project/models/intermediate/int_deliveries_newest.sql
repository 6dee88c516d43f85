with

in_use as (
    select * from {{ ref('stg_ops__deliveries_in_use') }}
),

deliveries as (
    select * from {{ source('ops', 'delivery') }}
),

loads as (
    select * from {{ source('ops', 'load') }}
),

ranked as (
    select
        in_use.*,
        row_number() over (
            partition by in_use.la_code, in_use.source order by in_use.delivery_month desc, in_use.delivery_id desc
        ) as newest_first
    from in_use
)

select
    ranked.la_code,
    ranked.source,
    ranked.delivery_id,
    ranked.delivery_month,
    ranked.received_at,
    not ranked.is_stale as is_current,
    deliveries.file_name,
    loads.rows_read,
    loads.rows_loaded,
    loads.rows_quarantined
from ranked
inner join deliveries
    on ranked.delivery_id = deliveries.delivery_id
inner join loads
    on ranked.delivery_id = loads.delivery_id and ranked.source = loads.source
where ranked.newest_first = 1
