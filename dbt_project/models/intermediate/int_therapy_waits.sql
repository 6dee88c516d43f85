with

referrals as (
    select * from {{ ref('stg_csds__referrals') }}
),

services as (
    select * from {{ ref('stg_csds__services') }}
),

service_types as (
    select * from {{ ref('csds_service_type') }}
    where therapy is not null
),

contacts as (
    select * from {{ ref('stg_csds__contacts') }}
    where is_attended
),

periods as (
    select * from {{ ref('stg_csds__waits') }}
    where wait_type_code = '02'
),

therapies as (
    select
        services.*,
        service_types.therapy,
        coalesce(services.rejected_on, services.closed_on) as left_on
    from services
    inner join service_types on services.service_type_code = service_types.code
),

-- Contacts before the first submission were never sent: the period to first treatment tells of those.
ends as (
    select
        therapies.la_code,
        therapies.referral_key,
        therapies.therapy,
        contacts.contact_on as ended_on
    from therapies
    inner join contacts
        on
            therapies.la_code = contacts.la_code
            and therapies.referral_key = contacts.referral_key
            and therapies.team_local_identifier = contacts.team_local_identifier
    union all
    select
        therapies.la_code,
        therapies.referral_key,
        therapies.therapy,
        periods.ended_on
    from therapies
    inner join periods
        on therapies.la_code = periods.la_code and therapies.referral_key = periods.referral_key
    union all
    -- A referral to two teams of a therapy is left when the second is.
    select
        la_code,
        referral_key,
        therapy,
        case when count(left_on) = count(*) then max(left_on) end as ended_on
    from therapies
    group by la_code, referral_key, therapy
),

first_ends as (
    select
        la_code,
        referral_key,
        therapy,
        min(ended_on) as ended_on
    from ends
    group by la_code, referral_key, therapy
)

select
    referrals.la_code,
    referrals.referral_key,
    referrals.person_key,
    first_ends.therapy,
    referrals.received_on,
    case
        when referrals.discharged_on < first_ends.ended_on then referrals.discharged_on
        else coalesce(first_ends.ended_on, referrals.discharged_on)
    end as ended_on,
    referrals.last_seen_month
from referrals
inner join first_ends
    on referrals.la_code = first_ends.la_code and referrals.referral_key = first_ends.referral_key
