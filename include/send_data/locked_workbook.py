"""Workbooks with children's names: locked with a password (AES, as Excel locks them) before they reach any disk.

xlsx, since neither LibreOffice's format nor CSV can be locked in a way that Excel opens. Whatever a cell holds is text,
a number or a date: text that begins with = + - or @ stays text, also when somebody edits the cell.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

# What XML cannot hold; openpyxl would refuse it with the value in the error.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
DAY = "DD/MM/YYYY"
WIDEST = 46
NOTES_WIDTH = 110
HEADER = PatternFill("solid", fgColor="E7E6E6")
ONE_LINE = Alignment(vertical="top", horizontal="left")
WRAPPED = Alignment(vertical="top", horizontal="left", wrap_text=True)
Value = str | int | float | date | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines of text above a table. Without rows `when_empty` stands in the table's place."""

    name: str
    lines: Sequence[str]
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Value]] = field(default=(), repr=False)
    when_empty: str = "None."


def locked(sheets: Iterable[Sheet], password: str) -> bytes:
    """A workbook of these sheets that opens with the password alone."""
    plain, closed = io.BytesIO(), io.BytesIO()
    book_of(sheets).save(plain)
    plain.seek(0)
    OOXMLFile(plain).encrypt(password, closed)
    return closed.getvalue()


def book_of(sheets: Iterable[Sheet]) -> Workbook:
    """The workbook before it is locked; it is kept in memory alone."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    return book


def _write(page, sheet):
    for number, line in enumerate(sheet.lines, 1):
        _put(page.cell(number, 1), line)
    page.cell(1, 1).font = Font(bold=True, size=14)
    first = len(sheet.lines) + 2 if sheet.lines else 1
    if not sheet.columns:
        _wrap_notes(page)
    elif sheet.rows:
        _write_table(page, sheet, first)
    else:
        _put(page.cell(first, 1), sheet.when_empty)
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _write_table(page, sheet, first):
    for column, title in enumerate(sheet.columns, 1):
        cell = _put(page.cell(first, column), title)
        cell.font, cell.fill = Font(bold=True), HEADER
        cell.alignment = WRAPPED
    for number, row in enumerate(sheet.rows, first + 1):
        for column, value in enumerate(row, 1):
            cell = _put(page.cell(number, column), value)
            cell.alignment = WRAPPED if _width(value) > WIDEST else ONE_LINE
    page.freeze_panes = page.cell(first + 1, 1)
    page.print_title_rows = f"{first}:{first}"
    page.auto_filter.ref = f"A{first}:{get_column_letter(len(sheet.columns))}{first + len(sheet.rows)}"
    for column, values in enumerate(zip(*sheet.rows, strict=True), 1):
        longest = max(_width(value) for value in values)
        words = max(len(word) for word in sheet.columns[column - 1].split())
        page.column_dimensions[get_column_letter(column)].width = min(max(longest, words, 8) + 3, WIDEST)


def _wrap_notes(page):
    page.column_dimensions["A"].width = NOTES_WIDTH
    for row in range(2, page.max_row + 1):
        page.cell(row, 1).alignment = WRAPPED


def _put(cell: Cell, value: Value) -> Cell:
    text = _writable(value) if isinstance(value, str) else ""
    if text:
        # The type says text whatever it begins with; the mark keeps it so when the cell is edited.
        cell.value, cell.data_type = text, "s"
        cell.quotePrefix = text[0] in "=+-@"
    elif not isinstance(value, str):
        cell.value = value
        if isinstance(value, date):
            cell.number_format = DAY
    return cell


def _writable(text: str) -> str:
    """A text as a cell can hold it: without what XML cannot say, its lines ended as Excel ends them."""
    return UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _width(value):
    return 10 if isinstance(value, date) else len(str("" if value is None else value))
