-- What was told to whom, and what could not be. Rows are only ever added; no address and no text of a message is kept.
create table if not exists ops.message_log (
    entry_id bigint generated always as identity primary key,
    about text not null,
    channel text not null check (channel in ('email', 'folder', 'teams')),
    role text not null,
    message_id text not null,
    outcome text not null check (outcome in ('sent', 'failed')),
    why text,
    session_began_at timestamptz not null
);

create unique index if not exists sent_once on ops.message_log (about, channel, role) where outcome = 'sent';

comment on table ops.message_log is 'Every message: about what, to which role, by which channel, whether it was sent, in a session that began when';
comment on column ops.message_log.about is 'What the message tells: a message that tells several things has a row for each';
comment on column ops.message_log.why is 'Why it could not be sent, or what went wrong although it was; no address';

create or replace function ops.stamp_message() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        raise exception using message = 'what was told stays in the log';
    end if;
    select backend_start into new.session_began_at from pg_stat_activity where pid = pg_backend_pid();
    return new;
end
$$;

create or replace trigger stamp_message before insert or update or delete on ops.message_log
for each row execute function ops.stamp_message();
