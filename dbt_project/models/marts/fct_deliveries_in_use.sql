with

in_use as (
    select * from {{ ref('stg_ops__deliveries_in_use') }}
),

deliveries as (
    select * from {{ source('ops', 'delivery') }}
),

loads as (
    select * from {{ source('ops', 'load') }}
)

select
    in_use.la_code,
    in_use.source,
    in_use.delivery_id,
    in_use.delivery_month,
    in_use.received_at,
    deliveries.file_name,
    deliveries.sha256,
    loads.rows_read,
    loads.rows_loaded,
    loads.rows_quarantined
from in_use
inner join deliveries on in_use.delivery_id = deliveries.delivery_id
inner join loads on in_use.delivery_id = loads.delivery_id and in_use.source = loads.source
