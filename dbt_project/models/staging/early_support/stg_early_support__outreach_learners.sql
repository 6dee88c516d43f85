with

raw_rows as (
    {{ raw_in_use('early_support__outreach_learner', with_person=true) }}
),

visits as (
    select * from {{ ref('stg_early_support__outreach_visits') }}
),

typed as (
    select distinct
        la_code,
        person_key,
        trim(visit_id) as visit_key
    from raw_rows
)

select
    typed.la_code,
    typed.person_key,
    typed.visit_key,
    visits.visited_on,
    visits.school_urn
from typed
inner join visits on typed.la_code = visits.la_code and typed.visit_key = visits.visit_key
