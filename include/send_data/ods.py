"""Workbooks as OpenDocument, by the Analysis Function's rules for spreadsheets: one table a sheet, from column A, no
merged and no blank cell, a row of headings, numbers as numbers. The same sheets give the same bytes."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import NamedTuple

from send_data import sentences

FONT, SIZE = "Arial", "12pt"
# Characters that fit into a column, and its width; longer text wraps.
WIDTHS = ((8, "2.6cm"), (18, "4.2cm"), (40, "7.5cm"), (10**6, "12cm"), (10**6, "20cm"))


class Symbol(str):
    """Why there is no number: `c`, `x`, `z`, `low`."""


class Month(date):
    """A month, by its first day: shown as `October 2026`."""


class Link(NamedTuple):
    """A cell that leads to another sheet."""

    text: str
    sheet: str


Cell = str | Symbol | int | Decimal | date | Month | Link


class Sheet(NamedTuple):
    """A sheet: its title, sentences above the table, and the table, unless it is a page of text."""

    name: str
    title: str
    sentences: Sequence[str]
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()


def workbook(sheets: Iterable[Sheet], about: Mapping[str, str], made_at: datetime) -> bytes:
    """The sheets as one file. `about`: title, creator, description; `made_at` is the only moment in it."""
    from odf import dc, meta
    from odf.element import Element
    from odf.namespaces import TEXTNS, XLINKNS
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import DatabaseRange, DatabaseRanges

    # The library keeps the namespaces of every file it ever wrote and writes them into the next one.
    Element.namespaces.clear()
    Element.namespaces.update({TEXTNS: "text", XLINKNS: "xlink"})
    document = OpenDocumentSpreadsheet()
    for name, text in about.items():
        document.meta.addElement(getattr(dc, name.capitalize())(text=text))
    document.meta.addElement(dc.Language(text="en-GB"))
    document.meta.addElement(meta.CreationDate(text=f"{made_at:%Y-%m-%dT%H:%M:%S}"))
    _add_styles(document)
    ranges = DatabaseRanges()
    for sheet in sheets:
        document.spreadsheet.addElement(_table(sheet))
        if sheet.headings:
            address = f"{sheet.name}.A{_above(sheet) + 1}:{sheet.name}.{_letter(len(sheet.headings))}{_last_row(sheet)}"
            ranges.addElement(DatabaseRange(name=f"table_{sheet.name}", targetrangeaddress=address))
    document.spreadsheet.addElement(ranges)
    target = io.BytesIO()
    document.write(target)
    return _dated(target.getvalue(), made_at)


def clean(text: object) -> str:
    """Text on one line, without what cannot be printed: no tab, no line's end, no control character."""
    kept = "".join(c for c in str(text) if c.isprintable() or c.isspace())
    return " ".join(kept.split())


def _above(sheet: Sheet) -> int:
    return 1 + len(sheet.sentences)


def _last_row(sheet: Sheet) -> int:
    return _above(sheet) + 1 + len(sheet.rows)


def _letter(column: int) -> str:
    return chr(ord("A") + column - 1) if column <= 26 else f"A{chr(ord('A') + column - 27)}"


def _table(sheet: Sheet):
    """The sheet as an element, its rows as markup: made of the library's elements they would take ten times as long."""
    from odf.element import Text
    from odf.table import Table, TableColumn

    class Markup(Text):
        def toXml(self, level, f):  # noqa: N802 - the library's name
            f.write(self.data)

    table = Table(name=sheet.name)
    for width in _widths(sheet):
        table.addElement(TableColumn(stylename=f"width{width}", defaultcellstylename="Text"))
    # Above a table a sentence runs on over the columns beside it; on a page of text it wraps.
    look = "Plain" if sheet.headings else "Text"
    above = _row([sheet.title], "Title") + "".join(_row([sentence], look) for sentence in sheet.sentences)
    headings = f"<table:table-header-rows>{_row(sheet.headings, 'Heading')}</table:table-header-rows>"
    rows = "".join(_row(row) for row in sheet.rows)
    table.addElement(Markup(above + (headings if sheet.headings else "") + rows), check_grammar=False)
    return table


def _widths(sheet: Sheet) -> list[int]:
    """For each column the place in WIDTHS of the first that holds its longest cell; a page of text has the last."""
    if not sheet.headings:
        return [len(WIDTHS) - 1]
    columns = zip(*([len(_text(cell)) for cell in row] for row in sheet.rows), strict=True)
    longest = [max(lengths) for lengths in columns] if sheet.rows else [0] * len(sheet.headings)
    words = [max(len(word) + 4 for word in heading.split()) for heading in sheet.headings]
    fits = [max(pair) for pair in zip(longest, words, strict=True)]
    return [next(place for place, (limit, _) in enumerate(WIDTHS) if length <= limit) for length in fits]


def _row(cells: Sequence[Cell], style: str = "") -> str:
    return f"<table:table-row>{''.join(_cell(cell, style) for cell in cells)}</table:table-row>"


def _cell(cell: Cell, style: str) -> str:
    """A number is a number, a day a day; everything else is text, whatever it begins with."""
    text, typed = escape(_text(cell)), 'office:value-type="string"'
    if isinstance(cell, Link):
        text = f'<text:a xlink:type="simple" xlink:href="#{cell.sheet}.A1">{text}</text:a>'
    elif isinstance(cell, int | Decimal):
        style = f"Number{min(_decimals(cell), 2)}"
        typed = f'office:value-type="float" office:value="{cell}"'
    elif isinstance(cell, date):
        style = "Month" if isinstance(cell, Month) else "Day"
        typed = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    return f'<table:table-cell table:style-name="{style or "Text"}" {typed}><text:p>{text}</text:p></table:table-cell>'


def _text(cell: Cell) -> str:
    if isinstance(cell, Link):
        return clean(cell.text)
    if isinstance(cell, Symbol):
        return f"[{cell}]"
    if isinstance(cell, Month):
        return sentences.month_name(cell)
    if isinstance(cell, date):
        return sentences.day_name(cell)
    return f"{cell:,}" if isinstance(cell, int | Decimal) else clean(cell)


def _decimals(number: int | Decimal) -> int:
    return max(0, -number.as_tuple().exponent) if isinstance(number, Decimal) else 0


def _add_styles(document) -> None:
    from odf.style import (
        DefaultStyle,
        FontFace,
        ParagraphProperties,
        Style,
        TableCellProperties,
        TableColumnProperties,
        TextProperties,
    )

    document.fontfacedecls.addElement(FontFace(name=FONT, fontfamily=FONT, fontfamilygeneric="swiss"))
    default = DefaultStyle(family="table-cell")
    default.addElement(TextProperties(fontname=FONT, fontsize=SIZE, language="en", country="GB"))
    document.styles.addElement(default)
    for place, (_, width) in enumerate(WIDTHS):
        column = Style(name=f"width{place}", family="table-column")
        column.addElement(TableColumnProperties(columnwidth=width))
        document.automaticstyles.addElement(column)
    formats = _add_formats(document)
    looks = {"Title": ("16pt", "bold", "no-wrap"), "Plain": (SIZE, "normal", "no-wrap"),
             "Heading": (SIZE, "bold", "wrap"), "Text": (SIZE, "normal", "wrap")}  # fmt: skip
    looks |= dict.fromkeys(formats, (SIZE, "normal", "wrap"))
    for name, (size, weight, wrap) in looks.items():
        style = Style(name=name, family="table-cell", **({"datastylename": formats[name]} if name in formats else {}))
        style.addElement(TableCellProperties(wrapoption=wrap, verticalalign="top"))
        if name in formats:
            style.addElement(ParagraphProperties(textalign="end"))
        style.addElement(TextProperties(fontname=FONT, fontsize=size, fontweight=weight))
        document.styles.addElement(style)


def _add_formats(document) -> dict[str, str]:
    """How numbers, days and months look: name of the cell style -> name of its format."""
    from odf.number import DateStyle, Day, Number, NumberStyle, Text, Year
    from odf.number import Month as MonthPart

    formats = {}
    for decimals in range(3):
        style = NumberStyle(name=f"format{decimals}")
        style.addElement(Number(decimalplaces=str(decimals), minintegerdigits="1", grouping="true"))
        document.styles.addElement(style)
        formats[f"Number{decimals}"] = f"format{decimals}"
    for name, parts in {"Day": (Day(), Text(text=" ")), "Month": ()}.items():
        style = DateStyle(name=f"format{name}", language="en", country="GB")
        for part in (*parts, MonthPart(textual="true", style="long"), Text(text=" "), Year(style="long")):
            style.addElement(part)
        document.styles.addElement(style)
        formats[name] = f"format{name}"
    return formats


def _dated(content: bytes, made_at: datetime) -> bytes:
    """The same file, its parts dated by `made_at`: the library dates them by the clock."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(target, "w") as after:
        for part in before.infolist():
            dated = zipfile.ZipInfo(part.filename, made_at.timetuple()[:6])
            dated.compress_type, dated.external_attr = part.compress_type, part.external_attr
            after.writestr(dated, before.read(part))
    return target.getvalue()
