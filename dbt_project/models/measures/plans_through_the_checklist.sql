with

issued as (
    select * from {{ ref('int_plans_issued') }}
),

checklists as (
    select * from {{ ref('stg_casework__checklists') }}
),

months as (
    select * from {{ ref('int_months') }}
),

-- Before a checklist was ever recorded there is nothing to say: 0% would be read as neglect.
first_checklists as (
    select
        la_code,
        min(completed_on) as completed_on
    from checklists
    group by la_code
),

checked as (
    select issued.issue_key
    from issued
    inner join checklists
        on
            issued.la_code = checklists.la_code
            and issued.review_key = checklists.review_id
            and issued.issued_on >= checklists.completed_on
    union
    -- The checklist of a new plan names no review, nor does one of an amended plan whose officer left it out.
    select issued.issue_key
    from issued
    inner join checklists
        on
            issued.la_code = checklists.la_code
            and issued.person_key = checklists.person_key
            and issued.plan_kind = lower(checklists.kind_code)
            and issued.begun_on <= checklists.completed_on
            and issued.issued_on >= checklists.completed_on
    where checklists.review_id is null
)

select
    issued.la_code,
    months.month_start,
    issued.person_key,
    issued.issue_key,
    checked.issue_key is not null as is_counted,
    issued.plan_kind,
    issued.age_band
from issued
inner join months on {{ first_of_month('issued.issued_on') }} = months.month_start
inner join first_checklists
    on issued.la_code = first_checklists.la_code and months.month_start >= first_checklists.completed_on
left join checked on issued.issue_key = checked.issue_key
