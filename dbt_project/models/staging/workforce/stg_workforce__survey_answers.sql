with

raw_rows as (
    {{ raw_in_use('workforce__survey') }}
)

select
    la_code,
    agency,
    {{ as_date('survey_date') }} as surveyed_on,
    question,
    {{ as_integer('responses') }} as responses_count,
    {{ as_integer('positive') }} as positive_count,
    {{ as_numeric('response_rate') }} as response_rate
from raw_rows
