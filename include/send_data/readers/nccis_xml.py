"""The NCCIS return: young people, their current activity and characteristics; addresses and the rest are read over."""

from send_data.readers.errors import UnreadableFileError
from send_data.readers.xml_stream import Element, Walk, leaves, names_in


def _over(*names):
    return tuple(Element(name, skipped=True) for name in names)


HEADER = Element(
    "FileHeader",
    source="header",
    children=(
        *_over("Databases"),
        Element("SourceLEAs", children=(Element("LEACode", source="authority", column="lea", many=True),)),
        *_over("DateOfSend", "PeriodEnd", "SupplierName", "SupplierXMLVersion", "XMLSchemaVersion"),
    ),
)

PERSONAL_DETAILS = Element(
    "PersonalDetails",
    children=(
        *leaves(
            YoungPersonsID="young_persons_id",
            CohortStatus="cohort_status",
            GivenName="given_name",
            FamilyName="family_name",
            Postcode="postcode",
            Gender="gender",
            DOB="dob",
            Ethnicity="ethnicity",
            LeadLEA="lead_lea",
            UniqueLearnerNo="unique_learner_no",
            UniquePupilNumber="unique_pupil_number",
        ),
        *_over("MiddleName", "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "Town", "County"),
        *_over("EducatedLEA", "TransferredToLACode", "LEACodeAtYear11", "GuaranteeStatusIndicator"),
        *_over("YouthContractIndicator", "YouthContractStartDate", "PreviousYPIDIdentifier"),
    ),
)


def _guarantee(name, column):
    return Element(name, children=(*leaves(GuaranteeStatus=column), *_over("LEACode")))


SEPTEMBER_GUARANTEE = Element(
    "SeptemberGuarantee",
    children=(
        _guarantee("Year11", "guarantee_status_year_11"),
        _guarantee("Year12", "guarantee_status_year_12"),
    ),
)

LEVEL_OF_NEED = Element(
    "LevelOfNeed",
    children=(
        *_over("LevelOfNeedCode"),
        *leaves(SENDFlag="send_flag", SENSupportFlag="sen_support_flag"),
        Element(
            "Characteristics",
            children=(
                Element("CharacteristicCode", source="nccis__characteristic", column="characteristic_code", many=True),
            ),
        ),
    ),
)

ACTIVITIES = Element(
    "Activities",
    children=(
        Element(
            "Cohort",
            children=(
                *leaves(
                    ActivityCode="activity_code",
                    StartDate="activity_start_date",
                    DateAscertained="date_ascertained",
                    DateVerified="date_verified",
                    CurrencyLapsed="currency_lapsed",
                    NEETStartDate="neet_start_date",
                    PredictedEndDate="predicted_end_date",
                ),
                *_over("ReviewDate", "DueToLapseDate"),
                *_over("EstablishmentNumber", "EstablishmentName", "UKProviderReferenceNumber"),
            ),
        ),
    ),
)

YOUNG_PERSON = Element(
    "YoungPersonsRecord",
    source="nccis__young_person",
    number="young_person_number",
    many=True,
    children=(
        PERSONAL_DETAILS,
        SEPTEMBER_GUARANTEE,
        LEVEL_OF_NEED,
        ACTIVITIES,
        Element("IntendedDestination", children=leaves(IntendedDestinationYr11="intended_destination_year_11")),
    ),
)
# The outermost element is named NCCIS and the year.
RETURN = Element("NCCIS", children=(HEADER, YOUNG_PERSON))


def read(file, contracts, la_code, note):
    """Rows of young people and characteristics of a return for the authority `la_code` alone."""
    columns = {contract.source: contract.column_names for contract in contracts}
    walk = Walk(RETURN, "the NCCIS return", names_in(RETURN), "YoungPersonsRecord", ordered=False)
    authorities, has_header = set(), False
    for source, values in walk.rows(file.stream):
        if source == "authority":
            authorities.add(values.get("lea"))
        elif source == "header":
            _check_authorities(authorities, la_code)
            has_header = True
        elif not has_header:
            raise UnreadableFileError("the FileHeader does not come first")
        else:
            yield source, tuple(values.get(name) for name in columns[source])
    if not has_header:
        raise UnreadableFileError("there is no FileHeader")


def _check_authorities(authorities, la_code):
    if la_code not in authorities:
        raise UnreadableFileError(f"FileHeader: this is a file of another authority, not of {la_code}")
    if len(authorities) > 1:
        raise UnreadableFileError(f"FileHeader: this is a file of several authorities; send that of {la_code} alone")
