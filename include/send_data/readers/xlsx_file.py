"""XLSX workbooks, read row by row: values only, one sheet per source."""

import datetime
import zipfile
from decimal import Decimal

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from send_data.readers.errors import UnreadableFileError
from send_data.readers.header import places_of_columns

MIDNIGHT = datetime.time.min


def read(file, contracts, la_code, note):
    """Rows of every sheet that a contract names. Raises UnreadableFileError for formulas and merged headers."""
    workbook = open_workbook(file.stream)
    try:
        for contract in contracts:
            yield from _read_sheet(workbook, contract, note)
    finally:
        workbook.close()


def open_workbook(stream):
    """A workbook to be read row by row. Raises UnreadableFileError."""
    try:
        return load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise UnreadableFileError("this is not a readable XLSX workbook") from None


def _read_sheet(workbook, contract, note):
    sheet = contract.file.sheet
    if sheet not in workbook.sheetnames:
        raise UnreadableFileError(f'sheet "{sheet}" is missing; the contract {contract.source} needs it')
    worksheet = workbook[sheet]
    # What the file says about its own size is often wrong; the rows themselves decide.
    worksheet.reset_dimensions()
    rows = worksheet.iter_rows()
    header = _header(next(rows, ()), sheet)
    places, _ = places_of_columns(header, contract, note)
    for number, cells in enumerate(rows, start=2):
        if any(cell.value is not None for cell in cells):
            yield contract.source, tuple(cell_text(cells, place, number, sheet) for place in places)


def _header(cells, sheet):
    """Texts of row 1 up to its last filled cell. A gap in it is what merged cells leave."""
    texts = [cell.value for cell in cells]
    while texts and texts[-1] is None:
        texts.pop()
    if not texts:
        raise UnreadableFileError(f'sheet "{sheet}" has no header in row 1')
    for place, text in enumerate(texts, start=1):
        if text is None:
            raise UnreadableFileError(
                f'sheet "{sheet}": cell {get_column_letter(place)}1 of the header is empty or merged with its '
                "neighbour; each column needs a header of its own"
            )
    return texts


def cell_text(cells, place, number, sheet):
    """The cell as text: dates yyyy-mm-dd, numbers as short as they are exact, None when empty."""
    if place >= len(cells):
        return None
    cell = cells[place]
    if cell.value is None:
        return None
    if cell.data_type == "f":
        raise UnreadableFileError(
            f'sheet "{sheet}": cell {get_column_letter(place + 1)}{number} holds a formula; paste values instead'
        )
    return as_text(cell.value)


def as_text(value) -> str | None:
    """Text of a cell's value as raw tables keep it."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(sep=" ")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value) or None
