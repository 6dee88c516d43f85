"""The SEN2 return as COLLECT exports it: nine CSV files, tied by ids. Their own headers say which is which."""

from contextlib import contextmanager

from send_data.readers.csv_file import records
from send_data.readers.errors import UnreadableFileError
from send_data.readers.header import places_of, plain, shown
from send_data.readers.sen2_layout import table_columns
from send_data.readers.sen2_tables import Link, Note, Records, columns_or_refuse, joined

# Each table and the one its rows belong to, parents first.
PARENTS = {
    "Header": None,
    "Person": "Header",
    "Requests": "Person",
    "Assessment": "Requests",
    "NamedPlan": "Assessment",
    "PlanDetail": "NamedPlan",
    "ActivePlans": "Requests",
    "PlacementDetail": "ActivePlans",
    "SENneed": "ActivePlans",
}
SINGLE = {"Assessment", "NamedPlan", "ActivePlans"}
# What COLLECT adds to every table.
ADDED = ("tableid", "nativeid", "orderseqcolumn", "sourceid")


def _name(table):
    return "sen2" if table == "Header" else table.lower()


def _id(table):
    return f"{_name(table)}tableid" if table else None


LINKS = {table: Link(_id(table), parent, _id(parent), table in SINGLE) for table, parent in PARENTS.items()}


def read(files, contracts, checked_year, note: Note) -> Records:
    """(source, {column: text}) of the nine files of an export. Raises UnreadableFileError naming what is missing."""
    encoding = contracts[0].file.encoding
    found = {}
    for file in files:
        with _naming(file):
            table = _table_of(_header_of(file, encoding))
            if table in found:
                raise UnreadableFileError(f"a second file of the table {_name(table)}")
        found[table] = file
    missing = [_name(table) for table in PARENTS if table not in found]
    if missing:
        raise UnreadableFileError(f"of the nine files of an export these are missing: {', '.join(missing)}")
    with _naming(found["Header"]):
        year, columns = _columns(found["Header"], encoding, checked_year)

    def rows():
        for table in PARENTS:
            with _naming(found[table]):
                wanted = [*LINKS[table].columns, *columns[table]]
                needed_by = f"which {_name(table)} of the SEN2 layout of {year} needs"
                yield from ((table, row) for row in _rows(found[table], encoding, wanted, needed_by, note))

    return joined(rows(), LINKS, contracts)


@contextmanager
def _naming(file):
    try:
        yield
    except UnreadableFileError as error:
        raise error.of(file.name) from None


def _header_of(file, encoding):
    file.stream.seek(0)
    return [plain(text) for text in next(records(file.stream, encoding), (0, []))[1]]


def _table_of(header):
    """The table whose own id is there: it has its parent's too, which comes before it."""
    found = [table for table in PARENTS if _id(table) in header]
    if not found:
        raise UnreadableFileError(
            "this is none of the forms that a SEN2 return comes in: XML, the nine CSV files of a COLLECT export, the"
            " template for data entry, the workbook before submission"
        )
    return found[-1]


def _columns(file, encoding, checked_year):
    """(year, {table: its columns}) from the one row of the header's table."""
    names = _header_of(file, encoding)
    rows = list(_rows(file, encoding, names, "", lambda text: None))
    if len(rows) != 1:
        raise UnreadableFileError(f"the table sen2 has {len(rows)} rows and not one")
    year = checked_year(rows[0])
    columns = table_columns(year)
    columns_or_refuse(rows[0], columns["Header"], year)
    return year, columns


def _rows(file, encoding, wanted, needed_by, note):
    """{column: text} of each row."""
    file.stream.seek(0)
    lines = records(file.stream, encoding)
    _, header = next(lines)
    places, others = places_of(header, wanted, needed_by)
    beyond = [name for name in others if not plain(name).endswith(ADDED)]
    if beyond:
        note(f"{file.name}: {shown(beyond)} not in the SEN2 layout and not used")
    for line, record in lines:
        if len(record) != len(header):
            raise UnreadableFileError(f"line {line} has {len(record)} fields where the header has {len(header)}")
        yield {name: record[place] or None for name, place in zip(wanted, places, strict=True)}
