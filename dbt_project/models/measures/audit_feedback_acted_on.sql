with

audits as (
    select * from {{ ref('int_audits') }}
),

feedback as (
    select * from {{ ref('stg_quality__audit_feedback') }}
),

months as (
    select * from {{ ref('int_months') }}
),

-- One action does not stand for another: everybody to whom the feedback was given acts on it.
given as (
    select
        la_code,
        audit_reference,
        {{ add_months('max(given_on)', 3) }} as due_on,
        min(case when acted_on <= {{ add_months('given_on', 3) }} then 1 else 0 end) = 1 as is_acted_on
    from feedback
    group by la_code, audit_reference
)

select
    audits.la_code,
    months.month_start,
    audits.person_key,
    audits.audit_reference,
    given.is_acted_on as is_counted,
    audits.audited
from given
inner join audits on given.la_code = audits.la_code and given.audit_reference = audits.audit_reference
inner join months on {{ quarter_month('given.due_on') }} = months.month_start
