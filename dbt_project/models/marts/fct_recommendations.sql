with

recommendations as (
    select * from {{ ref('stg_delivery_plan__recommendations') }}
),

signals as (
    select
        la_code,
        recommendation_number,
        {{ counted_signals() }}
    from {{ ref('bridge_recommendation_measures') }}
    group by la_code, recommendation_number
)

select
    recommendations.la_code,
    recommendations.recommendation_number,
    recommendations.recommendation_text,
    recommendations.priority,
    recommendations.issued_on,
    recommendations.expected_by_on,
    {{ signals_of_a_promise('signals') }}
from recommendations
left join signals
    on
        recommendations.la_code = signals.la_code
        and recommendations.recommendation_number = signals.recommendation_number
