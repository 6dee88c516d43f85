with

raw_rows as (
    {{ raw_in_use('quality__plan_audit', with_person=true) }}
),

grades as (
    select * from {{ ref('audit_grade') }}
)

select
    raw_rows.la_code,
    raw_rows.person_key,
    trim(raw_rows.audit_reference) as audit_reference,
    raw_rows.plan_kind,
    {{ as_date('raw_rows.plan_date') }} as plan_on,
    {{ as_date('raw_rows.audited_date') }} as audited_on,
    raw_rows.grade,
    grades.is_good_or_better,
    raw_rows.aspirations_evident = 'Yes' as has_aspirations,
    raw_rows.voice_evident = 'Yes' as has_voice
from raw_rows
inner join grades on raw_rows.grade = grades.code
