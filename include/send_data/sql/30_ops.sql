-- The ledger: what came, what was loaded, what was checked, what was built.
create table if not exists ops.source (
    source text primary key,
    system text not null,
    feed text not null,
    title text not null,
    owner text not null,
    grain text,
    coverage text not null check (coverage in ('everything', 'the_month')),
    every text not null,
    -- Numbers of the months it is due for, with commas between.
    months text not null,
    by_day integer,
    contract_sha256 text not null
);
-- Why the last run did not fetch it (empty when it did), and whether that was a failure: a connection that nobody has
-- set up yet is none.
alter table ops.source add column if not exists not_fetched text;
alter table ops.source add column if not exists fetch_failed boolean not null default false;

create table if not exists ops.delivery (
    delivery_id bigint generated always as identity primary key,
    la_code text not null,
    feed text not null,
    month date not null check (extract(day from month) = 1),
    file_name text not null,
    sha256 text not null,
    bytes bigint not null,
    received_at timestamptz not null,
    landed_path text not null,
    status text not null check (status in ('landed', 'accepted', 'refused')),
    reason text,
    -- What the reader said of it though it is no fault, a line each.
    notes text,
    is_reported boolean not null default false,
    -- Read from a system's table by the pipeline, so that the next reading may build on it; a file is not.
    is_extract boolean not null default false,
    unique (la_code, feed, month, sha256)
);

create table if not exists ops.load (
    delivery_id bigint not null references ops.delivery,
    source text not null references ops.source,
    rows_read bigint not null,
    rows_loaded bigint not null,
    rows_quarantined bigint not null,
    -- Against the accepted delivery before it for the same month; a row that changed is in both counts.
    rows_added bigint,
    rows_removed bigint,
    primary key (delivery_id, source),
    constraint nothing_is_lost check (rows_read = rows_loaded + rows_quarantined)
);

create table if not exists ops.build (
    build_id bigint generated always as identity primary key,
    la_code text not null,
    month date not null check (extract(day from month) = 1),
    known_at timestamptz not null,
    code_version text not null,
    deliveries_sha256 text not null,
    status text not null check (status in ('running', 'passed', 'failed', 'live', 'past')),
    unique (la_code, month, known_at, code_version, deliveries_sha256)
);

create table if not exists ops.check (
    check_id bigint generated always as identity primary key,
    delivery_id bigint references ops.delivery,
    build_id bigint references ops.build,
    subject text not null,
    rule_number integer not null,
    because text not null,
    expectation text not null,
    on_failure text not null,
    evaluated_count bigint not null,
    unexpected_count bigint not null,
    -- The first rows that break the rule, by their place in the delivery.
    row_numbers integer[] not null default '{}',
    passed boolean not null,
    constraint of_one_border check ((delivery_id is null) <> (build_id is null)),
    unique nulls not distinct (delivery_id, build_id, subject, rule_number)
);

create table if not exists ops.model_result (
    build_id bigint not null references ops.build,
    node_id text not null,
    resource_type text not null,
    status text not null,
    rows_affected bigint,
    seconds numeric,
    primary key (build_id, node_id)
);

create table if not exists ops.measure_definition (
    build_id bigint not null references ops.build,
    measure_id text not null,
    definition_sha256 text not null,
    primary key (build_id, measure_id)
);
