"""Bad rows planted in the deliveries, for the borders to refuse.

Each is an extra row of a made-up person who carries no other fact, so that refusing it changes no figure. Rows of one
month are not in the files of another: every source was corrected in between.
"""

from datetime import date

from demo_borough import identifiers
from demo_borough.departments import DEPARTMENTS
from demo_borough.elements import child_element, person, request_lines
from demo_borough.facts import SocialCare

BAD_UPN = "invalid UPN check letter"
UNKNOWN_CODE = "unknown code"
DECIDED_TOO_EARLY = "decision before receipt"
NO_DATE = "unparseable date"
MISSING = "missing required"

PLANTED = {
    "2026-09": [
        ("sen2__person", BAD_UPN, 1),
        ("sen2__request", DECIDED_TOO_EARLY, 1),
        ("sen2__request", UNKNOWN_CODE, 1),
        ("casework__annual_review", NO_DATE, 1),
        ("casework__advice_request", UNKNOWN_CODE, 1),
        ("gias__establishment", MISSING, 1),
        ("finance__placement_cost", BAD_UPN, 1),
    ],
    "2026-10": [
        ("sen2__person", NO_DATE, 1),
        ("sen2__request", MISSING, 1),
        ("casework__annual_review", BAD_UPN, 1),
        ("casework__advice_request", MISSING, 1),
        ("finance__placement_cost", MISSING, 1),
        ("finance__travel_cost", NO_DATE, 1),
        ("therapy__section_f", UNKNOWN_CODE, 1),
        ("cin__child", BAD_UPN, 1),
    ],
}


def planted_faults(month: str) -> list[tuple[str, str, int]]:
    """The bad rows in the deliveries of `month`: (source, kind, count); none in a month that is not a demo month."""
    return PLANTED.get(month, []) + [row for each in DEPARTMENTS.values() for row in each.faults(month)]


def _of_month(month: str, rows: dict[str, list]) -> list:
    """The rows planted in this month."""
    return rows.get(month, [])


def _upn(serial: int) -> str:
    """A right UPN of nobody in the borough: establishment 9999."""
    return identifiers.upn(serial, establishment=9999)


def sen2_persons(month: str) -> list[str]:
    """Person elements, bad themselves or with one bad request."""
    somebody = {"PersonBirthDate": "2014-03-07", "Sex": "F", "Ethnicity": "WBRI", "PostCode": "ZZ9 9ZZ"}
    name = {"Surname": "Faultbury"}
    return _of_month(
        month,
        {
            "2026-09": [
                person(somebody | name | {"Forename": "Letta", "UPN": identifiers.wrong_upn(_upn(1))}),
                person(
                    somebody | name | {"Forename": "Earla", "UPN": _upn(2)},
                    _bad_request(date(2026, 3, 9), "N", date(2026, 3, 2)),
                ),
                person(
                    somebody | name | {"Forename": "Coda", "UPN": _upn(3)}, _bad_request(date(2026, 3, 9), "Q", None)
                ),
            ],
            "2026-10": [
                person(somebody | name | {"Forename": "Dayla", "UPN": _upn(4), "PersonBirthDate": "2014-02-30"}),
                person(somebody | name | {"Forename": "Missa", "UPN": _upn(5)}, _bad_request(None, "A", None)),
            ],
        },
    )


def _bad_request(received_on: date | None, outcome: str, outcome_on: date | None) -> str:
    """A Requests element with nothing below it."""
    lines = request_lines(received_on, "2", 0, outcome, outcome_on)
    return f"      <Requests>\n{lines}      </Requests>\n"


def review_rows(month: str) -> list[list]:
    """Lines of the review log."""

    def line(number: int, forename: str, upn: str, meeting: str) -> list:
        return [
            f"DEMO-99990{number}",
            f"AR99990{number}",
            upn,
            "",
            forename,
            "Faultbury",
            "07/03/2014",
            "ZZ9 9ZZ",
            "",
            "7",
            "",
            meeting,
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
        ]

    return _of_month(
        month,
        {
            "2026-09": [line(1, "Febra", _upn(11), "31/02/2026")],
            "2026-10": [line(2, "Letta", identifiers.wrong_upn(_upn(12)), "06/07/2026")],
        },
    )


def advice_rows(month: str) -> list[list]:
    """Lines of the advice log."""

    def line(number: int, forename: str, kind: str, requested: str) -> list:
        return [
            f"AD99990{number}",
            f"DEMO-99991{number}",
            "",
            _upn(20 + number),
            "",
            forename,
            "Faultbury",
            "07/03/2014",
            "ZZ9 9ZZ",
            kind,
            "ASSESSMENT",
            requested,
            "",
            "",
            "N",
            "",
            "",
        ]

    return _of_month(
        month,
        {
            "2026-09": [line(1, "Denta", "DENTAL", "02/07/2026")],
            "2026-10": [line(2, "Missa", "HEALTH", "")],
        },
    )


def gias_rows(month: str) -> list[list]:
    """Lines of the register."""
    line = [
        "",
        "303",
        "Bexley",
        "9999",
        "Nameless Numberless School",
        "34",
        "Academy converter",
        "10",
        "1",
        "01-09-2020",
        "",
        "2",
        "Primary",
        "3",
        "11",
        "210",
        "",
        "",
        "",
        "Made-up Street",
        "",
    ]
    return _of_month(month, {"2026-09": [line]})


def placement_cost_rows(month: str) -> list[list]:
    """Lines of the sheet Placements."""

    def line(number: int, upn: str, starts_on: date | None) -> list:
        return [
            f"NMI99990{number}",
            upn,
            "Cosima",
            "Faultbury",
            date(2014, 3, 7),
            "ZZ9 9ZZ",
            900001,
            None,
            "Nowhere School",
            starts_on,
            None,
            10000,
            12000,
            0,
        ]

    return _of_month(
        month,
        {
            "2026-09": [line(1, identifiers.wrong_upn(_upn(31)), date(2026, 4, 1))],
            "2026-10": [line(2, _upn(32), None)],
        },
    )


def travel_cost_rows(month: str) -> list[list]:
    """Lines of the sheet Travel."""
    line = [
        "TRV999901",
        _upn(41),
        "Cosima",
        "Faultbury",
        date(2014, 3, 7),
        "ZZ9 9ZZ",
        "Taxi",
        "1st of April",
        None,
        9000,
    ]
    return _of_month(month, {"2026-10": [line]})


def specification_rows(month: str) -> list[list]:
    """Lines of the list of therapies."""
    line = [
        "DEMO-999921",
        _upn(51),
        "",
        "Physia",
        "Faultbury",
        "07/03/2014",
        "ZZ9 9ZZ",
        "PHYSIO",
        10,
        30,
        "01/09/2026",
        "",
    ]
    return _of_month(month, {"2026-10": [line]})


def cin_children(month: str) -> str:
    """Child elements of the children in need census, without episodes."""
    identity = {
        "LAchildID": "CIN99901",
        "UPN": identifiers.wrong_upn(_upn(61)),
        "PersonBirthDate": "2014-03-07",
        "Sex": "F",
        "Ethnicity": "WBRI",
    }
    bad = child_element(identity, SocialCare(0, "CIN99901", disabilities=()))
    return "".join(_of_month(month, {"2026-10": [bad]}))
