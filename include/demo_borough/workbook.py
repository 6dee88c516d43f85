"""Workbooks as offices make them, with the same bytes each time."""

import io
import re
import zipfile
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.styles import Font

STAMP = (2026, 1, 1, 0, 0, 0)


def new_book(**options) -> Workbook:
    """A workbook without a sheet that says that its figures are made up."""
    book = Workbook(**options)
    for sheet in book.worksheets:
        book.remove(sheet)
    book.properties.title = "Made-up figures of the demo borough"
    book.properties.creator = "DEMO-BOROUGH"
    book.properties.created = datetime(*STAMP, tzinfo=UTC).replace(tzinfo=None)
    return book


def add_table(book: Workbook, sheet: str, title: str, header: list[str], rows, below=(), percent=None) -> None:
    """A sheet with a title block, a table and lines below; `percent` is the header of a column shown as per cent."""
    page = book.create_sheet(sheet)
    for row in ([title], ["Made-up figures of the demo borough"], [], header, *rows, *below):
        page.append(row)
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    page["A1"].font = Font(bold=True)
    if percent:
        for row in page.iter_rows(min_row=5, min_col=header.index(percent) + 1, max_col=header.index(percent) + 1):
            row[0].number_format = "0%"


def saved(book: Workbook) -> bytes:
    """The workbook's bytes, the same each time: the library stamps the clock, so every stamp is set to one moment."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(entry.filename, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return fixed.getvalue()
