with

raw_rows as (
    {{ raw_in_use('sen2__sen_need') }}
)

select
    la_code,
    {{ as_integer('request_number') }} as request_number,
    {{ as_integer('need_number') }} as need_number,
    {{ as_code('sen_type') }} as sen_type,
    {{ as_integer('sen_type_rank') }} as sen_type_rank
from raw_rows
