"""Termly lists: which term, and that no role but one can join names back. The lists themselves: tests/e2e."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from send_data import annex_a, lists, outbox
from send_data import warehouse as store
from send_data.lists import ListsError
from send_data.outbox import Log

TERMS = lists.terms()
CALLS = {
    "lists.names('303')", "lists.annual_reviews('303', '2026-27-spring')", "lists.settings('303', '2026-27-spring')",
    "lists.annex_a_plans('303', date '2026-10-31')", "lists.annex_a_sen_support('303', date '2026-10-31')",
    "lists.circumstances('303', date '2026-10-31')",
}  # fmt: skip


def call(role: str, function: str) -> None:
    with store.engine(role).connect() as connection:
        connection.exec_driver_sql(f"select * from {function}").all()


@given(st.dates(TERMS[0].starts_on, TERMS[-1].last_on))
def test_every_day_belongs_to_exactly_one_term(day):
    assert len([term for term in TERMS if term.starts_on <= day <= term.last_on]) == 1


def test_a_term_reaches_over_the_holiday_after_it():
    spring = next(term for term in TERMS if term.id == "2026-27-spring")
    assert (spring.starts_on, spring.ends_on, spring.last_on) == (
        date(2027, 1, 4),
        date(2027, 3, 25),
        date(2027, 4, 11),
    )


@pytest.mark.parametrize(("month", "term"), [
    # A term that begins on the first day after the month is the next; one that has begun is not.
    ("2026-08-01", "2026-27-autumn"), ("2026-09-01", "2026-27-spring"), ("2026-10-01", "2026-27-spring"),
    ("2026-12-01", "2026-27-spring"), ("2027-01-01", "2026-27-summer"), ("2027-05-01", "2027-28-autumn"),
])  # fmt: skip
def test_the_next_term_after_a_month(month, term):
    assert lists.next_term(date.fromisoformat(month)).id == term


def test_without_the_dates_of_the_term_after_nobody_is_left_out_silently():
    with pytest.raises(ListsError, match=r"term_dates\.csv ends before"):
        lists.next_term(TERMS[-1].starts_on.replace(day=1))


def test_names_of_files_say_for_whom_and_when_and_nothing_else():
    assert lists.file_name("900001", "2026-27-spring") == "900001-2026-27-spring.xlsx"


@pytest.mark.parametrize("function", sorted(CALLS))
@pytest.mark.parametrize("role", ["bi_reader", "board_reader"])
def test_no_reader_can_call_what_joins_names_back(warehouse, role, function):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied for schema lists"):
        call(role, function)


def test_the_pipeline_itself_is_refused(warehouse):
    with pytest.raises(sa.exc.ProgrammingError, match="the pipeline links people and names none"):
        call("pipeline", "lists.names('303')")


@pytest.mark.parametrize("table", ["raw.sen2__person", "identity.source_record", "identity.identifier", "ops.delivery",
                                   "ops.list_log", "ops.trace_log", "intermediate.t", "staging.t", "marts.t",
                                   "published.editions"])  # fmt: skip
def test_the_list_maker_reads_no_table(warehouse, table):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        call("list_maker", table)


@pytest.mark.parametrize("function", ["lists.names('303')", "lists.circumstances('303', date '2026-10-31')",
                                      "lists.require_a_line('303', 'annex_a', 'x')"])  # fmt: skip
def test_the_list_maker_calls_whole_lists_alone(warehouse, function):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied for function"):
        call("list_maker", function)


@pytest.mark.parametrize("function", sorted(CALLS - {"lists.names('303')", "lists.settings('303', '2026-27-spring')",
                                                     "lists.circumstances('303', date '2026-10-31')"}))  # fmt: skip
def test_nobody_reads_a_list_before_the_log_says_so(warehouse, function):
    with pytest.raises(sa.exc.DBAPIError, match=r"ops\.list_log has no line"):
        call("list_maker", function)


def test_a_line_of_another_session_or_list_does_not_do(warehouse):
    with outbox.as_list_maker() as one, store.engine("list_maker").connect() as other:
        for list_, of_when in (("annual_reviews", "2026-27-summer"), ("annex_a", "2026-27-spring")):
            Log(one, list_, of_when, date(2026, 10, 1)).add("read")
        Log(other, "annual_reviews", "2026-27-spring", date(2026, 10, 1)).add("read")
        with pytest.raises(sa.exc.DBAPIError, match=r"ops\.list_log has no line"):
            one.exec_driver_sql("select * from lists.annual_reviews('303', '2026-27-spring')")


@pytest.mark.parametrize("statement", [
    "update ops.list_log set os_user = 'x'", "delete from ops.list_log", "create table lists.t (a int)",
    "create or replace function lists.names(la text) returns int language sql as 'select 1'", "set role send_pipeline",
])  # fmt: skip
def test_the_list_maker_cannot_change_the_log_or_make_anything(warehouse, statement):
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), store.engine("list_maker").begin() as c:
        c.exec_driver_sql(statement)


def test_no_list_while_a_build_is_at_work(warehouse):
    with store.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
        connection.exec_driver_sql("drop table if exists intermediate.int_months cascade")
        connection.exec_driver_sql(
            "create table intermediate.int_months as "
            "select date '2026-10-01' as month_start, true as is_reporting_month"
        )
    with store.engine().connect() as building, outbox.as_list_maker() as connection:
        building.execute(sa.text("select pg_advisory_lock(:key)"), {"key": store.TABLES_LOCK})
        with pytest.raises(ListsError, match="a build is at work"):
            lists.standing_month(connection)
        building.execute(sa.text("select pg_advisory_unlock(:key)"), {"key": store.TABLES_LOCK})
        connection.rollback()
        with pytest.raises(ListsError, match="the last build of 2026-10 is not finished: build it again"):
            lists.standing_month(connection)


@pytest.mark.parametrize(("day", "version"), [(date(2025, 6, 6), "2025-06"), (date(2026, 10, 31), "2025-06")])
def test_the_definition_in_force_is_used(day, version):
    assert annex_a.definition_on(day)["version"] == version


def test_before_its_first_definition_there_is_no_list():
    with pytest.raises(annex_a.AnnexAError, match="no definition for 2025-06-05"):
        annex_a.definition_on(date(2025, 6, 6) - timedelta(days=1))


LIST_1 = [
    "Unique ID", "UPN", "ULN", "Date of birth", "Gender", "Ethnicity", "Date initial EHC plan issued",
    "Date updated EHC plan issued", "Date EHC plan last reviewed", "SEN primary need",
    "Main education establishment – URN", "Main education establishment – phase",
    "Subsidiary education establishment – phase (dual registration)", "Elective home education", "Suspensions",
    "Permanent exclusions", "Absence", "Pupil Premium", "Known to children's social care?",
    "Which children's social care team?", "Does the child or young person have a disability?",
]  # fmt: skip


def test_the_columns_are_those_that_inspectors_name():
    definition = annex_a.definition_on(date(2026, 10, 31))
    one, two = ([definition["columns"][name]["title"] for name in wanted["columns"]] for wanted in definition["lists"])
    assert one == LIST_1
    dropped = {"Date initial EHC plan issued", "Date updated EHC plan issued", "Date EHC plan last reviewed",
               "Elective home education"}  # fmt: skip
    assert two == [title for title in LIST_1 if title not in dropped]


ROW = {
    "sex": "F", "ethnicity": "WENG", "need": "ASD", "main_urn": "100001", "main_phase_code": "4",
    "main_setting_group": "special", "subsidiary_phase_code": "2", "subsidiary_setting_group": "mainstream",
    "is_home_educated": False, "absence_rate": None, "is_looked_after": True, "is_in_need": True, "is_disabled": None,
}  # fmt: skip


@pytest.mark.parametrize(("column", "changed", "cell"), [
    ("sex", {}, "b) Female"), ("sex", {"sex": "unknown"}, "c) Not known"), ("sex", {"sex": None}, "c) Not known"),
    ("ethnicity", {}, "a) WBRI"), ("ethnicity", {"ethnicity": "OOTH"}, "r) OOTH"),
    ("ethnicity", {"ethnicity": None}, "u) UNKNOWN"), ("ethnicity", {"ethnicity": "NEW1"}, "u) UNKNOWN"),
    ("need", {}, "k) ASD"), ("need", {"need": "DS"}, "l) OTH"), ("need", {"need": "NSA"}, None),
    ("need", {"need": "unknown"}, None), ("main_phase", {}, "g) Special"), ("subsidiary_phase", {}, "b) Primary"),
    ("main_phase", {"main_setting_group": "mainstream"}, "e) Secondary"),
    ("main_phase", {"main_setting_group": "mainstream", "main_phase_code": "5"}, "d) Middle (deemed secondary)"),
    ("main_phase", {"main_setting_group": "post_16", "main_phase_code": None}, "i) FE college"),
    ("main_phase", {"main_setting_group": None, "main_phase_code": None}, None),
    ("home_educated", {}, "b) No"), ("home_educated", {"is_home_educated": True}, "a) Yes"),
    ("absence", {"absence_rate": 0.1167}, 11.7), ("absence", {}, None), ("pupil_premium", {}, None),
    ("known_to_social_care", {}, "a) Yes"), ("team", {}, "Children in care"),
    ("team", {"is_looked_after": False}, "Children in need"),
    ("known_to_social_care", {"is_looked_after": False, "is_in_need": False}, "b) No"),
    ("team", {"is_looked_after": False, "is_in_need": False}, None), ("disability", {}, None),
    ("disability", {"is_disabled": False}, "b) No"), ("disability", {"is_disabled": True}, "a) Yes"),
])  # fmt: skip
def test_codes(column, changed, cell):
    assert annex_a.cells([column], ROW | changed, annex_a.definition_on(date(2026, 10, 31))["codes"]) == [cell]


def test_every_code_of_ours_has_its_place():
    """A code that a source may send and the definition forgot would stand as unknown."""
    from send_data import seeds

    codes = annex_a.definition_on(date(2026, 10, 31))["codes"]
    ethnicities = {code for label, of in codes["ethnicity"].items() if label != "otherwise" for code in of}
    assert ethnicities == {row["code"] for row in seeds.rows("codes", "ethnicity")}
    assert set(codes["need"]) == {row["code"] for row in seeds.rows("codes", "sen_type")}
    assert set(codes["phase"]) == {row["code"] for row in seeds.rows("codes", "gias_phase")} - {"0"}
