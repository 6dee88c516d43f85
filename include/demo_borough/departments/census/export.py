"""The files of a census as COLLECT exports them for the authority: one CSV a table, the layouts of 2026."""

from functools import cache

from demo_borough.departments.census.facts import Census
from demo_borough.text import csv_bytes

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TERM_CODES = {"spring": "SPR", "summer": "SUM", "autumn": "AUT"}
SCHOOL_COLUMNS = [
    "schoolcensustableid", "NativeId", "schoolcensusorderseqcolumn", "sourceid", "collection", "term", "year",
    "referencedate", "serialno", "sourcelevel", "estab", "softwarecode", "datetime", "release", "xversion", "lea",
]  # fmt: skip
PUPIL_COLUMNS = {
    "spring": [
        "pupilonrolltableid", "NativeId", "dob", "surname", "forename", "middlenames", "preferredsurname",
        "formersurname", "upn", "formerupn", "uniquelearnernumber", "sex", "entrydate", "pupilonrollorderseqcolumn",
        "sourceid", "schoolcensustableid", "hoursatsetting", "schoollunchtaken", "parttime", "topupfunding",
        "unitcontacttime", "termlysessionspossible", "senunitindicator", "resourcedprovisionindicator",
        "moveoffrollflag", "fundedhours", "missingaddress", "duplicatenotfunded", "extendedhours", "eligibilitycode",
        "dafindicator", "ethnicity", "yssa", "servicechild", "language", "classtype", "enrolstatus", "boarder",
        "plaa", "senprovision", "ncyearactual", "eyppr", "eyppbf", "youngcarer",
    ],
    "summer": [
        "pupilonrolltableid", "NativeId", "dob", "surname", "forename", "middlenames", "preferredsurname",
        "formersurname", "upn", "formerupn", "uniquelearnernumber", "sex", "entrydate", "pupilonrollorderseqcolumn",
        "sourceid", "schoolcensustableid", "hoursatsetting", "schoollunchtaken", "parttime", "topupfunding",
        "termlysessionspossible", "senunitindicator", "resourcedprovisionindicator", "moveoffrollflag", "fundedhours",
        "missingaddress", "extendedhours", "eligibilitycode", "dafindicator", "yssa", "servicechild", "language",
        "classtype", "enrolstatus", "boarder", "plaa", "senprovision", "ncyearactual", "eyppr", "eyppbf",
        "expandedhours",
    ],
    "autumn": [
        "pupilonrolltableid", "NativeId", "dob", "surname", "forename", "middlenames", "preferredsurname",
        "formersurname", "upn", "formerupn", "uniquelearnernumber", "sex", "entrydate", "pupilonrollorderseqcolumn",
        "sourceid", "schoolcensustableid", "hoursatsetting", "schoollunchtaken", "parttime", "topupfunding",
        "termlysessionspossible", "senunitindicator", "resourcedprovisionindicator", "moveoffrollflag", "fundedhours",
        "missingaddress", "duplicatenotfunded", "summerhalfterm2sessionspossible", "extendedhours", "eligibilitycode",
        "dafindicator", "yssa", "servicechild", "language", "classtype", "enrolstatus", "boarder", "plaa",
        "senprovision", "ncyearactual", "eyppr", "eyppbf",
    ],
}  # fmt: skip
LEAVER_COLUMNS = [
    "pupilnolongeronrolltableid", "NativeId", "dob", "surname", "forename", "middlenames", "preferredsurname",
    "formersurname", "upn", "formerupn", "uniquelearnernumber", "sex", "entrydate", "leavingdate",
    "pupilnolongeronrollorderseqcolumn", "sourceid", "schoolcensustableid", "parttime", "termlysessionspossible",
    "moveonrollflag", "boarder", "language",
]  # fmt: skip
EXCLUSION_COLUMNS = ["startdate", "sessions", "reason1", "reason2", "reason3", "category", "senprovision"]
PERIODS = ("termly", "summerhalfterm2")
ON_ROLL, OFF_ROLL = ("pupilonroll", "onroll"), ("pupilnolongeronroll", "offroll")


def files(census: Census, establishment_numbers: dict[str, int], bad_pupils: list[dict], bad_exclusions: list[list]):
    """Name and bytes of each table; the bad rows are added at the end, exclusions to the first pupil on roll."""
    tables = _Tables(census, establishment_numbers)
    for name, header, rows in tables.all(bad_pupils, bad_exclusions):
        yield f"{census.census_on.year}_{census.term}_{name}.csv", csv_bytes(header, rows)


class _Tables:
    """Rows of the tables, with the ids that tie them."""

    def __init__(self, census, establishment_numbers):
        self.census = census
        self.numbers = {urn: str(establishment_numbers[urn]) for urn in {pupil.urn for pupil in census.pupils}}
        self.schools = {urn: f"{number}-{census.term[:3]}" for urn, number in self.numbers.items()}
        self.ids = [f"{number:08x}-{census.month[2:4]}{census.month[5:]}" for number in range(len(census.pupils))]

    def all(self, bad_pupils, bad_exclusions):
        """(table, header, rows)."""
        census = self.census
        yield "schoolcensus", SCHOOL_COLUMNS, [self._school(*row) for row in enumerate(sorted(self.schools), start=1)]
        for (table, suffix), is_on_roll in ((ON_ROLL, True), (OFF_ROLL, False)):
            rows = [(k, pupil) for k, pupil in enumerate(census.pupils) if pupil.is_on_roll is is_on_roll]
            header = self._pupil_columns(is_on_roll)
            at_school = {"schoolcensustableid": min(self.schools.values())}
            bad = [[(row | at_school).get(name, "") for name in header] for row in bad_pupils] if is_on_roll else []
            yield table, header, [self._pupil(k, pupil, header, table) for k, pupil in rows] + bad
            if is_on_roll and census.term == "spring":
                yield self._children(table, "senneeds", ["sentyperank", "sentype"], rows, _needs)
            bad = bad_exclusions if is_on_roll else []
            yield self._children(table, f"termlyexclusions{suffix}", EXCLUSION_COLUMNS, rows, _excluded, bad)
            for period, name in enumerate(PERIODS[: 2 if census.term == "autumn" else 1]):
                columns = ["sessions", "attendancereason"]
                yield self._children(table, f"{name}sessiondetails{suffix}", columns, rows, _missed(period))

    def _school(self, order, urn):
        day, number = self.census.census_on, self.numbers[urn]
        return [
            self.schools[urn], f"303{number}", order, f"s{order}", "SC", TERM_CODES[self.census.term],
            f"{day.year}.0", _day(day), "1.0", "S", number, "DEMO-BOROUGH", _day(day), "", "", "303",
        ]  # fmt: skip

    def _pupil_columns(self, is_on_roll):
        if is_on_roll:
            return PUPIL_COLUMNS[self.census.term]
        extra = {"spring": ["ethnicity"], "autumn": ["summerhalfterm2sessionspossible", "ncyearleaving"]}
        return LEAVER_COLUMNS + extra.get(self.census.term, [])

    def _pupil(self, k, pupil, header, table):
        person = pupil.person
        given = {
            f"{table}tableid": self.ids[k], "NativeId": f"303{self.numbers[pupil.urn]}", "dob": _day(person.born_on),
            "surname": person.surname, "forename": person.forename, "upn": person.upn,
            "uniquelearnernumber": person.uln, "sex": person.sex, "entrydate": _day(pupil.entered_on),
            "leavingdate": _day(pupil.left_on), f"{table}orderseqcolumn": k + 1, "sourceid": f"{k:08x}",
            "schoolcensustableid": self.schools[pupil.urn], "parttime": "False", "language": "ENG",
            "termlysessionspossible": f"{pupil.possible[0]}.0" if pupil.possible else "",
            "summerhalfterm2sessionspossible": f"{pupil.possible[1]}.0" if len(pupil.possible) > 1 else "",
            "senunitindicator": str(pupil.is_in_unit), "resourcedprovisionindicator": str(pupil.is_in_resourced),
            "ethnicity": person.ethnicity, "enrolstatus": pupil.enrolment, "senprovision": pupil.provision,
            "ncyearactual": curriculum_year(pupil, self.census),
        }  # fmt: skip
        return [given.get(name, "") for name in header]

    def _children(self, of, table, columns, rows, children, bad=()):
        """A table whose rows belong to pupils."""
        header = [f"{of}tableid", "NativeId", f"{table}tableid", f"{table}orderseqcolumn", "sourceid", *columns]
        found = [(k, pupil, row) for k, pupil in rows for row in children(pupil)]
        found += [(*rows[0], row) for row in bad]
        lines = [
            [self.ids[k], f"303{self.numbers[pupil.urn]}", f"{order:08x}", order, f"{k:08x}", *row]
            for order, (k, pupil, row) in enumerate(found, start=1)
        ]
        return table, header, lines


def curriculum_year(pupil, census: Census) -> str:
    """National curriculum year as the census writes it."""
    group = pupil.person.year_group(census.census_on)
    return str(group) if group > 0 else "R" if group == 0 else f"N{max(3 + group, 1)}"


def _needs(pupil):
    return [[f"{rank}.0", need] for rank, need in enumerate(pupil.person.needs, start=1) if pupil.provision in "KE"]


def _excluded(pupil):
    return [
        [_day(row.excluded_on), "" if row.sessions is None else f"{row.sessions}.0", row.reason, "", "", row.category,
         row.provision]
        for row in pupil.exclusions
    ]  # fmt: skip


def _missed(period):
    return lambda pupil: [[f"{count}.0", code] for of_period, code, count in pupil.missed if of_period == period]


@cache
def _day(day):
    """2026-Jan-15 00:00:00, or nothing."""
    return f"{day.year}-{MONTHS[day.month - 1]}-{day.day:02d} 00:00:00" if day else ""
