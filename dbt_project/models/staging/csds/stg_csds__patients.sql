with

raw_rows as (
    {{ raw_in_use('csds__cyp001', with_person=true) }}
),

-- A patient stands in every month's submission: the latest speaks.
versions as (
    select
        *,
        row_number() over (
            partition by la_code, person_key order by delivery_month desc, delivery_id desc, row_number
        ) as newest_first
    from raw_rows
)

select
    la_code,
    person_key,
    delivery_month as last_seen_month,
    {{ as_code('school_urn') }} as school_urn,
    coalesce({{ as_boolean('looked_after_indicator') }}, false) as is_looked_after
from versions
where newest_first = 1
