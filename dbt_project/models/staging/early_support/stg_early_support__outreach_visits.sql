with

raw_rows as (
    {{ raw_in_use('early_support__outreach_visit') }}
),

-- The log of a later term may correct a visit of an earlier one.
versions as (
    select
        *,
        row_number() over (
            partition by la_code, visit_id order by delivery_month desc, delivery_id desc, row_number
        ) as newest_first
    from raw_rows
)

select
    la_code,
    trim(visit_id) as visit_key,
    {{ as_date('visit_date') }} as visited_on,
    trim(special_school_urn) as special_school_urn,
    trim(school_urn) as school_urn,
    {{ as_code('kind') }} as kind_code,
    {{ as_numeric('hours') }} as visit_hours
from versions
where newest_first = 1
