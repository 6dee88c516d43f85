"""The SEN2 person-level return, layouts of the collection years 2025 and 2026.

The year in the header chooses the layout: they differ in where LastReview stands. Element names count in any case.
"""

from send_data.readers.errors import UnreadableFileError
from send_data.readers.xml_stream import Element, Walk, names_in


def _leaves(**columns):
    return tuple(Element(name, column=column) for name, column in columns.items())


HEADER = Element(
    "Header",
    source="sen2__header",
    children=(
        Element(
            "CollectionDetails", children=_leaves(Collection="collection", Year="year", ReferenceDate="reference_date")
        ),
        Element(
            "Source",
            children=_leaves(
                SourceLevel="source_level",
                LEA="lea",
                SoftwareCode="software_code",
                Release="release",
                SerialNo="serial_no",
                DateTime="date_time",
                DMO="dmo",
                DCO="dco",
                DSCO="dsco",
            ),
        ),
    ),
)

SETTING = _leaves(
    URN="urn",
    UKPRN="ukprn",
    SENSetting="sen_setting",
    SENSettingOther="sen_setting_other",
    PlacementRank="placement_rank",
)
UNIT = _leaves(SENunitIndicator="sen_unit_indicator", ResourcedProvisionIndicator="resourced_provision_indicator")

NAMED_PLAN = Element(
    "NamedPlan",
    source="sen2__named_plan",
    children=(
        *_leaves(StartDate="start_date"),
        Element(
            "PlanDetail", source="sen2__plan_detail", number="plan_detail_number", many=True, children=SETTING + UNIT
        ),
        *_leaves(
            PlanRes="plan_res",
            PlanWBP="plan_wbp",
            PB="pb",
            OA="oa",
            DP="dp",
            CeaseDate="cease_date",
            CeaseReason="cease_reason",
        ),
    ),
)

ASSESSMENT = Element(
    "Assessment",
    source="sen2__assessment",
    children=(
        *_leaves(
            AssessmentOutcome="assessment_outcome",
            AssessmentOutcomeDate="assessment_outcome_date",
            AssessmentMediation="assessment_mediation",
            AssessmentTribunal="assessment_tribunal",
            OtherMediation="other_mediation",
            OtherTribunal="other_tribunal",
            Week20="week20",
        ),
        NAMED_PLAN,
    ),
)

PLACEMENT = Element(
    "PlacementDetail",
    source="sen2__placement_detail",
    number="placement_number",
    many=True,
    children=SETTING
    + _leaves(EntryDate="entry_date", LeavingDate="leaving_date")
    + UNIT
    + _leaves(Res="res", WBP="wbp"),
)

NEED = Element(
    "SENneed",
    source="sen2__sen_need",
    number="need_number",
    many=True,
    children=_leaves(SENtype="sen_type", SENtypeRank="sen_type_rank"),
)

# Where LastReview stands is all that changed from 2025 to 2026.
REVIEW_OF_YEAR = {
    "2025": _leaves(
        ReviewMeeting="review_meeting",
        LastReview="last_review",
        ReviewOutcome="review_outcome",
        ReviewDraft="review_draft",
        PhaseTransferDueDate="phase_transfer_due_date",
        PhaseTransferFinalDate="phase_transfer_final_date",
    ),
    "2026": _leaves(
        ReviewMeeting="review_meeting",
        ReviewOutcome="review_outcome",
        ReviewDraft="review_draft",
        PhaseTransferDueDate="phase_transfer_due_date",
        PhaseTransferFinalDate="phase_transfer_final_date",
        LastReview="last_review",
    ),
}

BEFORE_HEADER = Element("Message", children=(HEADER,))


def _message(year):
    active_plans = Element(
        "ActivePlans",
        source="sen2__active_plan",
        children=(*_leaves(TransferLA="transfer_la"), PLACEMENT, NEED, *REVIEW_OF_YEAR[year]),
    )
    request = Element(
        "Requests",
        source="sen2__request",
        number="request_number",
        many=True,
        children=(
            *_leaves(
                ReceivedDate="received_date",
                RequestSource="request_source",
                RYA="rya",
                RequestOutcomeDate="request_outcome_date",
                RequestOutcome="request_outcome",
                RequestMediation="request_mediation",
                RequestTribunal="request_tribunal",
                Exported="exported",
            ),
            ASSESSMENT,
            active_plans,
        ),
    )
    person = Element(
        "Person",
        source="sen2__person",
        number="person_number",
        many=True,
        children=(
            *_leaves(
                Surname="surname",
                Forename="forename",
                PersonBirthDate="person_birth_date",
                Sex="sex",
                Ethnicity="ethnicity",
                PostCode="post_code",
                UPN="upn",
                UniqueLearnerNumber="unique_learner_number",
                UPNunknown="upn_unknown",
            ),
            request,
        ),
    )
    return Element("Message", children=(HEADER, Element("Persons", children=(person,))))


LAYOUTS = {year: _message(year) for year in REVIEW_OF_YEAR}
# Names of elements of earlier years: naming them in an error tells the sender what happened.
OF_EARLIER_YEARS = frozenset({"gendercurrent", "attendancepattern"})
NAMEABLE = OF_EARLIER_YEARS | frozenset().union(*map(names_in, LAYOUTS.values()))


def read(file, contracts, la_code, note):
    """Rows of all tables of a return of the authority `la_code`, children before parents."""
    columns = {contract.source: contract.column_names for contract in contracts}
    walk = Walk(BEFORE_HEADER, "a return before its Header", NAMEABLE)
    has_header = False
    for source, values in walk.rows(file.stream):
        if source == "sen2__header":
            year = _checked_year(values, la_code)
            walk.continue_with(LAYOUTS[year], f"the SEN2 layout of {year}")
            has_header = True
        yield source, tuple(values.get(name) for name in columns[source])
    if not has_header:
        raise UnreadableFileError("there is no Header")


def _checked_year(header, la_code):
    if header.get("collection") != "SEN2":
        raise UnreadableFileError("Header: Collection is not SEN2")
    if header.get("lea") != la_code:
        raise UnreadableFileError(f"Header: this is a file of another authority, not of {la_code}")
    if header.get("year") not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        raise UnreadableFileError(f"Header: the collection year is none of {known}, whose layouts are known")
    return header["year"]
