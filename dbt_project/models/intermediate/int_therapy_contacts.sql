with

contacts as (
    select * from {{ ref('stg_csds__contacts') }}
    where is_attended
),

referrals as (
    select * from {{ ref('stg_csds__referrals') }}
),

teams as (
    select * from {{ ref('csds_team') }}
)

select
    contacts.la_code,
    referrals.person_key,
    teams.therapy,
    contacts.contact_on,
    contacts.contact_minutes
from contacts
inner join referrals
    on contacts.la_code = referrals.la_code and contacts.referral_key = referrals.referral_key
inner join teams
    on contacts.team_local_identifier = teams.team_local_identifier
