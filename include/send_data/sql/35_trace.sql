-- Who asked where one child's records are, and why. Rows are only ever added.
create table if not exists ops.trace_log (
    trace_id bigint generated always as identity primary key,
    person_key uuid not null,
    reason text not null check (trim(reason) <> ''),
    os_user text not null,
    database_role text not null default session_user,
    session_began_at timestamptz not null
);

comment on table ops.trace_log is 'Every question after one child: whose key, why, by whom, in a session that began when';
comment on column ops.trace_log.session_began_at is 'As the server keeps it of the session; nobody who asks can say another';

create or replace function ops.stamp_trace() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        raise exception using message = 'what was asked of a child stays in the log';
    end if;
    select backend_start into new.session_began_at from pg_stat_activity where pid = pg_backend_pid();
    return new;
end
$$;

create or replace trigger stamp_trace before insert or update or delete on ops.trace_log
for each row execute function ops.stamp_trace();
