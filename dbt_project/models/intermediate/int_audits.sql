with

plan_audits as (
    select * from {{ ref('stg_quality__plan_audits') }}
),

advice_audits as (
    select * from {{ ref('stg_quality__advice_audits') }}
),

people as (
    select * from {{ ref('int_people') }}
),

audits as (
    select
        la_code,
        audit_reference,
        person_key,
        audited_on,
        is_good_or_better,
        'PLAN' as audited,
        lower(plan_kind) as plan_kind,
        cast(null as {{ dbt.type_string() }}) as purpose,
        has_aspirations and has_voice as has_aspirations_and_voice
    from plan_audits
    union all
    select
        la_code,
        audit_reference,
        person_key,
        audited_on,
        is_good_or_better,
        advice_type as audited,
        cast(null as {{ dbt.type_string() }}) as plan_kind,
        purpose,
        cast(null as boolean) as has_aspirations_and_voice
    from advice_audits
)

select
    audits.*,
    {{ quarter_month('audits.audited_on') }} as audited_quarter,
    {{ age_band('people.born_month', 'audits.audited_on') }} as age_band
from audits
left join people on audits.la_code = people.la_code and audits.person_key = people.person_key
