with

contacts as (
    select * from {{ ref('stg_csds__contacts') }}
    where is_attended
),

referrals as (
    select * from {{ ref('stg_csds__referrals') }}
),

services as (
    select * from {{ ref('stg_csds__services') }}
),

service_types as (
    select * from {{ ref('csds_service_type') }}
    where therapy is not null
)

select
    contacts.la_code,
    referrals.person_key,
    service_types.therapy,
    contacts.contact_on,
    contacts.contact_minutes
from contacts
inner join referrals
    on contacts.la_code = referrals.la_code and contacts.referral_key = referrals.referral_key
inner join services
    on
        contacts.la_code = services.la_code
        and contacts.referral_key = services.referral_key
        and contacts.team_local_identifier = services.team_local_identifier
inner join service_types
    on services.service_type_code = service_types.code
