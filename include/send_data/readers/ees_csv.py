"""Published statistics of the Department for Education: wide files, read long.

One row per line and indicator. Columns that identify the line stand in any order or not at all; every other column is
an indicator, named by its header in lower case; a header that stands there twice becomes `<name>` and `<name>_2`.
"""

import re
from pathlib import PurePosixPath

from send_data import seeds
from send_data.readers.csv_file import records
from send_data.readers.errors import UnreadableFileError

IDENTIFYING = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "new_la_code",
    "old_la_code",
    "la_name",
    "breakdown_topic",
    "breakdown",
)
# What the NEET data sets call the same.
CALLED = {"characteristic_grouping": "breakdown_topic", "characteristic": "breakdown"}
# Filters beside the breakdown, and how their totals are labelled.
FILTERS = ("age", "hospital_school", "phase_type_grouping", "type_of_establishment")
TOTALS = ("total", "16-17", "16 to 17")
NEEDED = ("time_period", "geographic_level")
RELEASE = re.compile(r"^ees_[a-z]+(\d{4})_")


def read(file, contracts, la_code, note):
    """Rows of one file, in the contract's order of columns; `dataset` and `release_year` come from its name.

    `note` is told of headers that our figures are made of and that the file lacks, and of those that nobody has mapped.
    """
    (contract,) = contracts
    lines = records(file.stream, contract.file.encoding)
    header = _names(next(lines, (0, []))[1])
    for name in NEEDED:
        if name not in header:
            raise UnreadableFileError(f'column "{name}" is missing: this is no file of published statistics')
    known = _from_name(file.name)
    _note_lost(known, header, PurePosixPath(file.name).name, note)
    for line, record in lines:
        if len(record) != len(header):
            raise UnreadableFileError(f"line {line} has {len(record)} fields where the header has {len(header)}")
        yield from _long(contract, header, record, known)


def _long(contract, header, record, known):
    line = dict(zip(header, record, strict=True))
    filters = "; ".join(f"{name}={line[name]}" for name in FILTERS if line.get(name, "total").lower() not in TOTALS)
    for indicator in header:
        if indicator not in (*IDENTIFYING, *FILTERS):
            row = {**line, **known, "filters": filters, "indicator": indicator, "value": line[indicator]}
            yield contract.source, tuple(row.get(name) or None for name in contract.column_names)


def _names(header):
    """Headers in lower case, by their usual name; the second of two alike ends in _2, the third in _3."""
    names, seen = [], {}
    for text in header:
        name = text.strip().lower()
        name = CALLED.get(name, name)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def _from_name(file_name):
    stem = PurePosixPath(file_name).stem
    release = RELEASE.match(stem)
    return {"dataset": RELEASE.sub("", stem), "release_year": release.group(1) if release else None}


def _note_lost(known, header, name, note):
    mapped = [row for row in seeds.rows("reference", "dfe_indicator") if row["dataset"] == known["dataset"]]
    year = known["release_year"]
    lost = {
        row["dfe_indicator"]
        for row in mapped
        if year and (row["first_release"] or year) <= year <= (row["last_release"] or year)
    } - set(header)
    if not lost:
        return
    ours = {row["dfe_indicator"] for row in mapped}
    strange = [column for column in header if column not in ours and column not in (*IDENTIFYING, *FILTERS)]
    note(
        f"{name} lacks {', '.join(sorted(lost))}, of which figures of ours are made; nobody has mapped its columns"
        f" {', '.join(sorted(strange)) or 'none'}: see dfe_indicator.csv"
    )
