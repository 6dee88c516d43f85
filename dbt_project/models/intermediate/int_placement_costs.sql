with

costs as (
    select * from {{ ref('stg_finance__placement_costs') }}
),

establishments as (
    select * from {{ ref('stg_gias__establishments') }}
),

-- A UKPRN can stand for several URNs; an open one speaks for it, as it does for placements.
providers as (
    select
        *,
        row_number() over (
            partition by la_code, ukprn order by case when is_open then 0 else 1 end, urn
        ) as first_of_provider
    from establishments
    where ukprn is not null
)

select
    costs.la_code,
    costs.person_key,
    -- URNs have six digits and UKPRNs eight: one never passes for the other.
    coalesce(costs.urn, providers.urn, costs.ukprn) as provider_key,
    costs.effective_from,
    coalesce(costs.effective_to, cast('9999-12-31' as date)) as effective_to,
    costs.annual_cost_gbp
from costs
left join providers
    on
        costs.la_code = providers.la_code
        and costs.ukprn = providers.ukprn
        and providers.first_of_provider = 1
