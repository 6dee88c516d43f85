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
