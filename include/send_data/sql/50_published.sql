-- Frozen editions: what the Board reads. Rows are only ever added; a correction is a new edition that says which one it replaces.
create table if not exists published.editions (
    edition_id bigint generated always as identity primary key,
    la_code text not null,
    month date not null check (extract(day from month) = 1),
    known_at timestamptz not null,
    code_version text not null,
    deliveries_sha256 text not null,
    content_sha256 text not null,
    is_made_up boolean not null,
    status text not null default 'draft' check (status in ('draft', 'approved')),
    supersedes bigint references published.editions,
    unique (la_code, month, known_at, code_version, deliveries_sha256, content_sha256)
);

create table if not exists published.measures (
    edition_id bigint not null references published.editions,
    measure_id text not null,
    title text not null,
    why_it_matters text,
    numerator text,
    denominator text,
    kind text not null,
    better text,
    unit text not null,
    decimals integer not null,
    owner text,
    checker text,
    next_review date,
    cadence text,
    mission text,
    delivery_plan text,
    priority text not null,
    targets jsonb not null,
    law_value numeric,
    law_reference text,
    sources text [] not null,
    lag_days integer,
    within_measure_id text,
    is_cumulative boolean not null,
    primary key (edition_id, measure_id)
);

alter table published.measures add column if not exists rows_are text not null default 'children';
alter table published.measures add column if not exists counted_in text;
alter table published.measures add column if not exists reported_in text not null default '1,2,3,4,5,6,7,8,9,10,11,12';
alter table published.measures add column if not exists recording_breaks text;

create table if not exists published.figures (
    edition_id bigint not null references published.editions,
    la_code text not null,
    measure_id text not null,
    month_start date not null check (extract(day from month_start) = 1),
    breakdown text not null,
    breakdown_value text not null,
    numerator_count numeric,
    denominator_count numeric,
    value numeric,
    symbol text not null check (symbol in ('', 'c', 'b', 'h')),
    lower_bound numeric,
    upper_bound numeric,
    lower_value numeric,
    upper_value numeric,
    as_of_month date not null,
    is_count boolean not null,
    primary key (edition_id, measure_id, month_start, breakdown, breakdown_value),
    foreign key (edition_id, measure_id) references published.measures,
    -- The last guard: whatever went before, a small count of children cannot be stored here.
    constraint no_small_numerator check (not is_count or numerator_count = 0 or numerator_count >= 5),
    constraint no_small_denominator check (not is_count or denominator_count = 0 or denominator_count >= 5),
    constraint no_small_complement check (
        not is_count or denominator_count = numerator_count or denominator_count - numerator_count >= 5
    ),
    constraint hidden_means_empty check (symbol <> 'c' or (numerator_count is null and value is null)),
    constraint held_back_means_empty check (symbol <> 'h' or num_nonnulls(numerator_count, denominator_count, value) = 0)
);

create table if not exists published.repatriations (
    edition_id bigint not null references published.editions,
    la_code text not null,
    financial_year text not null,
    month_start date not null check (extract(day from month_start) = 1),
    basis text not null check (basis in ('promise', 'safety_valve')),
    item text not null,
    unit text not null check (unit in ('learners', 'gbp')),
    value numeric,
    symbol text not null check (symbol in ('', 'c', 'b')),
    as_of_month date not null,
    lower_bound numeric,
    upper_bound numeric,
    target_value numeric,
    primary key (edition_id, financial_year, month_start, basis, item),
    constraint no_small_count check (unit <> 'learners' or value <= 0 or value >= 5)
);

create table if not exists published.held_counts (
    edition_id bigint not null references published.editions,
    la_code text not null,
    financial_year text not null,
    clock text not null,
    component text not null,
    month_start date not null,
    learners integer not null check (learners <= 0 or learners >= 5),
    primary key (edition_id, financial_year, clock, component, month_start)
);

create table if not exists published.sources (
    edition_id bigint not null references published.editions,
    source text not null,
    title text not null,
    owner text not null,
    arrival text not null check (arrival in ('came', 'late', 'refused', 'missing')),
    delivery_month date,
    received_at timestamptz,
    reason text,
    quarantined_low bigint,
    quarantined_high bigint,
    primary key (edition_id, source)
);

create table if not exists published.national (
    edition_id bigint not null references published.editions,
    area text not null,
    area_name text not null,
    indicator text not null,
    time_period text not null,
    period_year integer,
    value numeric,
    symbol text,
    unit text not null check (unit in ('percent', 'count')),
    is_derived boolean not null,
    dataset text not null,
    release_year text not null,
    primary key (edition_id, dataset, release_year, indicator, time_period, area)
);

create table if not exists published.comparators (
    edition_id bigint not null references published.editions,
    measure_id text not null,
    comparator text not null,
    area_name text not null,
    indicator text not null,
    differs_by text,
    dataset text not null,
    release_year text not null,
    time_period text not null,
    value numeric,
    symbol text,
    unit text not null check (unit in ('percent', 'count')),
    ranked_by text not null,
    rank_place integer,
    quartile integer,
    ranked_count integer not null,
    unranked_count integer not null,
    primary key (edition_id, measure_id, comparator, area_name),
    foreign key (edition_id, measure_id) references published.measures
);

create table if not exists published.reconciliations (
    edition_id bigint not null references published.editions,
    measure_id text not null,
    figure text not null,
    title text not null,
    unit text not null check (unit in ('percent', 'count')),
    release_year text not null,
    period text not null,
    period_on date not null,
    dfe_value numeric,
    part_count integer not null,
    unexplained_count integer not null,
    explained_count integer not null,
    within_tolerance_count integer not null,
    not_reproducible_count integer not null,
    about_difference numeric,
    explanation text,
    explained_by text,
    state text not null check (state in ('within_tolerance', 'explained', 'unexplained', 'not_reproducible')),
    primary key (edition_id, figure, period),
    foreign key (edition_id, measure_id) references published.measures
);

-- A warehouse made before figures could be held back learns it here.
do $$
begin
    if not exists (select 1 from pg_constraint where conname = 'held_back_means_empty') then
        alter table published.figures
            drop constraint figures_symbol_check,
            add constraint figures_symbol_check check (symbol in ('', 'c', 'b', 'h')),
            add constraint held_back_means_empty check (
                symbol <> 'h' or num_nonnulls(numerator_count, denominator_count, value) = 0
            );
    end if;
end
$$;

comment on table published.editions is 'One frozen month: what it rests on, whether it is approved, and which edition it replaces';
comment on column published.editions.content_sha256 is 'Hash of all that was read from the marts to make this edition';
comment on table published.measures is 'The definition of each measure as it was when the edition was frozen';
comment on table published.figures is 'Every figure of the edition after disclosure control; symbol c: hidden, b: held until five more learners have moved, h: held back until a difference from DfE''s figure is explained';
comment on column published.figures.lower_bound is 'Hidden figures: the least the numerator can be, where that may be said';
comment on column published.figures.lower_value is 'Hidden figures: the least the value can be, where that may be said';
comment on column published.figures.as_of_month is 'The month whose figure this is: an earlier one while a cumulative figure is held';
comment on table published.repatriations is 'The repatriation ledger in totals: one row per item of the page, after disclosure control';
comment on table published.held_counts is 'Cumulative learner counts that were shown, which later editions must stay five apart from';
comment on table published.sources is 'What each figure rests on: the delivery in use, whether it is late, what was refused or set aside (in ranges)';
comment on table published.national is 'Figures published by the Department for Education for the borough, London and England';

comment on table published.comparators is 'What DfE publishes of each measure: borough, London, England, statistical neighbours, the year before, with ranks';
comment on table published.reconciliations is 'DfE''s figures of the borough counted again from our records: whether they agree, and what explains where not';
comment on column published.reconciliations.about_difference is 'The size of the difference, to the nearest 5 or percentage point';
