-- What was read under the children's own names, written to a file, sent or taken away. Rows are only ever added.
create table if not exists ops.list_log (
    line_id bigint generated always as identity primary key,
    la_code text not null,
    list text not null check (list in ('annual_reviews', 'annex_a')),
    -- The term, as 2026-27-spring, or the day.
    of_when text not null,
    event text not null check (event in ('read', 'written', 'sent', 'removed')),
    -- The month of the build it was made from.
    month date not null check (extract(day from month) = 1),
    -- URN, UKPRN or sen-team: whom the file is for; empty where there is no file.
    setting text,
    file_name text,
    sha256 text,
    row_count integer,
    os_user text not null,
    database_role text not null default session_user,
    session_number integer not null default pg_backend_pid(),
    session_began_at timestamptz not null,
    constraint files_have_names check ((event = 'read') = (file_name is null)),
    constraint what_was_written_is_known check (event not in ('written', 'sent') or num_nulls(sha256, row_count) = 0)
);

comment on table ops.list_log is 'Every list with names: read, written, sent or removed, for whom, how many rows, the hash of the file, by whom';
comment on column ops.list_log.session_began_at is 'As the server keeps it of the session; nobody who makes a list can say another';

create or replace function ops.stamp_list_log() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        raise exception using message = 'what became of a list stays in the log';
    end if;
    new.database_role := session_user;
    new.session_number := pg_backend_pid();
    select backend_start into new.session_began_at from pg_stat_activity where pid = pg_backend_pid();
    return new;
end
$$;

create or replace trigger stamp_list_log before insert or update or delete on ops.list_log
for each row execute function ops.stamp_list_log();
