with

raw_rows as (
    {{ raw_in_use('csds__cyp000') }}
),

-- A month may be submitted again: the submission that came into force last is the active one.
ranked as (
    select
        *,
        row_number() over (
            partition by la_code, delivery_month order by effective_from desc, row_number desc
        ) as newest_first
    from raw_rows
)

select
    la_code,
    delivery_month as submission_month,
    trim(unique_submission_id) as submission_key,
    {{ as_code('provider_code') }} as provider_code,
    {{ as_date('reporting_period_start_date') }} as period_starts_on,
    {{ as_date('reporting_period_end_date') }} as period_ends_on
from ranked
where newest_first = 1
