-- Who approved an edition, what a correction corrects, and the checks that an edition rests on.
create table if not exists published.approvals (
    edition_id bigint primary key references published.editions,
    approved_by text not null check (trim(approved_by) <> ''),
    role text not null check (trim(role) <> ''),
    approved_at timestamptz not null
);

create or replace function published.stamp_approval() returns trigger language plpgsql as $$
begin
    select backend_start into new.approved_at from pg_stat_activity where pid = pg_backend_pid();
    if exists (select 1 from published.editions where supersedes = new.edition_id) then
        raise exception using message = 'only the newest edition of a month can be approved';
    end if;
    return new;
end
$$;

create or replace trigger stamp_approval before insert on published.approvals
for each row execute function published.stamp_approval();

create or replace function published.mark_approved() returns trigger language plpgsql as $$
begin
    update published.editions set status = 'approved' where edition_id = new.edition_id;
    return null;
end
$$;

create or replace trigger mark_approved after insert on published.approvals
for each row execute function published.mark_approved();

create table if not exists published.corrections (
    edition_id bigint primary key references published.editions,
    corrects_edition_id bigint not null references published.editions,
    because text not null check (trim(because) <> ''),
    parts text [] not null check (cardinality(parts) > 0),
    measures text [] not null
);

create table if not exists published.corrected_figures (
    edition_id bigint not null references published.corrections,
    measure_id text not null,
    month_start date not null,
    was_value numeric,
    is_value numeric,
    shown text not null check (shown in ('in_full', 'fewer_than_5', 'not_shown')),
    reasons text [] not null,
    primary key (edition_id, measure_id, month_start),
    foreign key (edition_id, measure_id) references published.measures,
    constraint only_what_is_shown_has_values check (shown = 'in_full' or (was_value is null and is_value is null))
);

create table if not exists published.checks (
    edition_id bigint not null references published.editions,
    border text not null check (border in ('source', 'mart')),
    subject text not null,
    because text not null,
    on_failure text not null,
    judged_count integer not null check (judged_count > 0),
    broken_count integer not null,
    checked_low bigint not null,
    checked_high bigint not null,
    unexpected_low bigint not null,
    unexpected_high bigint not null,
    primary key (edition_id, border, subject, because, on_failure)
);

comment on table published.approvals is 'Who approved an edition, in which role; an edition that is approved is never a draft again';
comment on column published.approvals.approved_at is 'When the session began in which it was approved, as the server keeps it';
comment on table published.corrections is 'Editions that correct an approved one: which, and why, in the words of a person';
comment on column published.corrections.parts is 'The tables of published in which the two editions differ';
comment on column published.corrections.measures is 'The measures of which any figure, total or breakdown, or the definition differs';
comment on table published.corrected_figures is 'Totals in which a correction differs from the edition it corrects, after disclosure control';
comment on table published.checks is 'Every rule that the deliveries in use and the marts were held to; rows in ranges of five, no values';
comment on column published.checks.judged_count is 'Deliveries in use that were judged by the rule; 1 for a rule on the marts';
comment on column published.checks.broken_count is 'How many of these broke it';
