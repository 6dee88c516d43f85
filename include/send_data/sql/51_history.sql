-- What an edition rests on, how far it can be relied on, and what it says otherwise than editions before it.
alter table published.measures add column if not exists definition_sha256 text;

create table if not exists published.deliveries (
    edition_id bigint not null references published.editions,
    source text not null,
    delivery_id bigint not null,
    delivery_month date not null,
    received_at timestamptz not null,
    sha256 text not null,
    rows_low bigint not null,
    rows_high bigint not null,
    primary key (edition_id, source, delivery_id)
);

create table if not exists published.kitemarks (
    edition_id bigint not null references published.editions,
    measure_id text not null,
    month_start date not null,
    part text not null,
    state text not null check (state in ('yes', 'no', 'not_known')),
    reason text not null,
    primary key (edition_id, measure_id, part),
    foreign key (edition_id, measure_id) references published.measures
);

create table if not exists published.revisions (
    edition_id bigint not null references published.editions,
    since_edition_id bigint not null references published.editions,
    measure_id text not null,
    month_start date not null,
    was_value numeric,
    is_value numeric,
    shown text not null check (shown in ('in_full', 'fewer_than_5', 'not_shown')),
    reasons text [] not null check (
        reasons <@ array['definition', 'late_delivery', 'late_record', 'correction', 'not_known']
        and cardinality(reasons) > 0
    ),
    primary key (edition_id, measure_id, month_start),
    foreign key (edition_id, measure_id) references published.measures,
    constraint only_what_is_shown_has_values check (shown = 'in_full' or (was_value is null and is_value is null))
);

create table if not exists published.first_published (
    edition_id bigint not null references published.editions,
    measure_id text not null,
    month_start date not null,
    first_edition_id bigint not null references published.editions,
    first_value numeric,
    value numeric,
    shown text not null check (shown in ('unchanged', 'in_full', 'fewer_than_5', 'not_shown')),
    primary key (edition_id, measure_id, month_start),
    foreign key (edition_id, measure_id) references published.measures,
    constraint only_what_is_shown_has_both check (shown in ('unchanged', 'in_full') or first_value is null)
);

comment on column published.measures.definition_sha256 is 'Hash of all that defines the figures: its SQL and what stands above it; another one is another definition';
comment on table published.deliveries is 'Every delivery that the edition rests on, with the hash of its bytes; its rows as a range of five';
comment on table published.kitemarks is 'How far the newest figure of each measure can be relied on, part by part';
comment on table published.revisions is 'Totals of earlier months that differ from what the last edition of an earlier month showed, and why';
comment on column published.revisions.shown is 'in_full; fewer_than_5: the counts differ by 1 to 4, so the two are not put side by side; not_shown: one is hidden, or the difference could be one child''s';
comment on column published.revisions.reasons is 'definition: it is counted otherwise; late_delivery: of a month already reported; late_record: more or fewer are counted; correction: as many are counted, with another answer';
comment on table published.first_published is 'Each total as it was first published, beside what is known now, after disclosure control';
comment on column published.first_published.first_value is 'As first published; empty where the two may not be put side by side';
