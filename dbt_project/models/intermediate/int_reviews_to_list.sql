with

clocks as (
    select * from {{ ref('int_clocks') }}
    where
        clock_id in ('annual_review', 'annual_review_under_5')
        and ended_on is null and stopped_on is null and not is_stopped
),

cycles as (
    select * from {{ ref('int_review_cycles') }}
),

plan_months as (
    select * from {{ ref('int_plan_months') }}
    where month_start = {{ reporting_month_start() }}
),

people as (
    select * from {{ ref('int_people') }}
),

teams as (
    select * from {{ ref('int_case_teams') }}
),

establishments as (
    select * from {{ ref('stg_gias__establishments') }}
),

-- A holiday belongs to the term before it, so that a review due in it is on somebody's list.
terms as (
    select
        academic_year,
        term,
        starts_on,
        lead(starts_on) over (order by starts_on) as next_starts_on
    from {{ ref('term_dates') }}
),

coming_terms as (
    select * from terms
    where
        next_starts_on > {{ add_days(reporting_month_end(), 1) }}
        and starts_on <= {{ add_months(reporting_month_end(), 12) }}
),

last_reviews as (
    select
        la_code,
        plan_key,
        max(decided_on) as last_reviewed_on
    from {{ ref('int_reviews') }}
    where decision_code in ('M', 'A')
    group by la_code, plan_key
),

recorded_transfers as (
    select
        la_code,
        plan_key,
        due_on,
        max(case when ended_on is null and stopped_on is null and not is_stopped then 1 else 0 end) = 1 as is_open
    from {{ ref('int_clocks') }}
    where clock_id in ('phase_transfer', 'phase_transfer_post_16')
    group by la_code, plan_key, due_on
),

-- A plan maintained whose review no clock waits for would be on no list: it stays, without a day.
reviews as (
    select
        plan_months.la_code,
        plan_months.person_key,
        plan_months.plan_key,
        plan_months.urn,
        plan_months.ukprn,
        plan_months.setting_type,
        plan_months.setting_group,
        people.born_month,
        establishments.high_age,
        clocks.due_on,
        cycles.meeting_on,
        last_reviews.last_reviewed_on,
        teams.case_team
    from plan_months
    left join clocks
        on plan_months.la_code = clocks.la_code and plan_months.plan_key = clocks.plan_key
    left join cycles
        on clocks.la_code = cycles.la_code and clocks.case_key = cycles.cycle_key
    left join people
        on plan_months.la_code = people.la_code and plan_months.person_key = people.person_key
    left join establishments
        on plan_months.la_code = establishments.la_code and plan_months.urn = establishments.urn
    left join last_reviews
        on plan_months.la_code = last_reviews.la_code and plan_months.plan_key = last_reviews.plan_key
    left join teams
        on plan_months.la_code = teams.la_code and plan_months.person_key = teams.person_key
),

of_terms as (
    select
        reviews.*,
        coming_terms.academic_year,
        coming_terms.term,
        coming_terms.starts_on as term_starts_on,
        coming_terms.next_starts_on as next_term_starts_on,
        {{ year_group('reviews.born_month', 'coming_terms.starts_on') }} as year_group,
        {{ year_of('coming_terms.starts_on') }} + case when coming_terms.term = 'autumn' then 1 else 0 end
            as spring_year
    from reviews
    cross join coming_terms
),

deadlines as (
    select
        *,
        {{ day_in_year('spring_year', "'02-15'") }} as the_15_february,
        {{ day_in_year('spring_year', "'03-31'") }} as the_31_march
    from of_terms
),

listed as (
    select
        deadlines.*,
        recorded_transfers.due_on as transfer_due_on,
        recorded_transfers.is_open as transfer_is_open,
        -- A child with two plans is on the list once, for the review that is due first.
        row_number() over (
            partition by deadlines.la_code, deadlines.person_key, deadlines.term_starts_on
            order by
                case when deadlines.due_on is null then 1 else 0 end,
                deadlines.due_on,
                deadlines.plan_key,
                recorded_transfers.due_on
        ) as first_due
    from deadlines
    left join recorded_transfers
        on
            deadlines.la_code = recorded_transfers.la_code
            and deadlines.plan_key = recorded_transfers.plan_key
            and recorded_transfers.due_on between {{ add_months('deadlines.the_15_february', -6) }}
            and deadlines.the_31_march
),

-- Who is in the last year that the setting teaches moves on; year 11 of a mainstream school may, sixth form or not.
moving as (
    select
        *,
        case
            when setting_group in ('post_16', 'elsewhere', 'none') then false
            when setting_group = 'mainstream' and year_group = 11 then true
            when high_age is null then year_group in (-1, 6, 11)
            else year_group between -1 and 14 and high_age <= year_group + 5
        end as is_in_last_year
    from listed
    where first_due = 1
),

dated as (
    select
        *,
        case
            when transfer_is_open then transfer_due_on
            when transfer_due_on is not null then null
            when is_in_last_year and year_group >= 11 then the_31_march
            when is_in_last_year then the_15_february
        end as phase_transfer_due_on
    from moving
)

select
    la_code,
    academic_year,
    term,
    term_starts_on,
    person_key,
    plan_key,
    urn,
    ukprn,
    setting_type,
    case
        when due_on is null then 'no_day_known'
        when due_on < term_starts_on then 'due_before'
        when due_on < next_term_starts_on then 'due_in_term'
        else 'phase_transfer'
    end as why,
    due_on,
    phase_transfer_due_on,
    last_reviewed_on,
    meeting_on,
    year_group,
    case_team
from dated
-- A plan that has to name the next place by the deadline needs its review before that, whenever the next one is due.
where
    due_on is null or due_on < next_term_starts_on
    or phase_transfer_due_on >= term_starts_on
