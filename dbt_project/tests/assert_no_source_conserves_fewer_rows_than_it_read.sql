-- Every row that was read was loaded or set aside.
select
    la_code,
    source
from {{ ref('fct_deliveries') }}
where rows_read <> rows_loaded + rows_quarantined
