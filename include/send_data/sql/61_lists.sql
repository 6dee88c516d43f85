-- Where names are joined back, for list_maker alone. Each function runs with the pipeline's rights, so its caller needs
-- none on raw or identity; a session of the pipeline's own is refused. What they read is looked up when they are called:
-- every build makes those tables anew.

-- The month that the tables between raw and marts stand for. Refused while a build is at work on them, or when the last
-- build of the month did not end well.
create or replace function lists.standing_month(la text) returns date
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_month date;
begin
    if to_regclass('intermediate.int_months') is null then
        raise exception using message = 'no month has been built yet';
    end if;
    -- Held until the transaction ends; a build takes it for itself (send_data.build).
    if not pg_try_advisory_xact_lock_shared(3030003) then
        raise exception using message = 'a build is at work: make the list when it has ended';
    end if;
    execute 'select month_start from intermediate.int_months where is_reporting_month' into found_month;
    if coalesce((
        select b.status not in ('live', 'past') from ops.build as b
        where b.la_code = la and b.month = found_month order by b.build_id desc limit 1
    ), true) then
        raise exception using message = 'the last build of ' || to_char(found_month, 'YYYY-MM') || ' is not finished: build it again';
    end if;
    return found_month;
end
$$;

-- Nobody reads a name before the log says which list it is for: the line is written in the same session.
create or replace function lists.require_a_line(la text, which_list text, which_one text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select 1 from ops.list_log as l
        where l.la_code = la and l.list = which_list and l.of_when = which_one and l.event = 'read'
            and l.database_role = session_user and l.session_number = pg_backend_pid()
    ) then
        raise exception using message = 'ops.list_log has no line that this list is read';
    end if;
end
$$;

-- What a child is called in the deliveries in use: the SEN2 row with a UPN first; numbers it lacks from the census, and
-- the number by which the authority knows the child from the casework system.
create or replace function lists.names(la text) returns table (
    person_key uuid, forename text, surname text, born_on date, upn text, uln text, case_number text
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    -- The owner of a function may always call it.
    if session_user = current_user then
        raise exception using message = 'the pipeline links people and names none: list_maker does', errcode = '42501';
    end if;
    return query
    with rows_in_use as (
        select r.person_key, r.source, r.delivery_id, r.row_number, d.delivery_month
        from identity.source_record as r
        inner join staging.stg_ops__deliveries_in_use as d
            on r.source = d.source and r.delivery_id = d.delivery_id
        where d.la_code = la and r.source in ('sen2__person', 'census__pupil', 'casework__annual_review')
    ),
    cases as (
        select r.person_key, min(trim(c.case_id)) as case_number
        from rows_in_use as r
        inner join raw.casework__annual_review as c
            on r.source = 'casework__annual_review' and r.delivery_id = c.delivery_id and r.row_number = c.row_number
        group by r.person_key
    ),
    said as (
        select
            r.person_key, 1 as preference, r.delivery_month, r.row_number, trim(p.forename) as forename,
            trim(p.surname) as surname, ops.as_date(p.person_birth_date) as born_on,
            nullif(upper(trim(p.upn)), '') as upn, nullif(trim(p.unique_learner_number), '') as uln
        from rows_in_use as r
        inner join raw.sen2__person as p
            on r.source = 'sen2__person' and r.delivery_id = p.delivery_id and r.row_number = p.row_number
        union all
        select
            r.person_key, 2, r.delivery_month, r.row_number, trim(p.forename), trim(p.surname),
            ops.as_date(p.date_of_birth), nullif(upper(trim(p.upn)), ''), nullif(trim(p.unique_learner_number), '')
        from rows_in_use as r
        inner join raw.census__pupil as p
            on r.source = 'census__pupil' and r.delivery_id = p.delivery_id and r.row_number = p.row_number
    ),
    ranked as (
        select s.*, row_number() over (
            partition by s.person_key order by s.preference, s.delivery_month desc, s.upn is null, s.row_number
        ) as place
        from said as s
    )
    select
        r.person_key,
        max(r.forename) filter (where r.place = 1),
        max(r.surname) filter (where r.place = 1),
        max(r.born_on) filter (where r.place = 1),
        (array_agg(r.upn order by r.place) filter (where r.upn is not null))[1],
        (array_agg(r.uln order by r.place) filter (where r.uln is not null))[1],
        max(c.case_number)
    from ranked as r
    left join cases as c on r.person_key = c.person_key
    group by r.person_key;
end
$$;

-- Every setting that is owed the list: where a learner with a plan is placed, whether or not a review falls due, and
-- where a list of that term was sent before, which the new one takes the place of. No name of a child is in it.
create or replace function lists.settings(la text, which_one text) returns table (
    setting text, setting_name text, plans_count bigint
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    of_month date := lists.standing_month(la);
begin
    return query
    with placed as (
        select coalesce(p.urn, p.ukprn) as setting, p.plan_key
        from intermediate.int_plan_months as p
        where p.la_code = la and p.month_start = of_month and coalesce(p.urn, p.ukprn) is not null
        union all
        select distinct g.setting, null from ops.list_log as g
        where g.la_code = la and g.list = 'annual_reviews' and g.of_when = which_one and g.event = 'written'
            and g.setting ~ '^[0-9]+$'
    )
    select p.setting, max(e.establishment_name), count(p.plan_key)
    from placed as p
    left join staging.stg_gias__establishments as e on e.la_code = la and p.setting = e.urn
    group by p.setting
    order by p.setting;
end
$$;

-- The termly list: whom int_reviews_to_list has for the term, by name; setting is null without a placement.
create or replace function lists.annual_reviews(la text, which_one text) returns table (
    setting text, setting_type text, why text, surname text, forename text, born_on date, upn text, year_group integer,
    due_on date, phase_transfer_due_on date, last_reviewed_on date, meeting_on date, case_team text
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform lists.require_a_line(la, 'annual_reviews', which_one);
    perform lists.standing_month(la);
    return query
    select
        coalesce(l.urn, l.ukprn), l.setting_type, l.why, n.surname, n.forename, n.born_on, n.upn, l.year_group, l.due_on,
        l.phase_transfer_due_on, l.last_reviewed_on, l.meeting_on, l.case_team
    from intermediate.int_reviews_to_list as l
    left join lists.names(la) as n on l.person_key = n.person_key
    where l.la_code = la and replace(l.academic_year, '/', '-') || '-' || l.term = which_one
    order by l.due_on, n.surname, n.forename, l.person_key;
end
$$;

-- What an inspector's lists say of a child besides plan or support: registrations, exclusions and absence by the last
-- census up to the day, social care on the day. One row per child of whom any of it is known.
create or replace function lists.circumstances(la text, which_day date) returns table (
    person_key uuid, main_urn text, subsidiary_urn text, sen_group text, sex text, ethnicity text,
    sen_type text, suspensions_count bigint, permanent_exclusions_count bigint, absence_rate numeric,
    is_looked_after boolean, is_in_need boolean, is_disabled boolean
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    last_census_on date := (
        select max(c.census_on) from staging.stg_census__pupils as c where c.la_code = la and c.census_on <= which_day
    );
begin
    return query
    with roll as (
        select p.*, s.urn
        from staging.stg_census__pupils as p
        left join intermediate.int_schools as s
            on p.la_code = s.la_code and p.establishment_la_code = s.establishment_la_code
                and p.establishment_number = s.establishment_number and s.answers_to_its_number
        where p.la_code = la and p.census_on = last_census_on and p.is_on_roll and p.person_key is not null
            and (p.left_on is null or p.left_on > which_day)
    ),
    main as (
        select distinct on (r.person_key) r.* from roll as r
        where r.is_counted order by r.person_key, r.entered_on desc nulls last, r.urn
    ),
    subsidiary as (
        select distinct on (r.person_key) r.* from roll as r
        where r.enrolment_status_code = 'S' order by r.person_key, r.entered_on desc nulls last, r.urn
    ),
    excluded as (
        select
            x.person_key, count(*) filter (where x.category in ('suspension', 'lunchtime')) as suspensions,
            count(*) filter (where x.category = 'permanent') as permanents
        from staging.stg_census__exclusions as x
        where x.la_code = la and x.excluded_on > which_day - interval '6 months' and x.excluded_on <= which_day
        group by x.person_key
    ),
    looked_after as (
        select distinct e.person_key from staging.stg_ssda903__episodes as e
        where e.la_code = la and not e.is_short_break and e.began_on <= which_day
            and (e.ended_on is null or e.ended_on > which_day)
    ),
    in_need as (
        select distinct e.person_key from staging.stg_cin__episodes as e
        where e.la_code = la and e.referred_on <= which_day and (e.closed_on is null or e.closed_on > which_day)
    ),
    disabled as (
        select d.person_key, bool_or(d.is_disabled) as is_disabled
        from (
            select c.person_key, c.disability_code <> 'NONE' as is_disabled
            from staging.stg_cin__disabilities as c where c.la_code = la and c.disability_code is not null
            union all
            select l.person_key, true from staging.stg_ld_register__people as l
            where l.la_code = la and l.registered_on <= which_day and l.declined_on is null
        ) as d
        group by d.person_key
    ),
    -- Schools send kinds of need in spring alone.
    needs as (
        select distinct on (n.person_key) n.person_key, n.sen_type_code
        from staging.stg_census__sen_needs as n
        where n.la_code = la and n.census_month <= which_day
        order by n.person_key, n.census_month desc, n.need_order
    ),
    known as (
        select m.person_key from main as m
        union select s.person_key from subsidiary as s
        union select l.person_key from looked_after as l
        union select i.person_key from in_need as i
        union select d.person_key from disabled as d
    )
    select
        k.person_key, m.urn, s.urn, m.sen_group, m.sex, m.ethnicity_code, n.sen_type_code,
        case when m.person_key is not null then coalesce(x.suspensions, 0) end,
        case when m.person_key is not null then coalesce(x.permanents, 0) end,
        round(m.sessions_missed_count::numeric / nullif(m.sessions_possible_count, 0), 4),
        l.person_key is not null, i.person_key is not null, d.is_disabled
    from known as k
    left join main as m on k.person_key = m.person_key
    left join subsidiary as s on k.person_key = s.person_key
    left join needs as n on m.person_key = n.person_key
    left join excluded as x on k.person_key = x.person_key
    left join looked_after as l on k.person_key = l.person_key
    left join in_need as i on k.person_key = i.person_key
    left join disabled as d on k.person_key = d.person_key;
end
$$;

-- Annex A list 1: every child with a plan maintained on the day.
create or replace function lists.annex_a_plans(la text, which_day date) returns table (
    unique_id text, upn text, uln text, born_on date, sex text, ethnicity text, issued_on date, updated_on date,
    reviewed_on date, need text, main_urn text, main_phase_code text, main_setting_group text,
    subsidiary_phase_code text, subsidiary_setting_group text, is_home_educated boolean, suspensions_count bigint,
    permanent_exclusions_count bigint, absence_rate numeric, is_looked_after boolean, is_in_need boolean,
    is_disabled boolean
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform lists.require_a_line(la, 'annex_a', which_day::text);
    perform lists.standing_month(la);
    return query
    with held as (
        select distinct on (p.person_key) p.*
        from intermediate.int_plans as p
        where p.la_code = la and p.begun_on <= which_day and (p.ceased_on is null or p.ceased_on > which_day)
        order by p.person_key, p.begun_on desc, p.plan_key
    ),
    placed as (
        select distinct on (l.plan_key) l.*
        from intermediate.int_placements as l
        where l.la_code = la and l.entered_on <= which_day and (l.left_on is null or l.left_on >= which_day)
        order by l.plan_key, l.placement_rank, l.entered_on desc, l.placement_key
    ),
    reviewed as (
        select
            v.plan_key, max(v.decided_on) filter (where v.decided_on <= which_day) as reviewed_on,
            max(v.final_plan_on) filter (where v.final_plan_on <= which_day) as updated_on
        from intermediate.int_reviews as v where v.la_code = la group by v.plan_key
    ),
    schools as (
        select e.urn, e.phase_code, coalesce(t.setting_group, 'elsewhere') as setting_group
        from staging.stg_gias__establishments as e
        left join staging.setting_type as t on e.type_code = t.type_code
        where e.la_code = la
    ),
    people as (
        select p.person_key, max(p.sex) as sex, max(p.ethnicity_code) as ethnicity
        from staging.stg_sen2__persons as p where p.la_code = la group by p.person_key
    )
    select
        n.case_number, n.upn, n.uln, n.born_on, p.sex, p.ethnicity, coalesce(h.issued_on, h.begun_on),
        greatest(
            v.updated_on, case when h.started_on > coalesce(h.issued_on, h.begun_on) and h.started_on <= which_day
                then h.started_on end
        ),
        v.reviewed_on, h.primary_need, coalesce(l.urn, c.main_urn), s.phase_code,
        -- A provider without a URN is told by the kind of placement.
        case when coalesce(l.urn, c.main_urn) is null then l.setting_group else s.setting_group end,
        b.phase_code, b.setting_group, coalesce(l.setting_type = 'elective_home_education', false),
        c.suspensions_count, c.permanent_exclusions_count, c.absence_rate,
        coalesce(c.is_looked_after, false), coalesce(c.is_in_need, false), c.is_disabled
    from held as h
    left join people as p on h.person_key = p.person_key
    left join lists.names(la) as n on h.person_key = n.person_key
    left join placed as l on h.plan_key = l.plan_key
    left join reviewed as v on h.plan_key = v.plan_key
    left join lists.circumstances(la, which_day) as c on h.person_key = c.person_key
    left join schools as s on coalesce(l.urn, c.main_urn) = s.urn
    left join schools as b on c.subsidiary_urn = b.urn
    order by n.upn, n.uln, n.case_number, h.person_key;
end
$$;

-- Annex A list 2: every child on SEN support in the last census up to the day who has no plan on it.
create or replace function lists.annex_a_sen_support(la text, which_day date) returns table (
    unique_id text, upn text, uln text, born_on date, sex text, ethnicity text, need text, main_urn text,
    main_phase_code text, main_setting_group text, subsidiary_phase_code text, subsidiary_setting_group text,
    suspensions_count bigint, permanent_exclusions_count bigint, absence_rate numeric, is_looked_after boolean,
    is_in_need boolean, is_disabled boolean
)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform lists.require_a_line(la, 'annex_a', which_day::text);
    perform lists.standing_month(la);
    return query
    with schools as (
        select e.urn, e.phase_code, coalesce(t.setting_group, 'elsewhere') as setting_group
        from staging.stg_gias__establishments as e
        left join staging.setting_type as t on e.type_code = t.type_code
        where e.la_code = la
    ),
    -- Ethnicity comes in spring alone.
    ethnicities as (
        select distinct on (p.person_key) p.person_key, p.ethnicity_code
        from staging.stg_census__pupils as p
        where p.la_code = la and p.census_on <= which_day and p.ethnicity_code is not null
        order by p.person_key, p.census_on desc
    )
    select
        n.case_number, n.upn, n.uln, n.born_on, c.sex, e.ethnicity_code, c.sen_type, c.main_urn, s.phase_code,
        s.setting_group, b.phase_code, b.setting_group, c.suspensions_count, c.permanent_exclusions_count,
        c.absence_rate, c.is_looked_after, c.is_in_need, c.is_disabled
    from lists.circumstances(la, which_day) as c
    left join lists.names(la) as n on c.person_key = n.person_key
    left join ethnicities as e on c.person_key = e.person_key
    left join schools as s on c.main_urn = s.urn
    left join schools as b on c.subsidiary_urn = b.urn
    where c.sen_group = 'sen_support' and not exists (
        select 1 from intermediate.int_plans as p
        where p.la_code = la and p.person_key = c.person_key and p.begun_on <= which_day
            and (p.ceased_on is null or p.ceased_on > which_day)
    )
    order by n.upn, n.uln, c.person_key;
end
$$;

-- Whoever is not granted a function (send_data.warehouse) may not call it.
revoke all on all functions in schema lists from public;
