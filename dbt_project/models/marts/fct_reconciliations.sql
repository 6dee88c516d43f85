with

compared as (
    select
        *,
        our_value - dfe_value as difference
    from {{ ref('int_reconciled_figures') }}
),

explanations as (
    select * from {{ ref('reconciliation_explanations') }}
),

boroughs as (
    select
        la_code,
        min(case when is_made_up then 1 else 0 end) = 1 as is_made_up
    from {{ ref('stg_sen2__headers') }}
    group by la_code
),

-- Of the explanations that hold, the one that speaks of this period and part goes first.
explained as (
    select
        compared.*,
        explanations.explanation,
        explanations.explained_by,
        row_number() over (
            partition by compared.la_code, compared.figure, compared.period, compared.breakdown_value
            order by
                case when explanations.period = '*' then 1 else 0 end,
                case when explanations.breakdown_value = '*' then 1 else 0 end,
                explanations.agreed_on desc,
                explanations.explanation
        ) as closest_first
    from compared
    left join boroughs on compared.la_code = boroughs.la_code
    left join explanations
        on
            compared.la_code = explanations.la_code
            and compared.figure = explanations.figure
            and explanations.period in (compared.period, '*')
            and explanations.breakdown_value in (compared.breakdown_value, '*')
            and (explanations.up_to is null or abs(compared.difference) <= explanations.up_to)
            and (boroughs.is_made_up or not explanations.only_made_up)
),

judged as (
    select
        *,
        case
            when not is_reproducible then 'not_reproducible'
            when abs(difference) <= tolerance then 'within_tolerance'
            when explanation is not null then 'explained'
            else 'unexplained'
        end as state
    from explained
    where closest_first = 1
)

select
    la_code,
    measure_id,
    figure,
    title,
    unit,
    release_year,
    period,
    period_on,
    breakdown,
    breakdown_value,
    our_numerator_count,
    our_denominator_count,
    our_value,
    dfe_value,
    difference,
    tolerance,
    case when state = 'explained' then explanation end as explanation,
    case when state = 'explained' then explained_by end as explained_by,
    state
from judged
