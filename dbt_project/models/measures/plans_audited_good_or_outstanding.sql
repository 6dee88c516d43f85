with

audits as (
    select * from {{ ref('int_audits') }}
    where audited = 'PLAN'
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
    audits.plan_kind,
    audits.age_band
from audits
inner join months on audits.audited_quarter = months.month_start
