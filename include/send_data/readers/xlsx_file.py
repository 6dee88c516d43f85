"""XLSX workbooks as people make them, read row by row: values only, one table a sheet.

The header is the first row that holds all of the contract's headers; a title block may stand above it. The table ends
at its first blank row, or at a row whose first filled cell speaks of a total. Below that, notes and totals are left
out and counted in the report; a row there that fills every required column may be one of the table's, so the file is
refused: a blank row that somebody left in the middle must not cut the table short. Blank rows below the header itself
are passed over. Hidden rows, columns and sheets are read like any other: a filter that was left on hides rows, and does
not take them back.

Numbers and days typed as text are read as `typed_text` says. A cell that Excel shows as 85% holds 0.85.
"""

import datetime
import re
import warnings
import zipfile
import zlib
from decimal import Decimal
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from send_data.readers import typed_text
from send_data.readers.errors import UnreadableFileError
from send_data.readers.header import places_of_columns, plain

HEADER_WITHIN = 50
MIDNIGHT = datetime.time.min
TOTAL = re.compile(r"\b(sub-?)?totals?\b", re.IGNORECASE)
TYPED = {"integer": typed_text.number, "numeric": typed_text.number, "date": typed_text.day, "code": str.strip}


def read(file, contracts, la_code, note):
    """Rows of every sheet that a contract names. Raises UnreadableFileError, for formulas and merged headers too."""
    workbook = open_workbook(file.stream)
    try:
        sheets = [(contract, *names) for contract in contracts for names in _sheets(workbook, contract)]
        others = len(set(workbook.sheetnames) - {title for _, _, title in sheets})
        if others:
            note(f"sheets left out that no contract names: {others}")
        for contract, name, title in sheets:
            yield from _read_sheet(workbook[title], name, contract, note)
    finally:
        workbook.close()


def open_workbook(stream):
    """A workbook to be read row by row. Raises UnreadableFileError."""
    try:
        return load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise UnreadableFileError("this is not a readable XLSX workbook") from None


def _sheets(workbook, contract):
    """(name in the contract, name in the workbook) of the contract's sheets; case and blanks do not matter."""
    titles = {plain(title): title for title in workbook.sheetnames}
    missing = [f'"{name}"' for name in contract.file.sheets if plain(name) not in titles]
    if missing:
        said = f"sheet {missing[0]} is" if len(missing) == 1 else f"sheets {', '.join(missing)} are"
        raise UnreadableFileError(f"{said} missing, which the contract {contract.source} needs")
    return [(name, titles[plain(name)]) for name in contract.file.sheets]


def _read_sheet(worksheet, sheet, contract, note):
    # What the file says about its own size is often wrong; the rows themselves decide.
    worksheet.reset_dimensions()
    rows = enumerate(_rows(worksheet, sheet), start=1)
    header = _header(rows, sheet, contract)
    try:
        places, _ = places_of_columns(header, contract, lambda text: note(f'sheet "{sheet}": {text}'))
    except UnreadableFileError as error:
        raise UnreadableFileError(f'sheet "{sheet}": {error.reason}') from None
    place_of = dict(zip((column.name for column in contract.sent_columns), places, strict=True))
    count = 0
    for number, cells in _table(rows, sheet, contract, places, note):
        count += 1
        yield (
            contract.source,
            tuple(
                _text(cells, place_of[column.name], number, sheet, column) if column.name in place_of else sheet
                for column in contract.columns
            ),
        )
    if not count:
        note(f'sheet "{sheet}" has a header and no row')


def _rows(worksheet, sheet):
    """Rows of cells. The library's warnings are kept back: one of them shows the value it stumbled over."""
    rows = worksheet.iter_rows()
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                cells = next(rows, None)
        except (SyntaxError, ValueError, LookupError, TypeError, zipfile.BadZipFile, zlib.error):
            raise UnreadableFileError(f'sheet "{sheet}" breaks off or is not well formed') from None
        if cells is None:
            return
        yield cells


def _header(rows, sheet, contract):
    """Texts of the header. When no row is one, the row that comes nearest shows what is missing."""
    wanted = {plain(column.header) for column in contract.sent_columns}
    nearest, most = None, 0
    for number, cells in islice(rows, HEADER_WITHIN):
        texts = _header_texts(cells)
        found = len(wanted & set(map(plain, texts)))
        if found > most:
            nearest, most = (number, texts), found
        if found == len(wanted):
            break
    if nearest is None:
        raise UnreadableFileError(
            f'sheet "{sheet}" has no header: none of its first {HEADER_WITHIN} rows names a column of the contract '
            f"{contract.source}"
        )
    _check_gaps(*nearest, sheet)
    return nearest[1]


def _header_texts(cells):
    """Texts of a row up to its last filled cell."""
    texts = [cell.value for cell in cells]
    while texts and texts[-1] is None:
        texts.pop()
    return texts


def _check_gaps(number, texts, sheet):
    """A gap between headers is what merged cells leave; the table itself may begin in any column."""
    first = next(place for place, text in enumerate(texts) if text is not None)
    for place, text in enumerate(texts[first:], start=first + 1):
        if text is None:
            raise UnreadableFileError(
                f'sheet "{sheet}": cell {get_column_letter(place)}{number} of the header is empty or merged with its '
                "neighbour; each column needs a header of its own"
            )


def _table(rows, sheet, contract, places, note):
    """(number, cells) of the rows of the table; what stands below its end is counted and reported."""
    required = {place for place, column in zip(places, contract.sent_columns, strict=True) if column.required}
    has_begun, end, left_out = False, None, 0
    for number, cells in rows:
        filled = {place for place in places if not _is_blank(cells, place)}
        is_total = _is_total(cells)
        is_whole = required <= filled and not is_total
        if (end is None and filled and not is_total) or (is_whole and not has_begun):
            has_begun, end = True, None
            yield number, cells
        elif is_whole and end is not None:
            raise UnreadableFileError(
                f'sheet "{sheet}": row {number} looks like a row of the table and stands below its end in row {end} '
                "(a blank row or a total); close the gap, or move it to another sheet"
            )
        else:
            left_out += bool(filled)
            end = end or number
    if left_out:
        note(f'sheet "{sheet}": rows of totals or notes left out at the end of the table: {left_out}')


def _is_total(cells):
    first = next((cell.value for cell in cells if cell.value is not None), None)
    return isinstance(first, str) and bool(TOTAL.search(first))


def _is_blank(cells, place):
    value = cells[place].value if place < len(cells) else None
    return value is None or (isinstance(value, str) and not value.strip())


def _text(cells, place, number, sheet, column):
    """The cell as text, written as the column's type is."""
    if _is_blank(cells, place):
        return None
    text = cell_text(cells, place, number, sheet)
    return TYPED.get(column.type, str)(text)


def cell_text(cells, place, number, sheet):
    """The cell as text: dates yyyy-mm-dd, numbers as short as they are exact, None when empty."""
    if place >= len(cells):
        return None
    cell = cells[place]
    if cell.value is None:
        return None
    if cell.data_type in ("f", "e"):
        held = "a formula" if cell.data_type == "f" else "the error of a formula, or a date that is none"
        raise UnreadableFileError(
            f'sheet "{sheet}": cell {get_column_letter(place + 1)}{number} holds {held}; paste values instead'
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
