-- To connect: once the reconciliations are a mart, its select takes the place of no_reconciliations.
with

reconciliations as (
    {{ no_reconciliations() }}
)

select
    measure_id,
    figure,
    period,
    period_on,
    state
from reconciliations
