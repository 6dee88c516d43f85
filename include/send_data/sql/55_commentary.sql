-- What people wrote for the Board, as it stood when the edition was frozen.
create table if not exists published.meetings (
    edition_id bigint not null references published.editions,
    place integer not null check (place = 1),
    held_on date,
    author text,
    lead text,
    previously_considered_by text,
    primary key (edition_id, place)
);

create table if not exists published.comments (
    edition_id bigint not null references published.editions,
    measure_id text not null,
    why text not null,
    doing text not null,
    by_when date not null,
    who text not null,
    written_by text not null,
    written_on date not null,
    primary key (edition_id, measure_id),
    foreign key (edition_id, measure_id) references published.measures
);

create table if not exists published.voices (
    edition_id bigint not null references published.editions,
    place integer not null,
    who text not null,
    heard_on date not null,
    said text not null,
    did text not null,
    primary key (edition_id, place)
);

create table if not exists published.decisions (
    edition_id bigint not null references published.editions,
    place integer not null,
    decide text not null,
    because text not null,
    asked_by text not null,
    primary key (edition_id, place)
);

comment on table published.meetings is 'The meeting that the edition is for, as far as the month''s commentary file says';
comment on table published.comments is 'What managers write of their measures: free text, never generated, checked for what could name a child';
comment on column published.comments.written_by is 'The role that wrote it';
comment on table published.voices is 'What the youth forum and the parent carer forum said, and what was done: free text, never generated';
comment on table published.decisions is 'What the Board is asked to decide, and by whom';
