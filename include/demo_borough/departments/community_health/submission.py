"""The trust's monthly submission of the Community Services Data Set, sent again within the month when put right.

The tables hold the rows of every submission of the month, and now and then an earlier version of a row.
"""

from datetime import date

from demo_borough import identifiers
from demo_borough.days import add_months, month_end, month_start
from demo_borough.departments.community_health.waiting import everybody
from demo_borough.facts import Child, Contact, Referral, World
from demo_borough.text import csv_bytes, iso_date, yes_no

PROVIDER, COMMISSIONER = "RPG", "72Q"
SERVICES = {"SLT": "33", "OT": "23"}
ASSESSMENT, INTERVENTION = "02", "03"
COMPLETED, NOT_NEEDED, INAPPROPRIATE = "02", "03", "02"
WAIT_TYPE = "02"
WAITING, TREATED, NOT_TREATED = "20", "30", "34"
# Days of the next month on which a month was submitted; the last submission is the active one.
SUBMITTED_ON = {"2026-10": (3, 5)}
VERSION = ["UNIQUE SUBMISSION ID", "EFFECTIVE FROM"]
HEADERS = {
    "CYP000": [
        "DATA SET VERSION NUMBER", "ORGANISATION IDENTIFIER (CODE OF PROVIDER)",
        "ORGANISATION IDENTIFIER (CODE OF SUBMITTING ORGANISATION)", "REPORTING PERIOD START DATE",
        "REPORTING PERIOD END DATE", "DATE AND TIME DATA SET CREATED",
    ],
    "CYP001": [
        "LOCAL PATIENT IDENTIFIER (EXTENDED)", "NHS NUMBER", "PERSON BIRTH DATE", "POSTCODE OF USUAL ADDRESS",
        "ORGANISATION IDENTIFIER (EDUCATIONAL ESTABLISHMENT)", "LOOKED AFTER CHILD INDICATOR",
    ],
    "CYP101": [
        "SERVICE REQUEST IDENTIFIER", "LOCAL PATIENT IDENTIFIER (EXTENDED)",
        "ORGANISATION IDENTIFIER (CODE OF COMMISSIONER)", "REFERRAL REQUEST RECEIVED DATE",
        "SOURCE OF REFERRAL FOR COMMUNITY", "PRIORITY TYPE CODE", "PRIMARY REASON FOR REFERRAL (COMMUNITY CARE)",
        "SERVICE DISCHARGE DATE",
    ],
    "CYP102": [
        "SERVICE REQUEST IDENTIFIER", "CARE PROFESSIONAL TEAM LOCAL IDENTIFIER",
        "SERVICE OR TEAM TYPE REFERRED TO (COMMUNITY CARE)", "REFERRAL CLOSURE DATE", "REFERRAL CLOSURE REASON",
        "REFERRAL REJECTION DATE", "REFERRAL REJECTION REASON",
    ],
    "CYP104": [
        "SERVICE REQUEST IDENTIFIER", "PATIENT PATHWAY IDENTIFIER", "WAITING TIME MEASUREMENT TYPE",
        "REFERRAL TO TREATMENT PERIOD START DATE", "REFERRAL TO TREATMENT PERIOD END DATE",
        "REFERRAL TO TREATMENT PERIOD STATUS",
    ],
    "CYP201": [
        "CARE CONTACT IDENTIFIER", "SERVICE REQUEST IDENTIFIER", "CARE PROFESSIONAL TEAM LOCAL IDENTIFIER",
        "CARE CONTACT DATE", "CLINICAL CONTACT DURATION OF CARE CONTACT", "GROUP THERAPY INDICATOR",
        "ATTENDANCE STATUS",
    ],
    "CYP202": [
        "CARE ACTIVITY IDENTIFIER", "CARE CONTACT IDENTIFIER", "COMMUNITY CARE ACTIVITY TYPE",
        "CLINICAL CONTACT DURATION OF CARE ACTIVITY", "CODED PROCEDURE (CLINICAL TERMINOLOGY)",
    ],
    "CYP401": ["LOCAL PATIENT IDENTIFIER (EXTENDED)", "SPECIAL EDUCATIONAL NEED TYPE"],
}  # fmt: skip
# What the tables said wrongly in a submission that was replaced: places in the row and what stood there.
FIRST_SENT = {"CYP101": {7: ""}, "CYP102": {3: "", 4: ""}, "CYP104": {4: "", 5: WAITING}, "CYP201": {4: 240}}
# Each is of a made-up person or of a referral that does not exist, and carries no other fact.
BAD_ROWS = {
    "2026-09": {
        "CYP000": (
            "missing required",
            ["1.6", PROVIDER, PROVIDER, "2026-09-01", "", "", "OXL202609-0", "2026-10-02T18:00:00"],
        ),
        "CYP001": (
            "invalid NHS number check digit",
            [
                "OX999901", identifiers.wrong_nhs_number(identifiers.nhs_number(700_000)), "2014-03-07", "ZZ9 9ZZ", "",
                "N",
            ],
        ),
        "CYP101": (
            "discharge before referral",
            ["SR999902", "OX999902", COMMISSIONER, "2026-09-10", "26", "1", "015", "2026-09-09"],
        ),
        "CYP201": ("missing required", ["CC9999901", "SR999901", "SLT1", "", 30, "N", "5"]),
        "CYP202": ("unparseable number", ["CA9999901", "CC9999901", INTERVENTION, "half an hour", ""]),
    },
    "2026-10": {
        "CYP102": ("unparseable date", ["SR999901", "OT1", SERVICES["OT"], "31/10/2026", "", "", ""]),
        "CYP104": (
            "end before start",
            ["SR999901", "PP999901", "02", "2026-10-07", "2026-10-01", TREATED],
        ),
        "CYP201": ("unknown code", ["CC9999902", "SR999901", "OT1", "2026-10-07", 30, "N", "Q"]),
        "CYP401": ("missing required", ["OX999901", ""]),
    },
}  # fmt: skip


def files(seen: World, month: str):
    """The tables of the month: path and bytes."""
    versions = _versions(month)
    for name, rows in _tables(seen, month).items():
        if name == "CYP000":
            lines = [rows[0] + version for version in versions]
        else:
            replaced = [_first_sent(name, row) + version for version in versions[:-1] for row in rows]
            lines = replaced + [row + versions[-1] for row in rows]
        if name == "CYP201":
            lines = _never_counted(rows, versions) + lines
        if name in BAD_ROWS.get(month, {}):
            # A bad header brings a submission of its own.
            lines.append((BAD_ROWS[month][name][1] + versions[-1])[: len(lines[0])])
        yield f"csds/{month}/{name}.csv", csv_bytes(HEADERS[name] + VERSION, lines)


def faults(month: str) -> list[tuple[str, str, int]]:
    """The bad rows of the month."""
    return [(f"csds__{name.lower()}", kind, 1) for name, (kind, _) in BAD_ROWS.get(month, {}).items()]


def submission_key(month: str) -> str:
    """The active submission of a month."""
    return _versions(month)[-1][0]


def is_open(row: Referral, first: date) -> bool:
    """Whether the referral was open at any time from the first day of the month."""
    return row.discharged_on is None or row.discharged_on >= first


def needs_of(seen: World) -> dict[int, list[str]]:
    """Needs of the children with a plan, as the trust knows them."""
    found: dict[int, set[str]] = {}
    for plan in seen.plans:
        found.setdefault(plan.child_id, set()).update(plan.needs)
    return {child_id: sorted(needs) for child_id, needs in found.items()}


def service_of(row: Referral) -> tuple[str, date | None, str, date | None, str]:
    """Service referred to; day and reason of its end; day and reason of its turning the child down."""
    service = SERVICES[row.team.rstrip("0123456789")]
    if row.rejected_on:
        return service, None, "", row.rejected_on, INAPPROPRIATE
    if row.discharged_on:
        return service, row.discharged_on, COMPLETED if row.is_seen else NOT_NEEDED, None, ""
    return service, None, "", None, ""


def status_of(row: Referral) -> str:
    """Where the wait stands."""
    return WAITING if row.wait_ended_on is None else TREATED if row.is_seen else NOT_TREATED


def activity_of(contact: Contact, referral: Referral) -> str:
    """What was done: the first contact is an assessment."""
    return ASSESSMENT if contact.occurred_on == referral.first_seen_on else INTERVENTION


def is_attended(contact: Contact) -> bool:
    """Whether the child was seen."""
    return contact.status in ("5", "6")


def _versions(month):
    """[submission, moment it came into force] of each submission of a month."""
    day = add_months(month_start(month), 1)
    return [
        [f"OXL{month.replace('-', '')}-{number}", f"{day.replace(day=on).isoformat()}T05:30:00"]
        for number, on in enumerate(SUBMITTED_ON.get(month, (5,)), start=1)
    ]


def _tables(seen, month):
    first = month_start(month)
    known = everybody(seen)
    referrals = {row.referral_id: row for row in known.referrals if is_open(row, first)}
    patients = {row.child_id: known.children[row.child_id] for row in referrals.values()}
    contacts = [row for row in known.contacts if row.occurred_on >= first and row.referral_id in referrals]
    attended = [row for row in contacts if is_attended(row)]
    needs = needs_of(seen)
    period = [iso_date(first), iso_date(month_end(first))]
    return {
        "CYP000": [["1.6", PROVIDER, PROVIDER, *period, ""]],
        "CYP001": [_patient(child) for child in patients.values()],
        "CYP101": [_referral(row) for row in referrals.values()],
        "CYP102": [_service(row) for row in referrals.values()],
        "CYP104": [_wait(row) for row in referrals.values()],
        "CYP201": [_contact(row) for row in contacts],
        "CYP202": [_activity(row, referrals[row.referral_id]) for row in attended],
        "CYP401": [[f"OX{child_id:06d}", need] for child_id in patients for need in needs.get(child_id, ())],
    }


def _first_sent(name, row):
    """The row as the submission that was replaced had it."""
    return [FIRST_SENT.get(name, {}).get(place, cell) for place, cell in enumerate(row)]


def _never_counted(rows, versions):
    """Earlier versions of contacts, with other minutes; of a month sent twice, a contact withdrawn by the second."""
    submission, moment = versions[-1]
    earlier = moment.replace("T05", "T04")
    corrected = [[*row[:4], 5, *row[5:], submission, earlier] for row in rows[::10]]
    withdrawn = [["CC9999999", *row[1:], *version] for version in versions[:-1] for row in rows[:1]]
    return corrected + withdrawn


def _patient(child: Child) -> list:
    """One line of CYP001."""
    return [f"OX{child.child_id:06d}", child.nhs_number, iso_date(child.born_on), child.postcode, "", "N"]


def _referral(row: Referral) -> list:
    """One line of CYP101."""
    return [
        f"SR{row.referral_id:06d}", f"OX{row.child_id:06d}", COMMISSIONER, iso_date(row.received_on), "26",
        row.priority, "015", iso_date(row.discharged_on),
    ]  # fmt: skip


def _service(row: Referral) -> list:
    """One line of CYP102."""
    service, closed_on, why_closed, rejected_on, why_rejected = service_of(row)
    return [
        f"SR{row.referral_id:06d}", row.team, service, iso_date(closed_on), why_closed, iso_date(rejected_on),
        why_rejected,
    ]  # fmt: skip


def _wait(row: Referral) -> list:
    """One line of CYP104: the wait ends with the first contact, or a discharge without one."""
    return [
        f"SR{row.referral_id:06d}", f"PP{row.referral_id:06d}", WAIT_TYPE, iso_date(row.received_on),
        iso_date(row.wait_ended_on), status_of(row),
    ]  # fmt: skip


def _contact(row: Contact) -> list:
    """One line of CYP201."""
    return [
        f"CC{row.contact_id:07d}", f"SR{row.referral_id:06d}", row.team, iso_date(row.occurred_on), row.minutes,
        yes_no(row.is_group), row.status,
    ]  # fmt: skip


def _activity(row: Contact, referral: Referral) -> list:
    """One line of CYP202."""
    return [f"CA{row.contact_id:07d}", f"CC{row.contact_id:07d}", activity_of(row, referral), row.minutes, ""]
