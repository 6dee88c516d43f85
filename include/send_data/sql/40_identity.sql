-- One random key for one child, whichever service speaks. Closed: no reader has a right here.
create table if not exists identity.person (
    person_key uuid primary key,
    la_code text not null,
    created_by_delivery bigint references ops.delivery
);

create table if not exists identity.identifier (
    la_code text not null,
    kind text not null,
    value text not null,
    person_key uuid not null references identity.person,
    primary key (la_code, kind, value)
);

create table if not exists identity.source_record (
    source text not null,
    delivery_id bigint not null references ops.delivery,
    row_number integer not null,
    person_key uuid not null references identity.person,
    primary key (source, delivery_id, row_number)
);

-- A child adopted or at risk keeps a life of its own: these identifiers never join two records.
create table if not exists identity.do_not_link (
    la_code text not null,
    kind text not null,
    value text not null,
    reason text not null,
    primary key (la_code, kind, value)
);

-- What is said of a child, folded, each saying once: what scored linkage compares. '' is not said; a number stands here
-- also when it fails its check. is_barred: it was said in a row with an identifier of identity.do_not_link.
create table if not exists identity.description (
    la_code text not null,
    person_key uuid not null references identity.person,
    is_barred boolean not null,
    forename text not null,
    surname text not null,
    date_of_birth text not null,
    postcode text not null,
    sex text not null,
    upn text not null,
    uln text not null,
    nhs_number text not null,
    unique (
        person_key, is_barred, forename, surname, date_of_birth, postcode, sex, upn, uln, nhs_number
    )
);

-- Two keys that scoring or a person spoke of, and on what grounds. Linked and same: one_key took the place of other_key,
-- which is kept here as history. Waiting: the review queue. Different: nothing joins the two but another decision.
create table if not exists identity.pair (
    la_code text not null,
    one_key uuid not null,
    other_key uuid not null,
    outcome text not null check (outcome in ('linked', 'waiting', 'same', 'different')),
    score numeric,
    words text[] not null,
    one_sources text[] not null,
    other_sources text[] not null,
    decided_by text,
    decided_at timestamptz,
    check (one_key <> other_key),
    constraint decided_by_somebody check ((outcome in ('same', 'different')) = (decided_by is not null)),
    constraint decided_some_time check ((decided_by is null) = (decided_at is null))
);

create unique index if not exists two_keys_stand_once
on identity.pair (least(one_key, other_key), greatest(one_key, other_key));

-- People of whom an identifier is in do_not_link, in their old life or the new: scoring leaves them alone.
create or replace view identity.barred_person with (security_invoker = true) as
select person_key from identity.description where is_barred
union
select held.person_key
from identity.identifier as held
inner join identity.do_not_link as barred
    on held.la_code = barred.la_code and held.kind = barred.kind and held.value = barred.value;

-- One key gives way to another by its rows, some hundred times a month.
create index if not exists identifier_by_person on identity.identifier (person_key);
create index if not exists source_record_by_person on identity.source_record (person_key);
