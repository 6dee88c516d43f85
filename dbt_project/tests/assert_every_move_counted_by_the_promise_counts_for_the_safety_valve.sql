-- The promise is the narrower way of counting: nothing counts there that does not count for the Safety Valve.
select
    la_code,
    repatriation_id
from {{ ref('fct_repatriations') }}
where counts_for_promise and not counts_for_safety_valve
