with

raw_rows as (
    {{ raw_in_use('quality__advice_audit', with_person=true) }}
),

grades as (
    select * from {{ ref('audit_grade') }}
)

select
    raw_rows.la_code,
    raw_rows.person_key,
    trim(raw_rows.audit_reference) as audit_reference,
    raw_rows.advice_type,
    raw_rows.purpose,
    {{ as_date('raw_rows.advice_date') }} as advice_on,
    {{ as_date('raw_rows.audited_date') }} as audited_on,
    raw_rows.grade,
    grades.is_good_or_better
from raw_rows
inner join grades on raw_rows.grade = grades.code
