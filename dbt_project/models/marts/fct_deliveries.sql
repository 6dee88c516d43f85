with

sources as (
    select * from {{ source('ops', 'source') }}
),

in_use as (
    select * from {{ ref('int_deliveries_newest') }}
),

refused as (
    select * from {{ ref('int_deliveries_refused') }}
),

checks as (
    select * from {{ ref('int_delivery_checks') }}
)

select
    '{{ var("la_code") }}' as la_code,
    sources.source,
    sources.system,
    sources.title,
    sources.owner,
    case
        when in_use.is_current then 'came'
        when refused.refused_count > 0 then 'refused'
        when in_use.source is not null then 'late'
        else 'missing'
    end as arrival,
    in_use.delivery_month,
    in_use.received_at,
    in_use.file_name,
    coalesce(not in_use.is_current, true) as is_stale,
    in_use.rows_read,
    in_use.rows_loaded,
    in_use.rows_quarantined,
    coalesce(checks.passed_count, 0) as checks_passed,
    coalesce(checks.failed_count, 0) as checks_failed,
    coalesce(refused.refused_count, 0) as refused_count,
    refused.reason
from sources
left join in_use on sources.source = in_use.source
left join refused on sources.source = refused.source
left join checks on sources.source = checks.source
