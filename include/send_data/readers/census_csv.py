"""The school census as COLLECT exports it for an authority: one CSV a table, the tables of a term tied by ids.

The table of the schools' returns says which year and term it is, and these choose the layout (census_layouts.yml): the
tables that make the set whole, and the columns of each. Which table a file is, its own header says.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import yaml

from send_data.readers.csv_file import records
from send_data.readers.errors import UnreadableFileError
from send_data.readers.header import places_of, plain

SCHOOLS = "schoolcensus"
ON_ROLL, OFF_ROLL = "pupilonroll", "pupilnolongeronroll"
TERMS = {"AUT": "autumn", "SPR": "spring", "SUM": "summer"}
# What COLLECT adds to every table.
ADDED = ("tableid", "nativeid", "orderseqcolumn", "sourceid")
EXPORTED_DAY = re.compile(r"^(\d{4})-([A-Z][a-z]{2})-(\d{2})(?: 00:00:00)?$")
MONTHS = {name: f"{number:02d}" for number, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
)}  # fmt: skip
WHOLE_NUMBER = re.compile(r"^(\d+)\.0+$")
FLAGS = {"true": "1", "false": "0"}
# Fields of few different values, whose reading is worth remembering.
REMEMBERED = 1 << 16


@dataclass(frozen=True)
class Table:
    """Where a table's rows go, the table they belong to, and what being of this table says of them."""

    source: str
    of: str | None = None
    says: dict[str, str] = field(default_factory=dict)


# Parents first.
TABLES = {
    SCHOOLS: Table("census__school"),
    ON_ROLL: Table("census__pupil", SCHOOLS, {"is_on_roll": "1"}),
    OFF_ROLL: Table("census__pupil", SCHOOLS, {"is_on_roll": "0"}),
    "senneeds": Table("census__sen_need", ON_ROLL),
    "termlyexclusionsonroll": Table("census__exclusion", ON_ROLL),
    "termlyexclusionsoffroll": Table("census__exclusion", OFF_ROLL),
    "termlysessiondetailsonroll": Table("census__session_detail", ON_ROLL, {"period": "TERM"}),
    "termlysessiondetailsoffroll": Table("census__session_detail", OFF_ROLL, {"period": "TERM"}),
    "summerhalfterm2sessiondetailsonroll": Table("census__session_detail", ON_ROLL, {"period": "SECOND_HALF"}),
    "summerhalfterm2sessiondetailsoffroll": Table("census__session_detail", OFF_ROLL, {"period": "SECOND_HALF"}),
}
# Columns of the contracts that are no column of a file.
MADE = frozenset({"school_census_id", "pupil_id", "is_on_roll", "period", "sessions_possible_of_pupil"})


@cache
def layouts() -> dict[tuple[str, str], dict[str, dict[str, str]]]:
    """{(year, term): {table: {a column's name of today: its name in that year's files}}}."""
    given = yaml.safe_load(Path(__file__).with_name("census_layouts.yml").read_text("utf-8"))
    now = {term: _first_layout(given["tables"], term) for term in TERMS.values()}
    renamed = [(term, change["table"], change.get("rename", {})) for _, term, change in _changes(given)]
    found = {}
    for year in (given["first_year"], *given["changes"]):
        for changed_in, term, change in _changes(given):
            if changed_in == year:
                now[term][change["table"]] = _changed(now[term][change["table"]], change)
        for term, tables in now.items():
            found[str(year), term] = {
                table: {_name_of_today(renamed, term, table, name): name for name in names}
                for table, names in tables.items()
            }
    return found


def _first_layout(tables, term):
    return {
        table: [name for part in parts if term in part.get("terms", TERMS.values()) for name in part["columns"]]
        for table, parts in tables.items()
        if any(term in part.get("terms", TERMS.values()) for part in parts)
    }


def _changes(given):
    """(year, term, change) for each term that a change concerns."""
    for year, changes in given["changes"].items():
        for change in changes:
            for term in change.get("terms", TERMS.values()):
                yield year, term, change


def _changed(names, change):
    renamed = [change.get("rename", {}).get(name, name) for name in names]
    return [name for name in renamed if name not in change.get("remove", ())] + change.get("add", [])


def _name_of_today(renamed, term, table, name):
    for of_term, of_table, names in renamed:
        if (of_term, of_table) == (term, table):
            name = names.get(name, name)
    return name


def read_set(files, contracts, la_code, note):
    """Rows of the five sources from the files of one term of the authority `la_code`, pupils before what they have.

    Raises UnreadableFileError: an unknown year or term, a missing part, rows that belong to no pupil of the set.
    """
    encoding = contracts[0].file.encoding
    tables = _tables_of(files, encoding, note)
    if SCHOOLS not in tables:
        raise UnreadableFileError(f"the table {SCHOOLS} is missing, which says the year and term of the census")
    with _naming(tables[SCHOOLS]):
        year, term = _year_and_term(tables[SCHOOLS], encoding, la_code)
    layout, called = layouts()[year, term], f"the {term} census of {year}"
    missing = [table for table in TABLES if table in layout and table not in tables]
    if missing:
        raise UnreadableFileError(f"of the tables of {called} these are missing: {', '.join(missing)}")
    beyond = [table for table in tables if table not in layout]
    if beyond:
        note(f"tables that are no part of {called} are left out: {', '.join(beyond)}")
    sources, known = {contract.source: contract for contract in contracts}, {}
    for table in (table for table in TABLES if table in layout):
        with _naming(tables[table]):
            contract = sources[TABLES[table].source]
            yield from _rows(table, tables[table], contract, layout[table], called, known, note)


@contextmanager
def _naming(file):
    try:
        yield
    except UnreadableFileError as error:
        raise error.of(file.name) from None


def _tables_of(files, encoding, note):
    """{table: its file}; tables that no figure needs are left out."""
    found = {}
    for file in files:
        with _naming(file):
            _, header = _header(file, encoding)
            if not any(name.endswith("tableid") for name in header):
                raise UnreadableFileError("this is no table of a COLLECT export: its header has no id")
            own = [table for table in TABLES if f"{table}orderseqcolumn" in header]
            if own and own[0] in found:
                raise UnreadableFileError(f"a second file of the table {own[0]}")
            if own:
                found[own[0]] = file
            else:
                note(f"{file.name} is none of the tables that are read, and is left out")
    return found


def _header(file, encoding):
    """(the lines after the header, the header as it is compared)."""
    file.stream.seek(0)
    lines = records(file.stream, encoding)
    return lines, [plain(text) for text in next(lines, (0, []))[1]]


def _year_and_term(file, encoding, la_code):
    """The one year and term of all schools' returns."""
    lines, header = _header(file, encoding)
    places, _ = places_of(header, ["collection", "lea", "year", "term"], "which says what census it is")
    found = {tuple(_read_field(record[place]) for place in places) for _, record in lines if len(record) == len(header)}
    if any(collection != "SC" for collection, *_ in found):
        raise UnreadableFileError("Collection is not SC, the school census")
    if any(lea != la_code for _, lea, *_ in found):
        raise UnreadableFileError(f"there are schools of another authority, not of {la_code}")
    if len(found) != 1:
        raise UnreadableFileError(f"the schools' returns are of {len(found)} censuses and not of one")
    ((_, _, year, term),) = found
    if (year, TERMS.get(term)) not in layouts():
        known = ", ".join(sorted({of_year for of_year, _ in layouts()}))
        raise UnreadableFileError(f"its term is none of {', '.join(TERMS)} or its year none of {known}")
    return year, TERMS[term]


def _ids(table):
    """The columns that tie a row: a school's own id; a pupil's, which is unique within a school."""
    of = TABLES[table].of
    return ["schoolcensustableid"] if of is None else [f"{table if of == SCHOOLS else of}tableid", "nativeid"]


def _rows(table, file, contract, layout, called, known, note):
    """(source, row) of a table. `known` are the schools and pupils met before, pupils with their sessions possible."""
    lines, header = _header(file, contract.file.encoding)
    columns, ids = [column for column in contract.columns if column.header in layout], _ids(table)
    wanted = ids + [layout[column.header] for column in columns]
    places, others = places_of(header, wanted, f"which {table} of {called} has")
    beyond = [name for name in map(plain, others) if name not in layout.values() and not name.endswith(ADDED)]
    if beyond:
        note(f"{file.name}: {len(beyond)} columns beyond the layout are left out")
    id_places, width = places[: len(ids)], len(header)
    reads = [(c.name, _reading(c), place) for c, place in zip(columns, places[len(ids) :], strict=True)]
    lost = 0
    for line, record in lines:
        if len(record) != width:
            raise UnreadableFileError(f"line {line} has {len(record)} fields where the header has {width}")
        row = {name: read(record[place]) for name, read, place in reads}
        row |= TABLES[table].says
        if _tie(table, [record[place] for place in id_places], row, known):
            yield contract.source, tuple(row.get(name) for name in contract.column_names)
        else:
            lost += 1
    if lost:
        raise UnreadableFileError(
            f"the tables do not fit together: {lost} rows of {table} have no id, that of another, or one of no row of"
            f" {TABLES[table].of}"
        )


def _tie(table, ids, row, known):
    """Give a row the id of its school's return or its pupil; False where that belongs to nothing of the set."""
    of = TABLES[table].of
    if of is None:
        (row["school_census_id"],) = ids
        known_before = known.setdefault(ids[0], row) is not row
        return bool(ids[0]) and not known_before
    pupil_id = " ".join([*ids, table if of == SCHOOLS else of])
    row["pupil_id"] = pupil_id
    if of == SCHOOLS:
        if not ids[0] or pupil_id in known or row["school_census_id"] not in known:
            return False
        known[pupil_id] = _possible(row["sessions_possible"], row.get("second_half_sessions_possible"))
        return True
    if "period" in row and pupil_id in known:
        row["sessions_possible_of_pupil"] = known[pupil_id][row["period"]]
    return pupil_id in known


@lru_cache(REMEMBERED)
def _possible(term, second_half):
    """One mapping for all pupils with the same numbers: there are many pupils and few numbers."""
    return {"TERM": term, "SECOND_HALF": second_half}


def _reading(column):
    """How a field becomes text that the contract's types know; what cannot be read stays, for the gate to refuse."""
    if column.type == "date":
        return _read_day
    return _read_text if column.type in ("text", "upn") else _read_field


def _read_text(text):
    return text or None


@lru_cache(REMEMBERED)
def _read_day(text):
    """2025-Feb-14 00:00:00 as 2025-02-14."""
    match = EXPORTED_DAY.match(text)
    return f"{match[1]}-{MONTHS[match[2]]}-{match[3]}" if match and match[2] in MONTHS else text or None


@lru_cache(REMEMBERED)
def _read_field(text):
    """True as 1, 10.0 as 10."""
    return FLAGS.get(text.lower(), WHOLE_NUMBER.sub(r"\1", text)) or None
