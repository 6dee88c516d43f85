"""The SEN2 return as tables, whatever file they stand in: rows tied by ids, and values written as the XML writes them.

Tables and columns are those of the XML's layout. The ids exist in these forms only. A row whose id another row bears,
or which belongs to a row that is not there, says that the tables are not whole (of two exports, or broken off), and
no part of them is used: which child a row is of must never be guessed.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from send_data.readers.errors import UnreadableFileError
from send_data.readers.sen2_layout import NUMBERS, TABLES

EXPORTED_DAY = re.compile(r"^(\d{4})-([A-Z][a-z]{2})-(\d{2})(?: (\d{2}:\d{2}:\d{2}))?$")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHOLE_NUMBER = re.compile(r"^(\d+)\.0+$")
FLAGS = {"true": "1", "false": "0"}

Note = Callable[[str], None]
Records = Iterator[tuple[str, dict]]


@dataclass(frozen=True)
class Link:
    """How a table's rows are tied: the column of their own id, the table they belong to, and the column that says so.

    `single`: of the rows of its kind only one may belong to the same row.
    """

    own: str | None
    parent: str | None
    column: str | None
    single: bool

    @property
    def columns(self) -> list[str]:
        """The columns that tie."""
        return [name for name in (self.own, self.column) if name]


def joined(records: Records, links: dict[str, Link], contracts) -> Records:
    """(source, {column: text}) of (table, {column: text}) that come parents first, numbered as in an XML.

    Raises UnreadableFileError, with counts, when rows do not belong together.
    """
    as_in_xml = {contract.source: _converters(contract) for contract in contracts}
    known, taken = defaultdict(dict), defaultdict(set)
    counts, faults = Counter(), Counter()
    for table, row in records:
        link, numbers = links[table], {}
        if link.parent:
            key = row[link.column]
            numbers = known[link.parent].get(key)
            if numbers is None:
                faults[f"{table} belong to no row of {link.parent}"] += 1
                continue
            if link.single and key in taken[table]:
                faults[f"{table} belong to the same row of {link.parent} as another"] += 1
            taken[table].add(key)
        if table in NUMBERS:
            counts[table] += 1
            numbers = {**numbers, NUMBERS[table]: str(counts[table])}
        if link.own:
            if row[link.own] is None or row[link.own] in known[table]:
                faults[f"{table} have no id, or that of another"] += 1
            known[table][row[link.own]] = numbers
        convert = as_in_xml[TABLES[table]]
        yield (
            TABLES[table],
            {**numbers, **{name: text and convert.get(name, _number)(text) for name, text in row.items()}},
        )
    if faults:
        told = "; ".join(f"{count} rows of {fault}" for fault, count in faults.items())
        raise UnreadableFileError(f"the tables do not fit together: {told}")


def columns_or_refuse(header: dict, columns: list[str], year: str) -> None:
    """Raise UnreadableFileError when the header lacks a column that the layout of its year has."""
    missing = [name for name in columns if name not in header]
    if missing:
        raise UnreadableFileError(f"the header lacks {', '.join(missing)}, which the SEN2 layout of {year} has")


def _converters(contract):
    """{column: how its text becomes what the XML has}. What cannot be read stays, for the gate to refuse."""
    found = {"datetime": _moment, "serialno": lambda text: _number(text).zfill(3)}
    for column in contract.columns:
        name = column.name.replace("_", "")
        if column.type == "date":
            found[name] = _day
        elif column.codes == "sen2_flag":
            found[name] = lambda text: FLAGS.get(text.lower(), _number(text))
        elif column.type in ("text", "upn"):
            found.setdefault(name, str)
    return found


def _number(text):
    """Excel shows whole numbers with a decimal point."""
    return WHOLE_NUMBER.sub(r"\1", text)


def _day(text):
    """2022-Sep-28 00:00:00, 2022-09-28 00:00:00 and 2022-09-28 as the last of them."""
    return _moment(text).removesuffix("T00:00:00")


def _moment(text):
    found = EXPORTED_DAY.match(text)
    if found and found[2] in MONTHS:
        year, month, day, time = found.groups()
        return f"{year}-{MONTHS.index(month) + 1:02}-{day}T{time or '00:00:00'}"
    return text.replace(" ", "T")
