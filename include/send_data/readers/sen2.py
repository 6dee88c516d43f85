"""The SEN2 person-level return, collection years 2023 to 2026, in the four forms it comes in.

XML, the nine CSV files of a COLLECT export, DfE's Excel template for data entry, and the workbook that authorities
put together before they submit. What stands in the files says which form they are. All yield the same rows of text,
as the XML has them: a table has no sign of the form it came in, nor of the year.
"""

import re
from collections.abc import Iterator
from functools import partial

from send_data.readers import sen2_export, sen2_workbook, sen2_xml
from send_data.readers.errors import UnreadableFileError
from send_data.readers.sen2_layout import FIRST_YEAR, LAYOUTS, NUMBERS, TABLES

ZIP_BEGINS = b"PK\x03\x04"
XML_BEGINS = re.compile(rb"^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
SEX_OF_GENDER = {"1": "M", "2": "F", "0": None, "9": None}

Records = Iterator[tuple[str, dict]]


def read_set(files, contracts, la_code, note):
    """Rows of one return of the authority `la_code`, which is one file or the nine of an export."""
    columns = {contract.source: [_plain_name(name) for name in contract.column_names] for contract in contracts}
    for source, values in _as_of_today(_records(files, contracts, partial(_checked_year, la_code=la_code), note), note):
        yield source, tuple(map(values.get, columns[source]))


def _plain_name(column):
    """Elements and their columns differ in underscores alone; the numbers of rows are the readers' own."""
    return column if column in NUMBERS.values() else column.replace("_", "")


def _records(files, contracts, checked_year, note) -> Records:
    """(source, {column: text}) in the words of the return's own year."""
    first = files[0].stream.read(1024)
    files[0].stream.seek(0)
    if len(files) > 1 or not (XML_BEGINS.match(first) or first.startswith(ZIP_BEGINS)):
        return sen2_export.read(files, contracts, checked_year, note)
    if first.startswith(ZIP_BEGINS):
        return sen2_workbook.read(files[0], contracts, checked_year, note)
    return sen2_xml.read(files[0], checked_year)


def _checked_year(header, la_code):
    if header.get("collection") != "SEN2":
        raise UnreadableFileError("Header: Collection is not SEN2")
    if header.get("lea") != la_code:
        raise UnreadableFileError(f"Header: this is a file of another authority, not of {la_code}")
    if header.get("year") not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        raise UnreadableFileError(f"Header: the collection year is none of {known}, whose layouts are known")
    return header["year"]


def _as_of_today(records: Records, note) -> Records:
    """Rows of any year in the words of the latest: sex for gender, residence and work with the placement."""
    reference_date, plans, placements = "", {}, []
    for source, values in records:
        if source == TABLES["Header"]:
            yield source, values
            if values["year"] != str(FIRST_YEAR):
                yield from records
                return
            reference_date = values.get("referencedate") or ""
        elif source == TABLES["PlacementDetail"]:
            placements.append(values)
        else:
            if source == TABLES["Person"]:
                gender = values.get("gendercurrent")
                values["sex"] = SEX_OF_GENDER.get(gender, gender)
            elif source == TABLES["ActivePlans"] and (values.get("res") or values.get("wbp")):
                plans[values["request_number"]] = values
            yield source, values
    yield from _with_residence(plans, placements, reference_date, note)


def _with_residence(plans, placements, reference_date, note):
    """What a plan of 2023 says of residence and work is true of its main placement on the reference date."""
    main = {}
    for row in placements:
        request = row["request_number"]
        if request in plans:
            main[request] = max(main.get(request, row), row, key=partial(_placement_order, reference_date))
    for request, row in main.items():
        row |= {name: plans[request].get(name) for name in ("res", "wbp")}
    if len(main) < len(plans):
        note(f"{len(plans) - len(main)} plans without a placement say residence or work: that is left out")
    for row in placements:
        yield TABLES["PlacementDetail"], row


def _placement_order(reference_date, row):
    """Current before past and future; then the lowest rank, then the latest entry."""
    entered, left = row.get("entrydate") or "", row.get("leavingdate") or "9999"
    return entered <= reference_date <= left, -int(row.get("placementrank") == "2"), entered
