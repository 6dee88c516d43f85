"""The lists with names of the small borough, opened with their passwords and worked out a second way from its files."""

import io
import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from tests import borough as boroughs
from tests import openssh
from tests.borough import MONTHS, Borough
from tests.locked import unlocked
from tests.second_way.files import Files, codes, days, numbers
from tests.second_way.plans import groups_on, plan_months, plans
from tests.second_way.reviews import cycles, reviews

TERM = "2026-27-spring"
SHEETS = ("Due this term", "Due earlier", "Phase transfers")
STARTS_ON, LAST_ON = pd.Timestamp("2027-01-04"), pd.Timestamp("2027-04-11")
DAYS = ("2026-10-31", "2026-10-10", "2026-06-30")


@pytest.fixture(scope="module")
def files(borough) -> Files:
    return Files(borough, MONTHS[-1])


def folder(borough: Borough) -> Path:
    return borough.home / "outbox" / "review-lists" / TERM


def password(borough: Borough, setting: str) -> str:
    return json.loads((borough.home / "list_passwords.json").read_text())[setting]


def book(borough: Borough, setting: str) -> dict[str, pd.DataFrame]:
    """The sheets of a setting's workbook that have a table, by name."""
    sheets = _sheets((folder(borough) / f"{setting}-{TERM}.xlsx").read_bytes(), password(borough, setting))
    return {name: _table(sheet) for name, sheet in sheets.items() if _header(sheet) is not None}


@cache
def _sheets(content: bytes, word: str) -> dict[str, pd.DataFrame]:
    """To try a password takes a tenth of a second, by design: each file is opened once."""
    return pd.read_excel(io.BytesIO(unlocked(content, word)), sheet_name=None, header=None, dtype=object)


def _header(sheet):
    is_header = sheet.iloc[:, 0].isin(["Surname", "Setting"])
    return is_header.idxmax() if is_header.any() else None


def _table(sheet):
    first = _header(sheet)
    table = sheet.iloc[first + 1 :].reset_index(drop=True)
    return table.set_axis(list(sheet.iloc[first]), axis=1)


def listed(borough: Borough, sheet: str) -> pd.DataFrame:
    """Everybody who stands on a sheet of whichever workbook, with the setting."""
    parts = []
    for path in sorted(folder(borough).glob("*.xlsx")):
        setting = path.name.removesuffix(f"-{TERM}.xlsx")
        parts += [table.assign(setting=setting) for name, table in book(borough, setting).items() if name == sheet]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(PRINTED))


def names(files: Files) -> pd.DataFrame:
    """What SEN2 calls each child, a row with a UPN first, and the census's UPN where SEN2 has none."""
    rows = files.rows("sen2__person").assign(is_without=lambda row: row.upn.isna())
    rows = rows.sort_values(["is_without", "row_number"]).drop_duplicates("person")
    of_census = files.rows("census__pupil").dropna(subset=["person", "upn"]).sort_values("delivery_month")
    of_census = of_census.drop_duplicates("person", keep="last").set_index("person").upn
    return rows.assign(upn=rows.upn.fillna(rows.person.map(of_census)), born_on=days(rows.person_birth_date))


def due(files: Files) -> pd.DataFrame:
    """Every child with a plan at the month's end, with the undecided review that is due first and the setting."""
    held = plan_months(files)
    held = held[held.month_start.eq(pd.Timestamp(f"{files.month}-01"))]
    open_ = cycles(files).query("decided_on.isna()")[["plan", "begins_on", "due_on", "meeting_on"]]
    rows = held.merge(open_, on="plan", how="left").sort_values("due_on").drop_duplicates("person")
    rows = rows.merge(names(files)[["person", "surname", "forename", "born_on", "upn"]], on="person")
    return rows.assign(setting=rows.urn.fillna(rows.ukprn).fillna("sen-team"))


def as_set(rows: pd.DataFrame, columns: dict[str, str]) -> set[tuple]:
    """Rows as tuples of text in the order of the columns; nothing is ''."""
    taken = rows[list(columns)].rename(columns=columns)
    return {tuple("" if pd.isna(v) else str(v).removesuffix(" 00:00:00") for v in row) for row in taken.values.tolist()}


PRINTED = {"setting": "setting", "Surname": "surname", "Forename": "forename", "Date of birth": "born_on", "UPN": "upn",
           "Review due by": "due_on", "Meeting held on": "meeting_on"}  # fmt: skip
KNOWN = {name: name for name in PRINTED.values()}


def test_the_reviews_due_in_the_term_are_those_of_the_second_way(borough, files):
    rows = due(files)
    in_term = rows[rows.due_on.between(STARTS_ON, LAST_ON)]
    assert len(in_term) >= 3
    assert as_set(listed(borough, "Due this term"), PRINTED) == as_set(in_term, KNOWN)


def test_the_reviews_due_before_it_are_those_of_the_second_way(borough, files):
    rows = due(files)
    before = rows[rows.due_on.lt(STARTS_ON)]
    assert len(before) >= 3
    assert as_set(listed(borough, "Due earlier"), PRINTED) == as_set(before, KNOWN)


def test_nobody_is_on_two_lists_and_nobody_on_none(borough, files):
    wanted = to_list(files)
    sheets = [listed(borough, sheet) for sheet in SHEETS]
    undated = book(borough, "sen-team").get("No day known", pd.DataFrame())
    assert sum(map(len, sheets)) + len(undated) == len(wanted)


def test_the_last_review_is_the_last_decision_that_keeps_the_plan(borough, files):
    kept = reviews(files).query("decision in ['M', 'A']").groupby("plan").decided_on.max()
    rows = due(files).assign(last_on=lambda row: row.plan.map(kept))
    rows = rows[rows.due_on.le(LAST_ON)]
    found = pd.concat([listed(borough, sheet) for sheet in SHEETS[:2]])
    assert as_set(found, {"UPN": "upn", "Last review decided on": "last_on", "Surname": "surname"}) == as_set(
        rows, {"upn": "upn", "last_on": "last_on", "surname": "surname"}
    )
    assert rows.last_on.notna().any()


def test_the_deadline_of_a_phase_transfer(borough, files):
    """As the review log has it; where it has none, 15 February or 31 March for whom the setting has no next year."""
    found = pd.concat([listed(borough, sheet) for sheet in SHEETS])
    assert as_set(found, {"Surname": "surname", "UPN": "upn", "Phase transfer: plan due by": "on"}) == as_set(
        to_list(files), {"surname": "surname", "upn": "upn", "deadline": "on"}
    )


def test_who_moves_is_listed_though_the_review_is_due_later(borough, files):
    rows = to_list(files)
    assert as_set(listed(borough, "Phase transfers"), PRINTED) == as_set(rows[rows.due_on.gt(LAST_ON)], KNOWN)


def to_list(files: Files) -> pd.DataFrame:
    """Everybody who belongs on some sheet, with the deadline of a phase transfer."""
    rows = due(files).assign(year=lambda row: _year_group(row.born))
    log = reviews(files).dropna(subset="phase_transfer_due_on")
    log = log[log.phase_transfer_due_on.between("2026-09-01", "2027-03-31")].drop_duplicates("plan").set_index("plan")
    register = files.rows("gias__establishment").assign(urn=lambda row: codes(row.urn))
    high_age = numbers(register.set_index("urn").high_age)
    rows["deadline"] = [_deadline(row, log, high_age) for row in rows.itertuples()]
    return rows[rows.due_on.isna() | rows.due_on.le(LAST_ON) | rows.deadline.ge(STARTS_ON)]


def _year_group(born):
    """On the first day of the spring term: children born from September 2020 to August 2021 are in Year 1."""
    return 2026 - born.dt.year - born.dt.month.ge(9) - 4


def _deadline(row, log, high_age):
    if row.plan in log.index:
        recorded = log.loc[row.plan]
        is_school = recorded.phase_transfer_due_on < pd.Timestamp("2027-03-01")
        spring = pd.Timestamp("2027-02-15" if is_school else "2027-03-31")
        return pd.NaT if pd.notna(recorded.phase_transfer_final_on) else spring
    oldest = high_age.get(row.urn)
    if row.setting_group in ("post_16", "elsewhere", "none"):
        return pd.NaT
    moves = row.year in (-1, 6, 11) if pd.isna(oldest) else -1 <= row.year <= 14 and oldest <= row.year + 5
    moves = moves or (row.setting_group == "mainstream" and row.year == 11)
    return pd.Timestamp("2027-03-31" if row.year >= 11 else "2027-02-15") if moves else pd.NaT


def test_every_setting_has_a_workbook_also_with_nobody_on_it(borough, files):
    """Also one that had a list of the term in September and has no learner with a plan any more."""
    earlier = borough.query(
        "select distinct setting from ops.list_log where month = '2026-09-01' and setting is not null"
    )
    settings = set(due(files).setting) | set(earlier.setting) | {"sen-team"}
    assert {path.name.removesuffix(f"-{TERM}.xlsx") for path in folder(borough).glob("*")} == settings
    gone, without = set(earlier.setting) - set(due(files).setting), settings - set(to_list(files).setting)
    assert gone - {"sen-team"}
    assert without > gone - {"sen-team"}
    for setting in without - {"sen-team"}:
        sheets = _sheets((folder(borough) / f"{setting}-{TERM}.xlsx").read_bytes(), password(borough, setting))
        said = sheets["Due this term"][0].astype(str)
        assert said.str.contains("has an annual review due in this term. This list is complete.").any()


def test_the_sen_team_sees_every_list(borough, files):
    rows = due(files)
    index = book(borough, "sen-team")["All lists"]
    index = index[index.Plans.ne(0)]
    expected = rows[rows.setting.ne("sen-team")].groupby("setting").agg(
        plans=("plan", "size"), due=("due_on", lambda on: on.between(STARTS_ON, LAST_ON).sum())
    )  # fmt: skip
    assert [tuple(map(str, row)) for row in index[["Setting", "Plans", "Due this term"]].values] == [
        tuple(map(str, row)) for row in expected.reset_index().sort_values("setting").values
    ]


def test_each_password_opens_one_setting_alone(borough):
    first, second, *_ = sorted(path.name.removesuffix(f"-{TERM}.xlsx") for path in folder(borough).glob("9*"))
    content = (folder(borough) / f"{first}-{TERM}.xlsx").read_bytes()
    unlocked(content, password(borough, first))
    with pytest.raises(Exception, match="Key verification failed"):
        unlocked(content, password(borough, second))
    told = borough.send("lists", "password", first)
    assert told.stdout.strip() == password(borough, first)


def test_every_file_has_its_line_in_the_log(borough, files):
    log = borough.query(
        f"select * from ops.list_log where of_when = '{TERM}' and month = '2026-10-01' order by line_id"
    )
    assert set(log.database_role) == {"list_maker"}
    assert log.event[0] == "read"
    assert log[log.event.eq("written")].groupby("file_name").size().ge(1).all()
    last = log[log.event.eq("written")].drop_duplicates("file_name", keep="last")
    assert set(last.file_name) == {path.name for path in folder(borough).glob("*")}
    assert int(last.row_count.sum()) == len(to_list(files))
    assert borough.query("select count(*) as n from ops.list_log where month = '2026-09-01'").n[0] > 0


@pytest.mark.parametrize("role", ["bi_reader", "board_reader", "pipeline"])
def test_with_real_tables_too_no_other_role_reads_a_name(borough, role):
    for function in ("lists.names('303')", f"lists.annual_reviews('303', '{TERM}')"):
        with pytest.raises(pd.errors.DatabaseError, match=r"permission denied|names none|has no line"):
            borough.query(f"select * from {function}", role)


def test_the_list_maker_reads_a_list_and_no_table(borough):
    with boroughs.engine_of(str(borough.home), "list_maker").connect() as connection:
        for table in (
            "raw.sen2__person",
            "identity.source_record",
            "intermediate.int_reviews_to_list",
            "marts.dim_plans",
        ):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.exec_driver_sql(f"select * from {table}")
            connection.rollback()
        connection.exec_driver_sql(
            "insert into ops.list_log (la_code, list, of_when, event, month, os_user) "
            f"values ('303', 'annual_reviews', '{TERM}', 'read', '2026-10-01', 'a test')"
        )
        connection.commit()
        found = connection.exec_driver_sql(f"select * from lists.annual_reviews('303', '{TERM}')").all()
    assert len(found) == sum(len(listed(borough, sheet)) for sheet in SHEETS)


# --- sent, and what speaks against it ---------------------------------------------------------------------------------


def gaps(borough: Borough, environment: dict | None = None) -> list[str]:
    line = f"import json; from send_data import evidence; print(json.dumps(evidence.missing_from_lists('{TERM}')))"
    done = boroughs.Borough(environment or borough.environment, {}, {}).run(line)
    return json.loads(done)


def test_what_speaks_against_the_lists_is_found(borough):
    assert gaps(borough) == []
    file = sorted(folder(borough).glob("9*"))[0]
    content, stranger = file.read_bytes(), folder(borough) / "stranger.xlsx"
    try:
        file.write_bytes(content[:-1])
        stranger.write_bytes(b"x")
        assert gaps(borough) == [
            f"review-lists/{TERM}/{file.name} is not the file that was written",
            f"review-lists/{TERM}/stranger.xlsx stands in the outbox and nobody wrote it",
        ]
        file.unlink()
        assert f"review-lists/{TERM}/{file.name} is not the file that was written" in gaps(borough)
    finally:
        file.write_bytes(content)
        stranger.unlink()
    assert gaps(borough) == []


def test_lists_are_uploaded_once_to_a_real_server(borough, tmp_path):
    if openssh.SSHD is None:
        pytest.skip(openssh.MISSING)
    with openssh.serving(tmp_path) as server:
        environment = borough.environment | server.settings("lists_sftp")
        assert any("was not sent" in gap for gap in gaps(borough, environment))
        done = boroughs.send(environment, "lists", "send", TERM)
        assert done.returncode == 0, done.stderr[-2000:]
        sent = {str(p.relative_to(server.outbox)): p.read_bytes() for p in server.outbox.rglob("*") if p.is_file()}
        assert sent == {
            f"{path.name.removesuffix(f'-{TERM}.xlsx')}/{path.name}": path.read_bytes()
            for path in folder(borough).glob("*")
        }
        assert gaps(borough, environment) == []
        assert "0 files sent" in boroughs.send(environment, "lists", "send", TERM).stdout


def test_a_month_that_is_not_the_last_built_is_refused(borough):
    done = borough.send("lists", "reviews", "--month", "2026-09")
    assert done.returncode == 1
    assert done.stderr.strip() == "the last build stands for 2026-10: run `send build --month 2026-09` first"


def test_a_term_that_is_too_far_away_is_refused(borough):
    done = borough.send("lists", "reviews", "--term", "2027-28-summer")
    assert done.returncode == 1
    assert "there are lists of 2026-27-autumn, 2026-27-spring, 2026-27-summer, 2027-28-autumn" in done.stderr


# --- inspection lists -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inspection(borough) -> dict[str, dict[str, pd.DataFrame]]:
    """The two lists by day, as text, and the notes of the last."""
    made = {}
    for day in DAYS:
        done = borough.send("lists", "annex-a", "--on", day)
        assert done.returncode == 0, done.stderr[-2000:]
        (path,) = (borough.home / "outbox" / "inspection").glob("*")
        assert path.name == f"annex-a-{day}.xlsx"
        content = unlocked(path.read_bytes(), password(borough, "annex_a"))
        sheets = pd.read_excel(io.BytesIO(content), sheet_name=["List 1", "List 2"], dtype=object)
        made[day] = sheets | pd.read_excel(io.BytesIO(content), sheet_name=["Notes"], header=None)
    return made


@pytest.mark.parametrize("day", DAYS)
def test_list_1_is_everybody_with_a_plan_on_the_day(inspection, files, day):
    on = pd.Timestamp(day)
    rows = plans(files)
    rows = rows[rows.begun_on.le(on) & ~rows.ceased_on.le(on)].assign(on=on)
    rows = groups_on(files, rows.sort_values("begun_on").drop_duplicates("person", keep="last"))
    rows = rows.merge(names(files)[["person", "upn", "born_on"]], on="person")
    log = reviews(files)
    rows["reviewed"] = rows.plan.map(log[log.decided_on.le(on)].groupby("plan").decided_on.max())
    rows["need"] = rows.primary_need.where(rows.primary_need.ne("unknown")).replace("DS", "OTH")
    rows["issued"] = rows.issued_on.fillna(rows.begun_on)
    rows["at_home"] = rows.setting_type.eq("elective_home_education").map({True: "a) Yes", False: "b) No"})
    found = inspection[day]["List 1"]
    found["need"] = found["SEN primary need"].str.slice(3)
    assert len(found) == len(rows) > 15
    columns = {"UPN": "upn", "Date of birth": "born_on", "Date initial EHC plan issued": "issued",
               "Date EHC plan last reviewed": "reviewed", "need": "need",
               "Elective home education": "at_home"}  # fmt: skip
    assert as_set(found, columns) == as_set(rows, {name: name for name in columns.values()})
    placed = rows[rows.urn.notna()]
    assert as_set(placed, {"upn": "upn", "urn": "urn"}) <= as_set(
        found, {"UPN": "upn", "Main education establishment – URN": "urn"}
    )


@pytest.mark.parametrize("day", DAYS)
def test_list_2_is_everybody_on_sen_support_in_the_last_census_who_has_no_plan(inspection, files, day):
    on = pd.Timestamp(day)
    held = plans(files)
    held = set(held[held.begun_on.le(on) & ~held.ceased_on.le(on)].person)
    schools = files.rows("census__school")[["delivery_id", "school_census_id", "reference_date"]]
    rows = files.rows("census__pupil").merge(schools, on=["delivery_id", "school_census_id"])
    rows = rows.assign(census_on=days(rows.reference_date)).query("census_on <= @on")
    rows = rows[rows.census_on.eq(rows.census_on.max()) & rows.is_on_roll.eq("1")]
    rows = rows[codes(rows.enrolment_status).isin(["C", "M"]) & codes(rows.sen_provision).eq("K")]
    rows = rows[~rows.person.isin(held)].drop_duplicates("person")
    assert set(inspection[day]["List 2"].UPN) == set(rows.upn)
    assert len(inspection[day]["List 2"]) == len(rows)


def test_a_list_says_what_no_source_gives(inspection):
    notes = inspection[DAYS[0]]["Notes"].set_index(0)
    listed_1 = inspection[DAYS[0]]["List 1"]
    assert listed_1["Pupil Premium"].isna().all()
    assert notes.loc["Pupil Premium", 1] == "No source that comes to us has it"
    assert notes.loc["Pupil Premium", 2] == len(listed_1)
    for title in listed_1.columns:
        if title != "need":
            assert notes.loc[title, 2] == listed_1[title].isna().sum(), title


def test_inspection_lists_have_their_lines_too(borough, inspection):
    log = borough.query("select * from ops.list_log where list = 'annex_a' order by line_id")
    assert list(log.of_when[log.event.eq("read")])[-len(DAYS) :] == list(DAYS)
    last = log[log.event.eq("written")].iloc[-1]
    assert last.row_count == sum(len(inspection[DAYS[-1]][name]) for name in ("List 1", "List 2"))
    assert list(log.file_name[log.event.eq("removed")])[-2:] == [f"annex-a-{day}.xlsx" for day in DAYS[:-1]]


@pytest.mark.parametrize("day", ["2026-11-01", "2023-01-01"])
def test_a_day_that_the_build_does_not_tell_of_is_refused(borough, day):
    done = borough.send("lists", "annex-a", "--on", day)
    assert done.returncode == 1
    assert day in done.stderr


def test_no_name_is_in_the_name_of_a_file_or_in_what_is_told(borough, files):
    said = borough.send("lists", "reviews")
    assert said.returncode == 0, said.stderr[-2000:]
    told = said.stdout + said.stderr + " ".join(path.name for path in (borough.home / "outbox").rglob("*"))
    people = names(files)
    assert not [word for word in {*people.surname, *people.upn.dropna()} if word in told]
    assert gaps(borough) == []
