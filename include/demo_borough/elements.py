"""XML elements that a good record and a planted bad one are both made of."""

from demo_borough.facts import Episode, SocialCare
from demo_borough.text import element


def person(identity: dict, requests: str = "") -> str:
    """A Person element from its identity, in the order of the layout, and its requests."""
    tags = (
        "Surname",
        "Forename",
        "PersonBirthDate",
        "Sex",
        "Ethnicity",
        "PostCode",
        "UPN",
        "UniqueLearnerNumber",
        "UPNunknown",
    )
    lines = "".join(element(tag, identity.get(tag), 6) for tag in tags)
    return f"    <Person>\n{lines}{requests}    </Person>\n"


def request_lines(received_on, source, rya, outcome, outcome_on, is_mediated=False, is_appealed=False, exported_to=""):
    """The elements of module 2 before the assessment."""
    decided = outcome in ("Y", "N")
    return (
        element("ReceivedDate", received_on, 8)
        + element("RequestSource", source, 8)
        + element("RYA", rya, 8)
        + element("RequestOutcomeDate", outcome_on, 8)
        + element("RequestOutcome", outcome, 8)
        + element("RequestMediation", int(is_mediated) if decided else None, 8)
        + element("RequestTribunal", int(is_appealed) if decided else None, 8)
        + element("Exported", exported_to, 8)
    )


def child_element(identity: dict, row: SocialCare) -> str:
    """A Child element: identifiers, characteristics, episodes."""
    tags = ("LAchildID", "UPN", "FormerUPN", "UPNunknown", "PersonBirthDate", "Sex")
    identifiers = "".join(element(tag, identity.get(tag), 8) for tag in tags)
    disabilities = "".join(element("Disability", code, 10) for code in row.disabilities)
    return (
        f"    <Child>\n      <ChildIdentifiers>\n{identifiers}      </ChildIdentifiers>\n"
        f"      <ChildCharacteristics>\n{element('Ethnicity', identity.get('Ethnicity'), 8)}"
        f"        <Disabilities>\n{disabilities}        </Disabilities>\n      </ChildCharacteristics>\n"
        f"{''.join(_episode(episode) for episode in row.episodes)}    </Child>\n"
    )


def _episode(row: Episode) -> str:
    """A CINdetails element."""
    plan = element("CINPlanStartDate", row.plan_starts_on, 10) + element("CINPlanEndDate", row.plan_ends_on, 10)
    if plan:
        plan = f"        <CINPlanDates>\n{plan}        </CINPlanDates>\n"
    return (
        f"      <CINdetails>\n{element('CINreferralDate', row.referred_on, 8)}"
        f"{element('ReferralSource', row.source, 8)}{element('PrimaryNeedCode', row.need, 8)}"
        f"{element('CINclosureDate', row.closed_on, 8)}{element('ReasonForClosure', row.closure_reason, 8)}"
        f"{plan}      </CINdetails>\n"
    )
