with

requests as (
    select * from {{ ref('int_requests') }}
    -- H is history: decided before the period or elsewhere, so no clock ran here.
    where not is_historical and received_on is not null
),

advice as (
    select * from {{ ref('int_advice') }}
),

cycles as (
    select * from {{ ref('int_review_cycles') }}
),

reviews as (
    select * from {{ ref('int_reviews') }}
),

request_events as (
    {{ events_of('requests', "concat('request:', request_key)", 'request_key', [
        ('request_received', 'received_on', 'true'),
        ('assessment_decided', 'outcome_on', "outcome_code in ('Y', 'N')"),
        ('no_plan_decided', 'assessment_outcome_on', "assessment_outcome_code = 'N'"),
        ('plan_issued', 'plan_issued_on', 'true'),
        ('week_20_exception', 'received_on', 'has_exception'),
        ('assessment_refused', 'coalesce(outcome_on, received_on)', "outcome_code = 'N'"),
        ('request_withdrawn', 'received_on', "outcome_code = 'W'"),
        ('assessment_withdrawn', 'received_on', "assessment_outcome_code = 'W'"),
        ('exported_undecided', 'received_on',
            "exported_to is not null and coalesce(outcome_code, 'A') not in ('Y', 'N')"),
        ('exported_without_plan', 'received_on',
            "exported_to is not null and coalesce(assessment_outcome_code, 'A') <> 'Y'"),
    ]) }}
),

advice_events as (
    {{ events_of('advice', "concat('advice:', advice_key)", 'cast(null as ' ~ dbt.type_string() ~ ')', [
        ('health_advice_requested', 'requested_on', "purpose = 'ASSESSMENT' and advice_type = 'HEALTH'"),
        ('social_care_advice_requested', 'requested_on', "purpose = 'ASSESSMENT' and advice_type = 'SOCIAL_CARE'"),
        ('educational_psychology_advice_requested', 'requested_on', "purpose = 'ASSESSMENT' and advice_type = 'EP'"),
        ('advice_received', 'received_on', "purpose = 'ASSESSMENT'"),
        ('regulation_8_exception', 'requested_on', "purpose = 'ASSESSMENT' and has_exception"),
        ('health_review_meeting', 'meeting_on', "purpose = 'REVIEW' and advice_type = 'HEALTH'"),
        ('social_care_review_meeting', 'meeting_on', "purpose = 'REVIEW' and advice_type = 'SOCIAL_CARE'"),
        ('review_advice_received', 'received_on', "purpose = 'REVIEW'"),
    ]) }}
),

cycle_events as (
    {{ events_of('cycles', 'cycle_key', 'plan_key', [
        ('review_cycle_started', 'started_on', 'not is_under_5'),
        ('review_cycle_under_5_started', 'started_on', 'is_under_5'),
        ('review_cycle_meeting_held', 'meeting_on', 'true'),
        ('review_cycle_decided', 'decided_on', 'true'),
        ('plan_ceased', 'plan_ceased_on', 'true'),
    ]) }}
),

review_events as (
    {{ events_of('reviews', "concat('review:', review_key)", 'plan_key', [
        ('review_meeting_held', 'meeting_on', 'true'),
        ('review_decided', 'decided_on', 'true'),
        ('amending_review_meeting_held', 'meeting_on', "decision_code = 'A'"),
        ('amendment_notice_sent', 'amendment_notice_on', 'true'),
        ('amended_plan_issued', 'final_plan_on', 'true'),
        ('phase_transfer_year_started', school_year_start('phase_transfer_due_on'),
            month_of('phase_transfer_due_on') ~ ' <= 2'),
        ('phase_transfer_post_16_year_started', school_year_start('phase_transfer_due_on'),
            month_of('phase_transfer_due_on') ~ ' > 2'),
        ('phase_transfer_plan_issued', 'phase_transfer_final_on', 'true'),
        ('plan_ceased', 'plan_ceased_on', 'true'),
    ]) }}
)

select * from request_events
union all
select * from advice_events
union all
select * from cycle_events
union all
select * from review_events
