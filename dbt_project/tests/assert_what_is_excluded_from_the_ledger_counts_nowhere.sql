-- A line that something stands against counts on neither basis and for no learner.
select
    la_code,
    repatriation_id
from {{ ref('fct_repatriations') }}
where
    excluded_reason is not null
    and (counts_for_promise or counts_for_safety_valve or learner_count <> 0)
