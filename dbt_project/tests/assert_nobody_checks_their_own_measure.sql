select measure_id
from {{ ref('dim_measures') }}
where owner = checker
