with

raw_rows as (
    {{ raw_in_use('sen2__placement_detail') }}
)

select
    la_code,
    {{ as_integer('request_number') }} as request_number,
    {{ as_integer('placement_number') }} as placement_number,
    {{ as_code('urn') }} as urn,
    {{ as_code('ukprn') }} as ukprn,
    {{ as_code('sen_setting') }} as sen_setting,
    {{ as_integer('placement_rank') }} as placement_rank,
    {{ as_date('entry_date') }} as entered_on,
    {{ as_date('leaving_date') }} as left_on,
    coalesce({{ as_boolean('sen_unit_indicator') }}, false) as is_sen_unit,
    coalesce({{ as_boolean('resourced_provision_indicator') }}, false) as is_resourced_provision
from raw_rows
