"""The tables of an edition: DfE's shape and symbols, the rules for spreadsheets, no formula, the same bytes."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odf import dc, meta, teletype
from odf.opendocument import load
from odf.table import DatabaseRange, Table, TableCell, TableColumn, TableHeaderRows, TableRow
from odf.text import A

from send_data import ods, published, sentences, tables
from send_data.disclosure_rules import rule_set_of
from send_data.ods import Month, Sheet, Symbol
from tests.unit import sample_marts
from tests.unit.test_editions import freeze, unexplained

MADE_AT = datetime(2026, 11, 5, 6, 12, tzinfo=UTC)
SPEC = tables.read_spec()
# What a person or a source may have typed, the beginnings of formulas among it.
TYPED = st.one_of(
    st.text(),
    st.tuples(st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", " =", "\t=", "\x00=", "\u200b=", "＝", "＠"]),
              st.text()).map("".join),
)  # fmt: skip


@pytest.fixture(scope="module")
def edition(warehouse) -> published.Edition:
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
    return published.read(freeze(sample_marts.tables()))


@pytest.fixture(scope="module")
def written(edition) -> dict[str, bytes]:
    return tables.files(edition)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def row_of(rows: list[dict[str, str]], **values: str) -> dict[str, str]:
    (found,) = [row for row in rows if values.items() <= row.items()]
    return found


def test_the_files_of_an_edition(written):
    assert {name for name in written if "/public/" not in name} == {
        "data/actions.csv", "data/control_charts.csv", "data/recommendations.csv",
        "data/agreement.csv", "data/columns.csv", "data/comparators.csv", "data/data_quality.csv",
        "data/definitions.csv", "data/falling_due.csv", "data/figures.csv", "data/figures.meta.csv",
        "data/forecast_misses.csv", "data/forecasts.csv", "data/national.csv", "data/repatriation.csv",
        "data/revisions.csv", "data/sources.csv", "data/tables.ods",
    }  # fmt: skip


def test_the_public_gets_what_it_may_see_and_no_file_of_the_rest(written):
    assert {name for name in written if "/public/" in name} == {
        f"data/public/{name}" for name in (
            "columns.csv", "comparators.csv", "data_quality.csv", "definitions.csv", "figures.csv", "figures.meta.csv",
            "forecast_misses.csv", "forecasts.csv", "national.csv", "sources.csv", "tables.ods",
        )
    }  # fmt: skip


def test_the_public_gets_rounded_counts_and_shares_of_them(edition, written):
    board, public = (rows_of(written[f"data/{folder}figures.csv"]) for folder in ("", "public/"))
    assert len(board) == len(public)
    row = row_of(public, measure_id="reviews_completed_on_time", month="2026-10-01", breakdown="Total")
    assert (row["value"], row["numerator"], row["denominator"]) == ("69.2", "45", "65")
    counted = {row["measure_id"] for row in edition.public_figures if row["is_count"]}
    counts = [row[side] for row in public if row["measure_id"] in counted for side in ("numerator", "denominator")]
    assert [count for count in counts if count.isdigit() and (int(count) % 5 or 0 < int(count) < 8)] == []


def test_each_tier_says_its_own_rule(edition, written):
    """In the numbers of the rule sets, so that a rule that is changed is told."""
    for folder in ("data/", "data/public/"):
        rules = rule_set_of(folder)
        cover = sheets_of(load(io.BytesIO(written[f"{folder}tables.ods"])))["Cover"]
        said = " ".join(teletype.extractText(cell) for (cell,) in cover)
        assert f"from 1 to {rules.small_up_to} " in said
        assert (f"to the nearest {rules.round_to}" in said) == (rules.round_to > 1)


def test_the_same_edition_is_the_same_bytes_whatever_was_written_before(edition, written):
    tables.measure_ods(edition, "requests_received")
    assert tables.files(edition) == written


@pytest.mark.parametrize("name", ["figures.csv", "definitions.csv", "columns.csv"])
def test_data_files_are_csv_on_the_web(written, name):
    """UTF-8 without a byte order mark, one header of plain names, as many cells in each line."""
    text = written[f"data/{name}"].decode("utf-8")
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    header, *lines = csv.reader(io.StringIO(text))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", column) for column in header)
    assert len(set(header)) == len(header)
    assert {len(line) for line in lines} == {len(header)}


def test_a_figure_in_dfes_shape(written):
    row = row_of(rows_of(written["data/figures.csv"]), measure_id="reviews_completed_on_time", month="2026-10-01",
                 breakdown="Total")  # fmt: skip
    assert row == {
        "time_period": "2026", "time_identifier": "October", "geographic_level": "Local authority",
        "country_code": "E92000001", "country_name": "England", "region_code": "E12000007", "region_name": "London",
        "old_la_code": "303", "new_la_code": "E09000004", "la_name": "Bexley",
        "priority": "Annual reviews, decisions and amended plans", "measure": "Annual reviews completed on time",
        "measure_id": "reviews_completed_on_time", "breakdown_topic": "Total", "breakdown": "Total",
        "breakdown_topic_id": "all", "breakdown_id": "all", "period": "October 2026", "month": "2026-10-01",
        "as_of_month": "2026-10-01", "unit": "%", "counted_in": "children", "value": "66.7", "numerator": "44",
        "denominator": "66", "value_low": "z", "value_high": "z", "numerator_low": "z", "numerator_high": "z",
    }  # fmt: skip


def test_every_published_figure_is_one_row(edition, written):
    keys = [(r["measure_id"], r["month"], r["breakdown_topic_id"], r["breakdown_id"])
            for r in rows_of(written["data/figures.csv"])]  # fmt: skip
    assert len(keys) == len(set(keys))
    assert set(keys) == {(r["measure_id"], r["month_start"].isoformat(), r["breakdown"], r["breakdown_value"])
                         for r in edition.figures}  # fmt: skip


def test_a_growing_total_says_whose_month_it_is(written):
    rows = rows_of(written["data/figures.csv"])
    held = row_of(rows, measure_id="learners_repatriated", month="2026-10-01")
    assert (held["value"], held["as_of_month"]) == ("6", "2026-07-01")
    few = row_of(rows, measure_id="learners_repatriated", month="2026-04-01")
    assert (few["value"], few["numerator_low"], few["numerator_high"]) == ("c", "0", "4")


def test_symbols_say_why_there_is_no_number(edition, written):
    rows = rows_of(written["data/figures.csv"])
    hidden = [row for row in rows if row["value"] == "c"]
    assert hidden
    assert row_of(rows, measure_id="cost_per_placement", month="2026-10-01")["numerator"] == "z"
    assert row_of(rows, measure_id="requests_received", month="2026-10-01", breakdown="Total")["denominator"] == "z"
    assert {row["value"] for row in rows} & {"", "None", "nan", "b", "h"} == set()
    count = sum(row["value"] is None for row in edition.figures)
    assert len(hidden) == count


def test_a_measure_held_back_is_not_available(warehouse):
    held = published.read(freeze(unexplained(sample_marts.tables(), difference=12.4, period="202526")))
    rows = rows_of(tables.measure_csv(held, "plans_issued_within_20_weeks"))
    assert {(row["value"], row["numerator"], row["value_low"]) for row in rows} == {("x", "x", "x")}


@pytest.mark.parametrize(
    ("unit", "decimals", "value", "cell"),
    [
        ("percent", 1, "0.66666", "66.7"), ("percent", 1, "0.9999", "99.9"), ("percent", 1, "1", "100.0"),
        ("percent", 1, "0", "0.0"), ("percent", 1, "0.0001", "low"), ("percent", 0, "0.004", "low"),
        ("percent_change", 1, "-0.0312", "-3.1"), ("percent_change", 1, "-0.0001", "low"),
        ("gbp", 0, "-1200.4", "-1200"), ("gbp", 0, "0.4", "low"), ("count", 0, "0", "0"),
        ("per_100", 2, "0.00094", "0.09"), ("weeks", 1, "13.25", "13.3"), ("gbp", 0, "1E+3", "1000"),
    ],
)  # fmt: skip
def test_only_a_true_0_is_0(unit, decimals, value, cell):
    measure = {"unit": unit, "decimals": decimals}
    assert tables.csv_text(tables.number(measure, Decimal(value), tables.CONFIDENTIAL)) == cell


@given(st.decimals(0, 1, places=6), st.integers(0, 2))
def test_a_share_is_the_number_that_is_printed(share, decimals):
    cell = tables.number({"unit": "percent", "decimals": decimals}, share, tables.CONFIDENTIAL)
    if cell != tables.LOW:
        assert f"{cell}%" == sentences.percent(share, decimals)
    else:
        assert 0 < share * 100 < Decimal(1).scaleb(-decimals) / 2


@given(st.decimals(-10**7, 10**7, places=4), st.sampled_from(["gbp", "count", "hours", "points", "percent_change"]),
       st.integers(0, 2))  # fmt: skip
def test_a_number_is_the_one_that_is_printed(value, unit, decimals):
    measure = {"unit": unit, "decimals": decimals}
    cell = tables.number(measure, value, tables.CONFIDENTIAL)
    printed = re.sub(r"[^\d.−]", "", sentences.value_text(measure, value)).replace("−", "-")
    if cell != tables.LOW:
        assert Decimal(printed) == cell


@given(TYPED)
def test_no_cell_of_a_data_file_begins_a_formula(text):
    """One line, the same words, and at most an apostrophe before them."""
    lines = tables.csv_bytes(["a", "b"], [{"a": text, "b": "end"}]).decode().split("\n")
    assert len(lines) == 3
    ((cell, _),) = csv.reader(lines[1:2])
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not re.search(r"[\t\r\n\x00]", cell)
    assert cell in (ods.clean(text), f"'{ods.clean(text)}")


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-2", "@SUM(A1)", "\t=1", "\r=1", "\u200b=1", "＝1"])
def test_what_would_begin_a_formula_has_an_apostrophe_before_it(text):
    assert tables.csv_text(text) == f"'{ods.clean(text)}"


@given(st.decimals(-(10**6), 10**6, places=2))
def test_a_number_below_0_stays_a_number(value):
    assert Decimal(tables.csv_text(value)) == value


@given(TYPED)
def test_no_cell_of_a_workbook_is_a_formula(text):
    sheet = Sheet("Words", "Words", ["One table."], ["Words"], [[text]])
    content = ods.workbook([sheet], {"title": "t"}, MADE_AT)
    (cell,) = load(io.BytesIO(content)).getElementsByType(TableRow)[-1].childNodes
    assert cell.getAttribute("valuetype") == "string"
    assert cell.getAttribute("formula") is None
    assert teletype.extractText(cell) == ods.clean(text)


# The workbook, by the rules for spreadsheets.


@pytest.fixture(scope="module", params=["edition", "measure"])
def workbook(request, edition, written):
    name = "plans_issued_within_20_weeks"
    content = written["data/tables.ods"] if request.param == "edition" else tables.measure_ods(edition, name)
    return load(io.BytesIO(content))


def sheets_of(workbook) -> dict[str, list[list]]:
    """The cells of each sheet by row."""
    return {
        sheet.getAttribute("name"): [row.childNodes for row in sheet.getElementsByType(TableRow)]
        for sheet in workbook.getElementsByType(Table)
    }


def test_cover_contents_and_notes_come_first(workbook):
    assert list(sheets_of(workbook))[:3] == ["Cover", "Contents", "Notes"]


def test_the_cover_says_what_it_is_and_whom_to_ask(workbook):
    words = [teletype.extractText(cell) for (cell,) in sheets_of(workbook)["Cover"]]
    assert re.fullmatch("SEND figures of October 2026(: Plans issued within 20 weeks)?", words[0])
    assert re.match(r"Edition \d+, draft\. Everything known by 5 November 2026\.", words[2])
    assert any(word.startswith("Questions: Performance and Insight Manager") for word in words)


def test_the_cover_says_when_a_borough_is_made_up(edition):
    for is_made_up in (True, False):
        of_one = edition._replace(header=edition.header | {"is_made_up": is_made_up})
        cover = sheets_of(load(io.BytesIO(tables.measure_ods(of_one, "requests_received"))))["Cover"]
        assert any("made up" in teletype.extractText(cell) for (cell,) in cover) == is_made_up


def test_contents_lists_every_sheet_with_a_link_in_a_cell_of_its_own(workbook):
    names = list(sheets_of(workbook))
    linked = [row[0].getElementsByType(A)[0].getAttribute("href") for row in sheets_of(workbook)["Contents"][3:]]
    assert linked == [f"#{name}.A1" for name in names[2:]]


def test_each_sheet_has_one_table_from_column_a_with_marked_headings(workbook):
    ranges = {r.getAttribute("name") for r in workbook.getElementsByType(DatabaseRange)}
    for sheet in workbook.getElementsByType(Table):
        name = sheet.getAttribute("name")
        headings = sheet.getElementsByType(TableHeaderRows)
        above = 3 if name == "Notes" else 2
        assert len(headings) == (name != "Cover")
        assert (f"table_{name}" in ranges) == (name != "Cover")
        if headings:
            width = len(headings[0].getElementsByType(TableCell))
            rows = [row for row in sheet.getElementsByType(TableRow) if row.parentNode is sheet]
            assert {len(row.childNodes) for row in rows[above:]} <= {width}
            assert len(sheet.getElementsByType(TableColumn)) == width


def test_no_cell_is_blank_or_merged(workbook):
    for cell in workbook.getElementsByType(TableCell):
        assert teletype.extractText(cell).strip()
        assert not cell.getAttribute("numbercolumnsspanned")
        assert not cell.getAttribute("numberrowsspanned")
        assert not cell.getAttribute("formula")


def test_sheets_are_named_without_spaces_and_titled(workbook):
    for name, rows in sheets_of(workbook).items():
        assert re.fullmatch(r"[A-Z][A-Za-z_]{1,30}", name)
        assert rows[0][0].getAttribute("stylename") == "Title"


def test_numbers_are_numbers_and_hidden_ones_symbols(workbook):
    for cell in workbook.getElementsByType(TableCell):
        text, kind = teletype.extractText(cell), cell.getAttribute("valuetype")
        if re.fullmatch(r"-?[\d,]+(\.\d+)?", text) and kind == "string":
            assert len(text) == 4, text  # a year of DfE's releases is a name
        if kind == "float":
            assert Decimal(cell.getAttribute("value")) == Decimal(text.replace(",", ""))


def test_every_symbol_is_explained_in_the_notes(workbook):
    sheets = sheets_of(workbook)
    explained = {teletype.extractText(row[0]) for row in sheets["Notes"][4:]}
    cells = [teletype.extractText(cell) for rows in sheets.values() for row in rows for cell in row]
    used = {text for text in cells if re.fullmatch(r"\[\w+\]", text)}
    assert explained == {"[c]", "[x]", "[z]", "[low]"}
    assert {"[z]"} <= used <= explained


def test_the_workbook_is_titled_in_english_and_in_arial(workbook):
    said = {kind: teletype.extractText(workbook.getElementsByType(kind)[0]) for kind in (dc.Title, dc.Language)}
    assert said[dc.Title].startswith("SEND figures of October 2026")
    assert said[dc.Language] == "en-GB"
    styles = workbook.stylesxml()
    assert 'fo:language="en"' in styles
    assert 'fo:country="GB"' in styles
    assert set(re.findall(r'style:font-name="([^"]+)"', styles)) == {"Arial"}
    sizes = {int(size) for size in re.findall(r'fo:font-size="(\d+)pt"', styles)}
    assert min(sizes) >= 12


def test_the_workbook_is_dated_by_the_edition_alone(written):
    with zipfile.ZipFile(io.BytesIO(written["data/tables.ods"])) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2026, 11, 5, 6, 12, 0)}
        assert parts.infolist()[0].filename == "mimetype"
        assert parts.infolist()[0].compress_type == zipfile.ZIP_STORED
    document = load(io.BytesIO(written["data/tables.ods"]))
    assert teletype.extractText(document.getElementsByType(meta.CreationDate)[0]) == "2026-11-05T06:12:00"


def test_cells_look_as_they_read():
    row = [Decimal("1234.50"), 7, date(2026, 11, 5), Month(2026, 10, 1), Symbol("c"), "a  b"]
    content = ods.workbook([Sheet("One", "One", ["x"], list("abcdef"), [row])], {"title": "t"}, MADE_AT)
    cells = load(io.BytesIO(content)).getElementsByType(TableRow)[-1].childNodes
    assert [teletype.extractText(cell) for cell in cells] == [
        "1,234.50", "7", "5 November 2026", "October 2026", "[c]", "a b",
    ]  # fmt: skip
    assert [cell.getAttribute("valuetype") for cell in cells] == ["float", "float", "date", "date", "string", "string"]


# One measure.


def test_a_measures_file_is_its_part_of_the_whole(edition, written):
    whole = rows_of(written["data/figures.csv"])
    own = rows_of(tables.measure_csv(edition, "requests_received"))
    assert own == [row for row in whole if row["measure_id"] == "requests_received"]
    assert len(own) > 30


def test_a_measures_workbook_is_small(edition):
    assert len(tables.measure_ods(edition, "plans_issued_within_20_weeks")) < 12_000


def test_a_measure_that_is_not_there(edition):
    for write in (tables.measure_csv, tables.measure_ods):
        with pytest.raises(KeyError, match="no_such_measure"):
            write(edition, "no_such_measure")


# What columns mean.


def test_every_column_of_every_file_is_explained(written):
    explained = {(row["file"], row["column"]) for row in rows_of(written["data/columns.csv"])}
    found = {
        (name.split("/")[1], column) for name, content in written.items()
        if name.endswith(".csv") and ".meta" not in name and "/public/" not in name
        for column in next(csv.reader(io.StringIO(content.decode())))
    }  # fmt: skip
    assert explained == found


def test_the_metadata_names_filters_and_indicators(written):
    rows = rows_of(written["data/figures.meta.csv"])
    header = next(csv.reader(io.StringIO(written["data/figures.csv"].decode())))
    assert {row["col_name"] for row in rows if row["col_type"] == "Filter"} == {"measure", "breakdown"}
    assert {row["col_name"] for row in rows if row["col_type"] == "Indicator"} == {
        "value", "numerator", "denominator", "value_low", "value_high", "numerator_low", "numerator_high",
    }  # fmt: skip
    assert all(row["col_name"] in header for row in rows)
    assert all(row["filter_grouping_column"] in header for row in rows if row["col_type"] == "Filter")


def test_every_table_is_made_of_known_columns():
    used = {column for table in SPEC["tables"].values() for column in table["columns"]}
    assert used == set(SPEC["columns"])
