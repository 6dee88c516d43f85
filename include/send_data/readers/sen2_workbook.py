"""The SEN2 return in Excel: DfE's template for data entry, and the workbook that is put together before submission.

The template is one sheet on which the tables stand below each other, each under its title. The workbook has a sheet a
table and no header, so its name has to say what the header would: authority, collection year and reference date, as
in `303_SEN2_2026_2026-10-31.xlsx`. A workbook of another name is refused: whose it is and when cannot be guessed.
"""

import re
from pathlib import PurePosixPath

from send_data.readers.errors import UnreadableFileError
from send_data.readers.header import places_of, plain, shown
from send_data.readers.sen2_layout import LAYOUTS, table_columns
from send_data.readers.sen2_tables import Link, Note, Records, columns_or_refuse, joined
from send_data.readers.xlsx_file import cell_text, open_workbook

NAME = re.compile(r"(?<!\d)(?P<lea>\d{3})_SEN2_(?P<year>\d{4})_(?P<referencedate>\d{4}-\d\d-\d\d)(?!\d)", re.IGNORECASE)
SHEETS = {
    "Person": "Person",
    "Requests": "Requests",
    "Assessment": "Assessments",
    "NamedPlan": "Named Plan",
    "PlanDetail": "Plan Detail",
    "ActivePlans": "Active Plan",
    "PlacementDetail": "Placement Detail",
    "SENneed": "SEN Need",
}
# The workbook's own spelling.
MISSPELT = {"rquestsource": "requestsource"}

TEMPLATE = "Data Entry Template"
TITLES = {
    "header record": "Header",
    "person record": "Person",
    "requests records": "Requests",
    "assessments records": "Assessment",
    "named plan records": "NamedPlan",
    "plan detail records": "PlanDetail",
    "active plan records": "ActivePlans",
    "placement detail records": "PlacementDetail",
    "sen need records": "SENneed",
}
# Some of the template's headers end in a hint within brackets, which is passed over.
HINT = re.compile(r"\s*\(.*\)$")
HEADERS = {
    "collection": "Collection Name",
    "year": "Year",
    "referencedate": "Reference Date",
    "sourcelevel": "Source Level",
    "lea": "LA Number",
    "softwarecode": "Software Code",
    "release": "Release",
    "serialno": "Serial Number",
    "datetime": "Date & Time",
    "dmo": "Designated Medical Officer",
    "dco": "Designated Clinical Officer",
    "dsco": "Designated Social Care Officer",
    "persontableid": "Person ID",
    "requeststableid": "Requests record ID",
    "surname": "Surname",
    "forename": "Forename",
    "personbirthdate": "Date of Birth",
    "gendercurrent": "Gender",
    "sex": "Sex",
    "ethnicity": "Ethnicity",
    "postcode": "Post Code",
    "upn": "UPN - Unique Pupil Number",
    "uniquelearnernumber": "ULN - Young Persons Unique Learner Number",
    "upnunknown": "UPN and ULN unavailable - Reason",
    "receiveddate": "Date request was received",
    "requestsource": "Source of request for an EHC needs assessment",
    "rya": "Initial Request Whilst In RYA",
    "requestoutcomedate": "Request Outcome Date",
    "requestoutcome": "Request Outcome",
    "requestmediation": "Request Mediation",
    "requesttribunal": "Request Tribunal",
    "exported": "Exported - Child or young person moves out of LA before assessment is completed",
    "assessmentoutcome": "Assessment Outcome - Decision to issue EHC plan",
    "assessmentoutcomedate": "Assessment Outcome Date",
    "assessmentmediation": "Assessment Mediation",
    "assessmenttribunal": "Assessment Tribunal",
    "othermediation": "Other Mediation",
    "othertribunal": "Other Tribunal",
    "week20": "Twenty week time limit exceptions apply",
    "startdate": "EHC Plan Start Date",
    "planres": "Residential Settings",
    "planwbp": "Work Based Learning Activity",
    "pb": "Personal Budget taken up",
    "oa": "Personal Budget - Organised Arrangements",
    "dp": "Personal Budget - Direct Payments",
    "ceasedate": "Date EHC plan ceased",
    "ceasereason": "Reason EHC plan ceased",
    "urn": "URN - Unique Reference Number",
    "ukprn": "UKPRN - UK Provider Reference Number",
    "sensetting": "SEN Setting - Establishment type",
    "sensettingother": "SEN Setting - Other",
    "placementrank": "Placement Rank",
    "senunitindicator": "SEN Unit Indicator",
    "resourcedprovisionindicator": "Resourced Provision Indicator",
    "transferla": "EHC Plan transferred in from another LA during calendar year",
    "reviewmeeting": "Annual Review Meeting Date",
    "reviewoutcome": "Annual Review Decision",
    "reviewdraft": "Annual review - date draft amended EHC plan issued",
    "phasetransferduedate": "Phase transfer review - due date for any amended plan",
    "phasetransferfinaldate": "Phase transfer review - final plan date",
    "lastreview": "EHC Plan Review Decisions Date",
    "entrydate": "Placement Start Date",
    "leavingdate": "Placement Leaving Date",
    "attendancepattern": "Attendance Pattern",
    "res": "Residential Settings",
    "wbp": "Work Based Learning Activity",
    "sentype": "SEN Type of Need",
    "sentyperank": "SEN Type of Need rank",
}

HEADER_COLUMNS = table_columns(max(LAYOUTS))["Header"]
# Columns of both kinds that say nothing beside the others.
KNOWN_BESIDE = {"persontableid", "person id", "record type", "la"}

# People and requests have an id, and everything below bears that of its request.
LINKS = {
    table: Link(None, "Requests", "requeststableid", single=table in ("Assessment", "NamedPlan", "ActivePlans"))
    for table in SHEETS
} | {
    "Header": Link(None, None, None, single=False),
    "Person": Link("persontableid", None, None, single=False),
    "Requests": Link("requeststableid", "Person", "persontableid", single=False),
}


def read(file, contracts, checked_year, note: Note) -> Records:
    """(source, {column: text}) of either kind. Raises UnreadableFileError."""
    book = open_workbook(file.stream)
    try:
        sheets = {plain(name): name for name in book.sheetnames}
        if plain(TEMPLATE) in sheets:
            rows = _template_rows(book[sheets[plain(TEMPLATE)]], checked_year, note)
        else:
            rows = _workbook_rows(book, sheets, file.name, checked_year, note)
        yield from joined(rows, LINKS, contracts)
    finally:
        book.close()


def _workbook_rows(book, sheets, name, checked_year, note):
    missing = [sheet for sheet in SHEETS.values() if plain(sheet) not in sheets]
    if missing:
        raise UnreadableFileError(f"sheets are missing that a SEN2 workbook has: {', '.join(missing)}")
    said = NAME.search(PurePosixPath(name).name)
    if not said:
        raise UnreadableFileError(
            "a workbook says nowhere whose it is and of when, so its name must say: <authority>_SEN2_<collection year>"
            "_<reference date>.xlsx, like 303_SEN2_2026_2026-10-31.xlsx"
        )
    header = {"collection": "SEN2", **said.groupdict()}
    year = checked_year(header)
    yield "Header", header
    columns = table_columns(year)
    for table, title in SHEETS.items():
        sheet = book[sheets[plain(title)]]
        # What the file says about its own size is often wrong; the rows themselves decide.
        sheet.reset_dimensions()
        rows = enumerate(sheet.iter_rows(), start=1)
        names = [MISSPELT.get(name, name) for name in _names(next(rows, (1, ()))[1])]
        wanted = {name: name for name in [*LINKS[table].columns, *columns[table]]}
        found = _Table(title, names, wanted, year, note)
        yield from ((table, row) for number, cells in rows for row in found.rows(number, cells))


def _template_rows(sheet, checked_year, note):
    sheet.reset_dimensions()
    found, met, year, columns = None, [], None, {}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        title = plain(cells[0].value) if cells else ""
        if title in TITLES:
            met.append(title)
            found = None
        elif met and found is None:
            table, names = TITLES[met[-1]], [HINT.sub("", name) for name in _names(cells)]
            if year is None and table != "Header":
                raise UnreadableFileError(f'sheet "{TEMPLATE}": there is no Header Record above the other tables')
            wanted = {name: HEADERS[name] for name in [*LINKS[table].columns, *columns.get(table, HEADER_COLUMNS)]}
            if table == "Header":
                wanted = {name: text for name, text in wanted.items() if plain(text) in names}
            found = _Table(met[-1], names, wanted, year, note)
        elif met:
            for row in found.rows(number, cells):
                if table == "Header":
                    year = checked_year(row)
                    columns = table_columns(year)
                    columns_or_refuse(row, columns["Header"], year)
                yield table, row
    _check_titles(met)


def _check_titles(met):
    missing = [title for title in TITLES if title not in met]
    doubled = [title for title in TITLES if met.count(title) > 1]
    if missing or doubled:
        wrong = [f"{title} is missing" for title in missing] + [f"{title} stands twice" for title in doubled]
        raise UnreadableFileError(f'sheet "{TEMPLATE}": {", ".join(wrong)}')


class _Table:
    """A table on a sheet, from its header row on: `wanted` is {column: its header}."""

    def __init__(self, title, names, wanted, year, note):
        self.sheet, self.wanted = title, list(wanted)
        needed_by = f'which the table "{title}" of the SEN2 layout of {year} needs'
        self.places, others = places_of(names, list(wanted.values()), needed_by)
        beyond = [name for name in others if name not in KNOWN_BESIDE]
        if beyond:
            note(f'table "{title}": {shown(beyond)} not in the SEN2 layout and not used')

    def rows(self, number, cells):
        """The row as {column: text}; none when nothing of it is filled in."""
        row = {
            name: cell_text(cells, place, number, self.sheet)
            for name, place in zip(self.wanted, self.places, strict=True)
        }
        if any(row.values()):
            yield row


def _names(cells):
    return [plain(cell.value) for cell in cells]
