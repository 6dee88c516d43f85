"""Tiny files in the real formats, with the canary Cora Canary in each: her values must show nowhere."""

import io

from openpyxl import Workbook

CANARY = ("Canary", "Cora", "E303200026001", "9434765919", "2015-05-05", "05/05/2015", "ZZ9 9ZZ")

REVIEW_COLUMNS = (
    "case_id,review_id,upn,uln,forename,surname,date_of_birth,postcode,school_urn,year_group,notice_sent_date,"
    "meeting_date,decision,decision_sent_date,amendment_notice_date,final_plan_date,phase_transfer_due_date,"
    "phase_transfer_final_date,adulthood_outcomes,late_plan_recorded_date,late_reason"
)
REVIEW = "C1,R1,E303200026001,,Cora,Canary,05/05/2015,ZZ9 9ZZ,100001,5,,02/03/2026,M,16/03/2026,,,,,,,"
OTHER_REVIEW = "C2,R2,D303402126002,,Other,Child,06/06/2014,ZZ9 9ZZ,100001,6,,02/03/2026,M,16/03/2026,,,,,,,"


def reviews(*lines: str, header: str = REVIEW_COLUMNS) -> bytes:
    """A review log, sent as a file: an extract of the casework system's table, with the time of a row's last change."""
    return "\n".join([f"{header},changed_at", *(f"{line}," for line in lines), ""]).encode()


def sen2(body: str = "", year: str = "2026", lea: str = "303", collection: str = "SEN2", before: str = "") -> bytes:
    """A SEN2 return of one child, with `body` inside her Person element."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<Message><Header><CollectionDetails><Collection>{collection}</Collection><Year>{year}</Year>
<ReferenceDate>2026-09-30</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>{lea}</LEA></Source></Header>
<Persons><Person><Surname>Canary</Surname><Forename>Cora</Forename><PersonBirthDate>2015-05-05</PersonBirthDate>
<Sex>F</Sex><Ethnicity>WBRI</Ethnicity><PostCode>ZZ9 9ZZ</PostCode><UPN>E303200026001</UPN>{body}</Person></Persons>
</Message>""".encode()


REQUEST = """<Requests><ReceivedDate>2026-03-02</ReceivedDate><RequestOutcomeDate>2026-04-01</RequestOutcomeDate>
<RequestOutcome>Y</RequestOutcome><Assessment><AssessmentOutcome>Y</AssessmentOutcome>
<AssessmentOutcomeDate>2026-07-01</AssessmentOutcomeDate><NamedPlan><StartDate>2026-07-01</StartDate>
<PlanDetail><URN>100001</URN><PlacementRank>1</PlacementRank></PlanDetail></NamedPlan></Assessment>
<ActivePlans><PlacementDetail><URN>100001</URN><PlacementRank>1</PlacementRank><EntryDate>2026-09-01</EntryDate>
</PlacementDetail><SENneed><SENtype>ASD</SENtype><SENtypeRank>1</SENtypeRank></SENneed>{review}</ActivePlans></Requests>"""
REVIEW_2026 = (
    "<ReviewMeeting>2026-09-01</ReviewMeeting><ReviewOutcome>M</ReviewOutcome><LastReview>2026-09-08</LastReview>"
)
REVIEW_2025 = (
    "<ReviewMeeting>2026-09-01</ReviewMeeting><LastReview>2026-09-08</LastReview><ReviewOutcome>M</ReviewOutcome>"
)

CIN = b"""<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year></CollectionDetails>
<Source><LEA>303</LEA><SoftwareCode>x</SoftwareCode></Source></Header><Children>
<Child><ChildIdentifiers><LAchildID>L1</LAchildID><UPN>E303200026001</UPN><PersonBirthDate>2015-05-05</PersonBirthDate>
<Sex>F</Sex></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities>
<Disability>AUT</Disability><Disability>LD</Disability></Disabilities></ChildCharacteristics>
<CINdetails><CINreferralDate>2026-01-05</CINreferralDate><ReferralSource>2A</ReferralSource>
<Assessments><AssessmentActualStartDate>2026-01-06</AssessmentActualStartDate></Assessments>
<CINPlanDates><CINPlanStartDate>2026-01-10</CINPlanStartDate></CINPlanDates></CINdetails></Child></Children></Message>"""

VERSION = {"unique_submission_id": "U1", "effective_from": "2026-10-05T06:00:00"}
HEADER = {
    "provider_code": "RPG", "reporting_period_start_date": "2026-09-01", "reporting_period_end_date": "2026-09-30",
}  # fmt: skip
# A submission of community health services, by table: one child, referred, waiting no more, seen once.
SUBMISSION = {
    "csds__cyp000": [HEADER | VERSION],
    "csds__cyp001": [{"local_patient_identifier": "P1", "date_of_birth": "2015-05-05"} | VERSION],
    "csds__cyp101": [
        {"service_request_identifier": "S1", "local_patient_identifier": "P1", "referral_received_date": "2026-09-01"}
        | VERSION
    ],
    "csds__cyp102": [
        {"service_request_identifier": "S1", "team_local_identifier": "SLT1", "service_type": "33"} | VERSION
    ],
    "csds__cyp104": [
        {"service_request_identifier": "S1", "waiting_time_measurement_type": "02", "rtt_start_date": "2026-09-01"}
        | VERSION
    ],
    "csds__cyp201": [
        {"care_contact_identifier": "C1", "service_request_identifier": "S1", "contact_date": "2026-09-09"}
        | {"attendance_status": "5", "contact_minutes": "30"}
        | VERSION
    ],
    "csds__cyp202": [{"care_activity_identifier": "A1", "care_contact_identifier": "C1"} | VERSION],
    "csds__cyp401": [{"local_patient_identifier": "P1", "need_type": "SLCN"} | VERSION],
}


def tables(contracts, rows_of: dict) -> dict[str, bytes]:
    """{file name: CSV} of a set of tables, from rows by source as {column: text}."""
    return {
        contract.file.member: "\n".join(
            [
                ",".join(column.header for column in contract.columns),
                *(",".join(row.get(name, "") for name in contract.column_names) for row in rows_of[contract.source]),
                "",
            ]
        ).encode()
        for contract in contracts
    }


def nccis(
    record: str = "", lea: str = "<LEACode>303</LEACode>", year: str = "2026", activity: str = "460", before: str = ""
) -> bytes:
    """An NCCIS return of one young person; `record` stands at the end of her record."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<NCCIS{year}><FileHeader><Databases><DatabaseId>303</DatabaseId></Databases><SourceLEAs>{lea}</SourceLEAs>
<DateOfSend>2026-10-05</DateOfSend><PeriodEnd>2026-09-30</PeriodEnd><SupplierName>x</SupplierName>
<SupplierXMLVersion>1</SupplierXMLVersion><XMLSchemaVersion>1</XMLSchemaVersion></FileHeader>
<YoungPersonsRecord><PersonalDetails><YoungPersonsID>3030000000001</YoungPersonsID><CohortStatus>P</CohortStatus>
<GivenName>Cora</GivenName><FamilyName>Canary</FamilyName><AddressLine1>Canary Lane</AddressLine1>
<Postcode>ZZ9 9ZZ</Postcode><Gender>F</Gender><DOB>2009-05-05</DOB><Ethnicity>WBRI</Ethnicity><LeadLEA>303</LeadLEA>
<EducatedLEA>886</EducatedLEA><UniquePupilNumber>E303200026001</UniquePupilNumber></PersonalDetails>
<SeptemberGuarantee><Year11><GuaranteeStatus>110</GuaranteeStatus><LEACode>886</LEACode></Year11>
<Year12><GuaranteeStatus>114</GuaranteeStatus><LEACode>303</LEACode></Year12></SeptemberGuarantee>
<LevelOfNeed><LevelOfNeedCode>2</LevelOfNeedCode><SENDFlag>Y</SENDFlag><Characteristics>
<CharacteristicCode>110</CharacteristicCode><CharacteristicCode>160</CharacteristicCode></Characteristics></LevelOfNeed>
<Activities><Cohort><ActivityCode>{activity}</ActivityCode><StartDate>2026-09-01</StartDate>
<DateAscertained>2026-09-08</DateAscertained><DueToLapseDate>2027-09-01</DueToLapseDate>
<CurrencyLapsed>N</CurrencyLapsed><EstablishmentName>Canary College</EstablishmentName></Cohort></Activities>{record}
</YoungPersonsRecord></NCCIS{year}>""".encode()


COST_COLUMNS = [
    "Ledger reference", "UPN", "Forename", "Surname", "Date of birth", "Postcode", "Provider URN", "Provider UKPRN",
    "Provider", "Effective from", "Effective to", "Place funding a year", "Top-up a year", "Therapy a year",
]  # fmt: skip
TRAVEL_COLUMNS = [
    "Ledger reference", "UPN", "Forename", "Surname", "Date of birth", "Postcode", "Mode", "Effective from",
    "Effective to", "Cost a year",
]  # fmt: skip


def workbook(costs=(), travel=(), cost_header=COST_COLUMNS, merged: str | None = None) -> bytes:
    """A finance workbook; `merged` is a range of the sheet Placements to merge."""
    book = Workbook()
    book.remove(book.active)
    for title, header, rows in (("Placements", cost_header, costs), ("Travel", TRAVEL_COLUMNS, travel)):
        sheet = book.create_sheet(title)
        for row in [header, *rows]:
            sheet.append(list(row))
    if merged:
        book["Placements"].merge_cells(merged)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


CENSUS_SCHOOL = "schoolcensustableid,NativeId,schoolcensusorderseqcolumn,collection,term,year,referencedate,estab,lea"
CENSUS_PUPIL = (
    "pupilonrolltableid,NativeId,pupilonrollorderseqcolumn,schoolcensustableid,dob,surname,forename,upn,formerupn,"
    "uniquelearnernumber,{sex},entrydate,enrolstatus,senprovision,ncyearactual,senunitindicator,"
    "resourcedprovisionindicator,termlysessionspossible"
)
CENSUS_LEAVER = (
    "pupilnolongeronrolltableid,NativeId,pupilnolongeronrollorderseqcolumn,schoolcensustableid,dob,surname,forename,upn,"
    "formerupn,uniquelearnernumber,{sex},entrydate,leavingdate,termlysessionspossible"
)
CENSUS_EXCLUSION = (
    "{of}tableid,NativeId,{table}tableid,{table}orderseqcolumn,startdate,sessions,reason1,reason2,reason3,category,"
    "senprovision"
)
CENSUS_DETAIL = "{of}tableid,NativeId,{table}tableid,{table}orderseqcolumn,sessions,attendancereason"


def census(year: int = 2026, term: str = "SPR", lea: str = "303", collection: str = "SC") -> dict[str, bytes]:
    """The tables of a school census by name: the canary, who is suspended and ill, and a child who has left."""
    month = {"SPR": "Jan", "SUM": "May", "AUT": "Oct"}[term]
    excluded = f"{year}-May-04" if term == "AUT" else f"{year - 1}-Nov-03"
    sex = {"sex": "sex" if year > 2023 else "gender"}
    tables = {
        "schoolcensus": [
            CENSUS_SCHOOL,
            f"S1,3032001,1,{collection},{term},{year}.0,{year}-{month}-15 00:00:00,2001,{lea}",
        ],
        "pupilonroll": [
            CENSUS_PUPIL.format(**sex),
            "P1,3032001,1,S1,2015-May-05 00:00:00,Canary,Cora,E303200026001,,,F,2019-Sep-03 00:00:00,C,K,5,True,False,"
            "138.0",
        ],
        "pupilnolongeronroll": [
            CENSUS_LEAVER.format(**sex),
            "P2,3032001,1,S1,2015-May-06 00:00:00,Other,Child,D303402126002,,,M,2019-Sep-03 00:00:00,"
            "2025-Dec-01 00:00:00,100.0",
        ],
    }
    for suffix, of, pupil in (("onroll", "pupilonroll", "P1"), ("offroll", "pupilnolongeronroll", "P2")):
        table = f"termlyexclusions{suffix}"
        tables[table] = [
            CENSUS_EXCLUSION.format(of=of, table=table),
            f"{pupil},3032001,X1,1,{excluded} 00:00:00,4.0,DB,,,SUSP,K",
        ]
        for period in ("termly", "summerhalfterm2") if term == "AUT" else ("termly",):
            table = f"{period}sessiondetails{suffix}"
            tables[table] = [CENSUS_DETAIL.format(of=of, table=table), f"{pupil},3032001,D1,1,6.0,I"]
    if term == "SPR":
        tables["pupilonroll"] = [tables["pupilonroll"][0] + ",ethnicity", tables["pupilonroll"][1] + ",WBRI"]
        tables["pupilnolongeronroll"] = [
            tables["pupilnolongeronroll"][0] + ",ethnicity",
            tables["pupilnolongeronroll"][1] + ",WBRI",
        ]
        tables["senneeds"] = [
            "pupilonrolltableid,NativeId,senneedstableid,senneedsorderseqcolumn,sentyperank,sentype",
            "P1,3032001,N1,1,1.0,NSA",
        ]
    if term == "AUT":
        for table in ("pupilonroll", "pupilnolongeronroll"):
            header, *rows = tables[table]
            tables[table] = [header + ",summerhalfterm2sessionspossible", *(row + ",64.0" for row in rows)]
    return {table: "\n".join([*lines, ""]).encode() for table, lines in tables.items()}
