with

months as (
    select * from {{ ref('int_therapy_term_months') }}
),

contacts as (
    select * from {{ ref('int_therapy_contacts') }}
)

select
    contacts.la_code,
    months.month_start,
    contacts.person_key,
    contacts.therapy,
    sum(contacts.contact_minutes) as provided_minutes
from months
inner join contacts
    on
        months.la_code = contacts.la_code
        and months.starts_on <= contacts.contact_on
        and months.counted_to >= contacts.contact_on
group by contacts.la_code, months.month_start, contacts.person_key, contacts.therapy
