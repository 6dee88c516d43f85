-- What was agreed for one period and one difference does not cover the next.
-- Only the made-up borough may be waved through.
select
    figure,
    period,
    breakdown_value
from {{ ref('reconciliation_explanations') }}
where not only_made_up and (period = '*' or up_to is null)
