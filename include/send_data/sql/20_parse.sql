-- Reading text as the type it should be. None of these raises: what cannot be read is null, and the contract says so.
create or replace function ops.make_date_or_null(y integer, m integer, d integer) returns date
language sql immutable parallel safe as $$
    select case
        when y between 1900 and 2199 and m between 1 and 12 and d between 1 and 31 and d <= (
            case
                when m in (4, 6, 9, 11) then 30
                when m = 2 then 28 + case when y % 4 = 0 and (y % 100 <> 0 or y % 400 = 0) then 1 else 0 end
                else 31
            end
        ) then make_date(y, m, d)
    end
$$;

create or replace function ops.as_date(t text) returns date
language sql immutable parallel safe as $$
    select case
        when t ~ '^\s*\d{4}-\d{2}-\d{2}\s*$' then ops.make_date_or_null(
            substr(btrim(t), 1, 4)::integer, substr(btrim(t), 6, 2)::integer, substr(btrim(t), 9, 2)::integer)
    end
$$;

create or replace function ops.as_date_uk(t text) returns date
language sql immutable parallel safe as $$
    select case
        when t ~ '^\s*\d{2}[/-]\d{2}[/-]\d{4}\s*$' then ops.make_date_or_null(
            substr(btrim(t), 7, 4)::integer, substr(btrim(t), 4, 2)::integer, substr(btrim(t), 1, 2)::integer)
    end
$$;

create or replace function ops.as_integer(t text) returns integer
language sql immutable parallel safe as $$
    select case when t ~ '^\s*[+-]?\d{1,9}\s*$' then btrim(t)::integer end
$$;

create or replace function ops.as_numeric(t text) returns numeric
language sql immutable parallel safe as $$
    select case when t ~ '^\s*[+-]?(\d{1,15}(\.\d{1,15})?|\.\d{1,15})\s*$' then btrim(t)::numeric end
$$;
