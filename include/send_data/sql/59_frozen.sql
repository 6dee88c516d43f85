-- Whatever is published is only ever added to: every table of the schema, those that are thought of later too.
create or replace function published.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_table_name = 'editions'
        and to_jsonb(old) - 'status' = to_jsonb(new) - 'status' and to_jsonb(new) ->> 'status' = 'approved'
        and exists (
            select 1 from published.approvals where edition_id = cast(to_jsonb(new) ->> 'edition_id' as bigint)
        ) then
        return new;
    end if;
    raise exception using message = 'published figures are never changed: freeze a new edition instead';
end
$$;

do $$
declare
    name text;
begin
    for name in select tablename from pg_tables where schemaname = 'published'
    loop
        execute 'create or replace trigger refuse_change before update or delete on published.' || quote_ident(name)
            || ' for each row execute function published.refuse_change()';
    end loop;
end
$$;
