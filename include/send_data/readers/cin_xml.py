"""The children in need census, its identifiers, disabilities, episodes and plans; the rest is read over."""

from send_data.readers.errors import UnreadableFileError
from send_data.readers.xml_stream import Element, Walk, leaves, names_in


def _over(*names):
    return tuple(Element(name, many=True, skipped=True) for name in names)


HEADER = Element(
    "Header",
    source="header",
    children=(
        Element(
            "CollectionDetails", children=leaves(Collection="collection", Year="year", ReferenceDate="reference_date")
        ),
        Element(
            "Source",
            children=(*leaves(LEA="lea"), *_over("SourceLevel", "SoftwareCode", "Release", "SerialNo", "DateTime")),
        ),
        *_over("Content"),
    ),
)

IDENTIFIERS = Element(
    "ChildIdentifiers",
    children=(
        *leaves(
            LAchildID="la_child_id",
            UPN="upn",
            FormerUPN="former_upn",
            UPNunknown="upn_unknown",
            PersonBirthDate="person_birth_date",
        ),
        *_over("ExpectedPersonBirthDate", "GenderCurrent"),
        *leaves(Sex="sex", PersonDeathDate="person_death_date"),
    ),
)

CHARACTERISTICS = Element(
    "ChildCharacteristics",
    children=(
        *leaves(Ethnicity="ethnicity"),
        Element(
            "Disabilities", children=(Element("Disability", source="cin__disability", column="disability", many=True),)
        ),
    ),
)

# Of several plans the last one in the file is kept: it is the latest.
EPISODE = Element(
    "CINdetails",
    source="cin__episode",
    number="episode_number",
    many=True,
    children=(
        *leaves(
            CINreferralDate="cin_referral_date",
            ReferralSource="referral_source",
            PrimaryNeedCode="primary_need_code",
            CINclosureDate="cin_closure_date",
            ReasonForClosure="reason_for_closure",
        ),
        *_over("DateOfInitialCPC", "Assessments", "Section47", "ReferralNFA", "ChildProtectionPlans"),
        Element(
            "CINPlanDates",
            many=True,
            children=leaves(CINPlanStartDate="cin_plan_start_date", CINPlanEndDate="cin_plan_end_date"),
        ),
    ),
)

CHILD = Element(
    "Child", source="cin__child", number="child_number", many=True, children=(IDENTIFIERS, CHARACTERISTICS, EPISODE)
)
MESSAGE = Element("Message", children=(HEADER, Element("Children", children=(CHILD,))))


def read(file, contracts, la_code, note):
    """Rows of children, disabilities and episodes of a return of the authority `la_code`."""
    columns = {contract.source: contract.column_names for contract in contracts}

    def choose(header):
        _check_header(header, la_code)
        return MESSAGE, "the CIN census"

    has_header = False
    for source, values in Walk(MESSAGE, "the CIN census", names_in(MESSAGE), "Child", choose, False).rows(file.stream):
        if source == "header":
            has_header = True
        elif not has_header:
            raise UnreadableFileError("the Header does not come first")
        else:
            yield source, tuple(map(values.get, columns[source]))
    if not has_header:
        raise UnreadableFileError("there is no Header")


def _check_header(header, la_code):
    if header.get("collection") not in ("CIN", "CINCensus"):
        raise UnreadableFileError("Header: Collection is not CIN")
    if header.get("lea") != la_code:
        raise UnreadableFileError(f"Header: this is a file of another authority, not of {la_code}")
