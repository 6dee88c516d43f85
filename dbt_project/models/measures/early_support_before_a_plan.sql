with

months as (
    select * from {{ ref('int_months') }}
),

interventions as (
    select * from {{ ref('stg_early_support__interventions') }}
    where has_sen_support
),

requests as (
    select * from {{ ref('int_requests') }}
    where received_on is not null and not is_historical
),

-- A child counts once, by the first intervention at SEN support.
ranked as (
    select
        *,
        {{ add_months('began_on', 12) }} as followed_until,
        row_number() over (partition by la_code, person_key order by began_on, intervention_key) as first_of_child
    from interventions
),

firsts as (
    select * from ranked
    where first_of_child = 1
),

went_on as (
    select distinct
        firsts.la_code,
        firsts.person_key
    from firsts
    inner join requests
        on
            firsts.la_code = requests.la_code
            and firsts.person_key = requests.person_key
            and requests.received_on >= firsts.began_on
            and requests.received_on <= firsts.followed_until
)

select
    firsts.la_code,
    months.month_start,
    firsts.person_key,
    went_on.person_key is null as is_counted,
    firsts.phase_code as intervention_phase,
    firsts.kind_code as intervention_kind
from months
inner join firsts on months.month_start = {{ term_month('firsts.followed_until') }}
left join went_on on firsts.la_code = went_on.la_code and firsts.person_key = went_on.person_key
