with

needs as (
    select * from {{ ref('sen_type') }}
)

select
    code as primary_need,
    label as need_label
from needs
union all
select
    'unknown' as primary_need,
    'not known' as need_label
