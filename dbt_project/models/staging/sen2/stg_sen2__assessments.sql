with

raw_rows as (
    {{ raw_in_use('sen2__assessment') }}
)

select
    la_code,
    {{ as_integer('request_number') }} as request_number,
    {{ as_code('assessment_outcome') }} as outcome_code,
    {{ as_date('assessment_outcome_date') }} as outcome_on,
    {{ as_boolean('assessment_mediation') }} as is_mediated,
    {{ as_boolean('assessment_tribunal') }} as is_appealed,
    coalesce({{ as_boolean('week20') }}, false) as has_exception
from raw_rows
