"""Layouts of the SEN2 person-level return by collection year: the first one, and what each later year changed.

Names and order are those of DfE's technical specifications 2023 to 2026. The forms other than XML follow the same
layout: an element that makes rows is a table of theirs, and an element with text is a column.
"""

from send_data.readers.xml_stream import Element

# Elements in the order they must stand in; a star marks those that may stand there more than once.
FIRST_YEAR = 2023
FIRST = {
    "Message": "Header Persons",
    "Header": "CollectionDetails Source",
    "CollectionDetails": "Collection Year ReferenceDate",
    "Source": "SourceLevel LEA SoftwareCode Release SerialNo DateTime DMO DCO",
    "Persons": "Person*",
    "Person": "Surname Forename PersonBirthDate GenderCurrent Ethnicity PostCode UPN UniqueLearnerNumber"
    " UPNunknown Requests*",
    "Requests": "ReceivedDate RYA RequestOutcomeDate RequestOutcome RequestMediation RequestTribunal Exported"
    " Assessment ActivePlans",
    "Assessment": "AssessmentOutcome AssessmentOutcomeDate AssessmentMediation AssessmentTribunal OtherMediation"
    " OtherTribunal Week20 NamedPlan",
    "NamedPlan": "StartDate PlanDetail* PlanRes PlanWBP PB OA DP CeaseDate CeaseReason",
    "PlanDetail": "URN UKPRN SENSetting SENSettingOther PlacementRank SENunitIndicator ResourcedProvisionIndicator",
    "ActivePlans": "TransferLA PlacementDetail* Res WBP SENneed* LastReview",
    "PlacementDetail": "URN UKPRN SENSetting SENSettingOther PlacementRank EntryDate LeavingDate AttendancePattern"
    " SENunitIndicator ResourcedProvisionIndicator",
    "SENneed": "SENtype SENtypeRank",
}

# Year by year: in this element, these words became those.
CHANGES = {
    2024: [
        ("Person", "GenderCurrent", "Sex"),
        ("ActivePlans", "Res WBP SENneed*", "SENneed*"),
        ("ActivePlans", "LastReview", "ReviewMeeting ReviewOutcome LastReview"),
        ("PlacementDetail", "AttendancePattern SENunitIndicator", "SENunitIndicator"),
        ("PlacementDetail", "ResourcedProvisionIndicator", "ResourcedProvisionIndicator Res WBP"),
    ],
    2025: [
        ("Source", "DCO", "DCO DSCO"),
        ("Requests", "ReceivedDate", "ReceivedDate RequestSource"),
        ("ActivePlans", "ReviewOutcome LastReview",
         "LastReview ReviewOutcome ReviewDraft PhaseTransferDueDate PhaseTransferFinalDate"),
    ],
    2026: [
        ("ActivePlans", "LastReview ReviewOutcome ReviewDraft PhaseTransferDueDate PhaseTransferFinalDate",
         "ReviewOutcome ReviewDraft PhaseTransferDueDate PhaseTransferFinalDate LastReview"),
    ],
}  # fmt: skip

TABLES = {
    "Header": "sen2__header",
    "Person": "sen2__person",
    "Requests": "sen2__request",
    "Assessment": "sen2__assessment",
    "NamedPlan": "sen2__named_plan",
    "PlanDetail": "sen2__plan_detail",
    "ActivePlans": "sen2__active_plan",
    "PlacementDetail": "sen2__placement_detail",
    "SENneed": "sen2__sen_need",
}
# What counts the rows of a table; every row bears the numbers of the rows that it belongs to.
NUMBERS = {
    "Person": "person_number",
    "Requests": "request_number",
    "PlanDetail": "plan_detail_number",
    "PlacementDetail": "placement_number",
    "SENneed": "need_number",
}


def layouts() -> dict[str, Element]:
    """{collection year: its outermost element}. A column bears its element's name in small letters."""
    lines, found = dict(FIRST), {str(FIRST_YEAR): _element("Message", FIRST)}
    for year, changes in CHANGES.items():
        for element, before, after in changes:
            if f" {before} " not in f" {lines[element]} ":
                raise ValueError(f"the layout before {year} has no {before} in {element}")
            lines[element] = f" {lines[element]} ".replace(f" {before} ", f" {after} ").strip()
        found[str(year)] = _element("Message", lines)
    return found


def _element(word, lines):
    name = word.rstrip("*")
    if name not in lines:
        return Element(name, column=name.lower())
    children = tuple(_element(child, lines) for child in lines[name].split())
    return Element(name, children, TABLES.get(name), NUMBERS.get(name), many=word.endswith("*"))


LAYOUTS = layouts()


def table_columns(year: str) -> dict[str, list[str]]:
    """{element that makes rows: its columns}, parents before their children."""
    found = {}

    def gather(element, table):
        if element.source:
            table = found.setdefault(element.name, [])
        for child in element.children or ():
            if child.column:
                table.append(child.column)
            else:
                gather(child, table)

    gather(LAYOUTS[year], None)
    return found
