"""How text files of the borough are put together: CSV with one header, dates by a pattern, escaped XML."""

import csv
import io
from datetime import date
from xml.sax.saxutils import escape

UK = "%d/%m/%Y"
UK_HYPHEN = "%d-%m-%Y"


def csv_bytes(header: list[str], rows, encoding: str = "utf-8") -> bytes:
    """A CSV file: the header, then the rows (lists of text, numbers or None), lines ended by a line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def uk_date(day: date | None) -> str:
    """dd/mm/yyyy, or nothing."""
    return day.strftime(UK) if day else ""


def gias_date(day: date | None) -> str:
    """dd-mm-yyyy, or nothing."""
    return day.strftime(UK_HYPHEN) if day else ""


def iso_date(day: date | None) -> str:
    """yyyy-mm-dd, or nothing."""
    return day.isoformat() if day else ""


def yes_no(flag: bool | None) -> str:
    """Y, N, or nothing when not known."""
    return "" if flag is None else "Y" if flag else "N"


def element(tag: str, value, indent: int) -> str:
    """One line with an XML element, or nothing when there is no value."""
    if value is None or value == "":
        return ""
    return f"{' ' * indent}<{tag}>{escape(str(value))}</{tag}>\n"
