with

audits as (
    select * from {{ ref('int_audits') }}
    where audited = 'HEALTH'
),

months as (
    select * from {{ ref('int_months') }}
)

select
    audits.la_code,
    months.month_start,
    audits.person_key,
    audits.audit_reference,
    audits.is_good_or_better as is_counted,
    audits.purpose
from audits
inner join months on audits.audited_quarter = months.month_start
