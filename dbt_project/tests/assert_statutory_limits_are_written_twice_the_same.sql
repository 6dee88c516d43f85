-- The limits once more, in the words of the law: a slip in the seed would move every figure and break nothing else.
{% set limits_in_words = {
    'decide_to_assess': '6 weeks',
    'notify_no_plan': '16 weeks',
    'final_plan': '20 weeks',
    'final_plan_after_order_to_assess': '14 weeks',
    'final_plan_after_order_to_issue': '11 weeks',
    'advice_health': '6 weeks',
    'advice_social_care': '6 weeks',
    'advice_educational_psychology': '6 weeks',
    'health_advice_before_review': '-2 weeks',
    'social_care_advice_before_review': '-2 weeks',
    'annual_review': '12 months',
    'annual_review_under_5': '6 months',
    'review_meeting': '12 months',
    'review_meeting_under_5': '6 months',
    'review_decision': '4 weeks',
    'amendment_notice': '4 weeks',
    'amended_plan_after_meeting': '12 weeks',
    'amended_plan_after_notice': '8 weeks',
    'phase_transfer': '02-15',
    'phase_transfer_post_16': '03-31',
} %}

with

clocks as (
    select
        clock_id,
        case limit_unit
            when 'days' then concat(cast(limit_length / 7.0 as decimal(5, 2)), ' weeks')
            when 'months' then concat(limit_length, ' months')
            else limit_month_day
        end as seed_says
    from {{ ref('statutory_clocks') }}
    where in_force_to is null
),

law as (
    {% for clock_id, words in limits_in_words.items() %}
    select
        '{{ clock_id }}' as clock_id,
        '{{ words | replace(" weeks", ".00 weeks") }}' as law_says
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    clocks.clock_id as clock_of_the_seed,
    clocks.seed_says,
    law.clock_id as clock_of_the_law,
    law.law_says
from clocks
full outer join law on clocks.clock_id = law.clock_id
where
    clocks.clock_id is null
    or law.clock_id is null
    or clocks.seed_says <> law.law_says
