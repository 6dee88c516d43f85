"""Workbooks as people make them: title blocks, notes, totals, a sheet an agency, and what nobody should see."""

import datetime
import io
import warnings
import zipfile

import pytest
from openpyxl import Workbook

from send_data import contracts as contracting
from send_data.readers import OpenFile, UnreadableFileError, read
from send_data.settings import ROOT

CONTRACTS = contracting.load_contracts(ROOT / "expectations" / "sources")
FEEDS = contracting.by_feed(CONTRACTS)
BUDGET = FEEDS["finance/{month}/high_needs_budget.xlsx"]
RETURN = FEEDS["workforce/{month}/workforce_return.xlsx"]
SURVEY = FEEDS["workforce/{month}/staff_survey.xlsx"]

TITLES = [["High-needs block: budget monitoring"], ["Prepared by", "A Canary"], []]
HEADER = ["Month", "Fund", "Heading", "Budget for the year", "Spent to date", "Forecast outturn"]
MONTH = datetime.date(2026, 9, 1)
LINE = [MONTH, "High needs block", "Therapies", 600_000, 301_000.5, 640_000]
OTHER = [MONTH, "General fund", "Travel assistance", 5_100_000, 2_400_000, 5_600_000]
TOTAL = ["Total", None, None, 5_700_000, "=SUM(E5:E6)", 6_240_000]
AGENCIES = ("Council", "ICB", "NHS trust", "Schools")
POSTS = ["Month", "Role", "Posts", "Established FTE", "FTE in post", "Vacant FTE", "Headcount", "Starters", "Leavers",
         "Planned FTE"]  # fmt: skip
POST = [MONTH, "SENCo", 10, 9.6, 9, 0.6, 10, 0, 0, None]


def workbook(sheets: dict, change=lambda book: None) -> bytes:
    """A workbook of these rows by sheet; `change` may do to it what people do."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def budget(*rows, title="Budget monitoring", change=lambda book: None) -> bytes:
    return workbook({title: rows}, change)


def posts(**changed) -> bytes:
    """A return of all agencies; an agency may have other rows, or None for no sheet."""
    sheets = {agency: changed.get(agency.replace(" ", "_"), [["Return"], POSTS, POST]) for agency in AGENCIES}
    return workbook({agency: rows for agency, rows in sheets.items() if rows is not None})


def rows_of(contracts, content, told=None):
    """[{column: text}] of a file, without what is not given; what the reader has to say goes to `told`."""
    note = (lambda text: None) if told is None else told.append
    return [
        {k: v for k, v in zip(CONTRACTS[source].column_names, row, strict=True) if v is not None}
        for source, row in read([OpenFile("book.xlsx", io.BytesIO(content))], contracts, "303", note)
    ]


def refusal(contracts, content) -> str:
    with pytest.raises(UnreadableFileError) as error:
        rows_of(contracts, content)
    assert "Canary" not in str(error.value)
    assert error.value.__suppress_context__
    return str(error.value)


# A title block above, notes and totals below


def test_the_header_is_found_below_a_title_block():
    merged = budget(*TITLES, HEADER, LINE, OTHER, change=lambda book: book.worksheets[0].merge_cells("A1:F1"))
    first, second = rows_of(BUDGET, merged)
    assert first == {
        "month": "2026-09-01",
        "fund": "High needs block",
        "heading": "Therapies",
        "budget_gbp": "600000",
        "spend_gbp": "301000.5",
        "forecast_gbp": "640000",
    }
    assert second["heading"] == "Travel assistance"


def test_a_table_may_begin_in_any_column_and_below_a_blank_row():
    rows = [[None, *row] for row in (["Title"], HEADER, [], LINE)]
    assert len(rows_of(BUDGET, budget(*rows))) == 1


def test_totals_and_notes_at_the_end_are_no_data_and_are_counted():
    told = []
    content = budget(*TITLES, HEADER, LINE, OTHER, TOTAL, [], ["Source", "ledger, period 6"], ["Grand total", 1])
    assert [row["heading"] for row in rows_of(BUDGET, content, told)] == ["Therapies", "Travel assistance"]
    assert told == ['sheet "Budget monitoring": rows of totals or notes left out at the end of the table: 3']


@pytest.mark.parametrize("total", ["Total", "TOTALS:", "Sub-total", "Council total", "Subtotal of the block"])
def test_a_total_goes_by_many_names(total):
    assert len(rows_of(BUDGET, budget(HEADER, LINE, [total, *OTHER[1:]]))) == 1


@pytest.mark.parametrize("gap", [[], [None, " "], TOTAL, ["Sub-total", None, None, 1, 2, 3]])
def test_a_row_below_the_end_that_could_be_data_refuses_the_file(gap):
    said = refusal(BUDGET, budget(*TITLES, HEADER, LINE, gap, OTHER))
    assert 'sheet "Budget monitoring": row 7 looks like a row of the table and stands below its end in row 6' in said


def test_a_total_without_a_name_is_left_to_the_gate():
    """Its month and heading are missing, which the contract requires: it is quarantined, and counted."""
    assert rows_of(BUDGET, budget(HEADER, LINE, [None, None, None, 1, 2, 3]))[1] == {
        "budget_gbp": "1", "spend_gbp": "2", "forecast_gbp": "3"
    }  # fmt: skip


def test_a_table_without_a_row_is_empty():
    assert rows_of(BUDGET, budget(*TITLES, HEADER, TOTAL)) == []
    assert rows_of(BUDGET, budget(*TITLES, HEADER, [], ["Nothing was spent"])) == []


def test_a_total_may_stand_above_the_rows():
    assert len(rows_of(BUDGET, budget(HEADER, TOTAL, [], LINE, OTHER))) == 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Canary"]] * 60 + [HEADER, LINE], 'sheet "Budget monitoring" has no header: none of its first 50 rows'),
        ([*TITLES, HEADER[:-1], LINE], 'sheet "Budget monitoring": column "Forecast outturn" is missing'),
        ([*TITLES, [*HEADER, "month"], LINE], 'sheet "Budget monitoring": column "Month" is there more than once'),
        ([*TITLES, [*HEADER, None, "Remarks"], LINE], "cell G4 of the header is empty or merged"),
        ([*TITLES, [*HEADER[:4], None, HEADER[5]], LINE], "cell E4 of the header is empty or merged"),
        ([*TITLES, HEADER, [*LINE[:5], "=1+1"]], "cell F5 holds a formula; paste values instead"),
        ([*TITLES, HEADER, [*LINE[:5], "#REF!"]], "cell F5 holds the error of a formula"),
    ],
)
def test_what_is_wrong_is_said_by_sheet_and_cell(rows, said):
    assert said in refusal(BUDGET, budget(*rows))


# What stands in the cells


def test_numbers_and_days_typed_as_text_are_read():
    typed = ["30 September 2026", "High needs block ", "Therapies", "£600,000", " 301,000.50 ", "(640,000)"]
    (row,) = rows_of(BUDGET, budget(HEADER, typed))
    assert row == {
        "month": "2026-09-30",
        "fund": "High needs block",
        "heading": "Therapies",
        "budget_gbp": "600000",
        "spend_gbp": "301000.50",
        "forecast_gbp": "-640000",
    }


def test_a_percentage_is_the_same_typed_or_formatted():
    header = ["Survey closed on", "Question", "Responses", "Positive", "Response rate"]
    rows = [header, [MONTH, "Work satisfaction", 40, 30, 0.62], [MONTH, "Good place to work", 40, 31, "62%"]]

    def formatted(book):
        for sheet in book:
            sheet["E2"].number_format = "0%"

    content = workbook(dict.fromkeys(AGENCIES, rows), formatted)
    assert {row["response_rate"] for row in rows_of(SURVEY, content)} == {"0.62"}


def test_hidden_rows_columns_and_sheets_are_read_like_any_other():
    def hide(book):
        sheet = book.worksheets[0]
        sheet.row_dimensions[2].hidden = sheet.column_dimensions["C"].hidden = True
        sheet.auto_filter.ref = "A1:F3"
        book.create_sheet("Front page")
        sheet.sheet_state = "hidden"

    told = []
    found = rows_of(BUDGET, budget(HEADER, LINE, OTHER, change=hide), told)
    assert [row["heading"] for row in found] == ["Therapies", "Travel assistance"]
    assert told == ["sheets left out that no contract names: 1"]


def test_a_number_that_is_no_day_shows_nowhere():
    """The library warns of a date cell beyond the calendar and shows the number, which may be a child's."""

    def as_date(book):
        book.worksheets[0]["A2"].number_format = "dd/mm/yyyy"

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        said = refusal(BUDGET, budget(HEADER, [9434765919, *LINE[1:]], change=as_date))
    assert "cell A2 holds the error of a formula, or a date that is none" in said
    assert [str(each.message) for each in warned] == []


def test_a_sheet_that_breaks_off_is_refused():
    whole, broken = io.BytesIO(budget(HEADER, LINE, ["Canary"])), io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, content[:-40] if "sheet1" in entry.filename else content)
    assert 'sheet "Budget monitoring" breaks off or is not well formed' in refusal(BUDGET, broken.getvalue())


# A sheet an agency


def test_each_agencys_sheet_gives_its_rows_the_agencys_name():
    rows = rows_of(RETURN, posts(ICB=[POSTS, POST, [*POST[:1], "Designated medical officer", *POST[2:]]]))
    assert [row["agency"] for row in rows] == ["Council", "ICB", "ICB", "NHS trust", "Schools"]
    assert {row["established_fte"] for row in rows} == {"9.6"}


def test_a_sheet_is_found_whatever_its_case_and_blanks():
    content = workbook({f" {agency.upper()}": [POSTS, POST] for agency in AGENCIES})
    assert [row["agency"] for row in rows_of(RETURN, content)] == list(AGENCIES)


def test_an_agency_without_a_sheet_is_a_part_that_is_missing():
    assert 'sheet "ICB" is missing, which the contract workforce__post needs' in refusal(RETURN, posts(ICB=None))
    assert 'sheets "ICB", "Schools" are missing' in refusal(RETURN, posts(ICB=None, Schools=None))


def test_an_agency_without_a_row_is_told():
    told = []
    rows = rows_of(RETURN, posts(ICB=[["Return"], POSTS, [], ["Source", "own records"]]), told)
    assert [row["agency"] for row in rows] == ["Council", "NHS trust", "Schools"]
    assert told == [
        'sheet "ICB": rows of totals or notes left out at the end of the table: 1',
        'sheet "ICB" has a header and no row',
    ]


def test_an_error_in_one_agencys_sheet_names_it():
    said = refusal(RETURN, posts(Schools=[["Return"], [*POSTS[:-1], "Canary"], POST]))
    assert 'sheet "Schools": column "Planned FTE" is missing, which the contract workforce__post needs' in said
