with

raw_rows as (
    {{ raw_in_use('casework__checklist', with_person=true) }}
)

select
    la_code,
    person_key,
    trim(checklist_id) as checklist_id,
    nullif(trim(review_id), '') as review_id,
    {{ as_code('kind') }} as kind_code,
    {{ as_date('completed_date') }} as completed_on,
    {{ as_integer('items_count') }} as items_count,
    {{ as_integer('items_met_count') }} as items_met_count
from raw_rows
