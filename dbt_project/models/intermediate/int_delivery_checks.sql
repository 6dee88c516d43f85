with

newest as (
    select * from {{ ref('int_deliveries_newest') }}
),

checks as (
    select * from {{ source('ops', 'check') }}
)

select
    newest.la_code,
    newest.source,
    sum(case when checks.passed then 1 else 0 end) as passed_count,
    sum(case when checks.passed then 0 else 1 end) as failed_count
from newest
inner join checks
    on newest.delivery_id = checks.delivery_id and newest.source = checks.subject
group by newest.la_code, newest.source
