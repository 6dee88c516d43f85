"""The SEN2 person-level return, 2026 layout, with full history: until September as COLLECT exports it, then as XML."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from demo_borough.codes import LA_CODE
from demo_borough.days import add_months, month_end, month_start
from demo_borough.elements import person, request_lines
from demo_borough.facts import Child, Placement, Plan, Request, Review, World
from demo_borough.faults import sen2_persons
from demo_borough.text import element
from demo_borough.writers.sen2_forms import export, from_xml

FILE = "sen2/{month}/sen2_303_{month}.xml"
# The last month for which the authority sent the files that COLLECT exports.
LAST_EXPORT = "2026-09"
NOTE = "<!-- DEMO-BOROUGH: a made-up borough. No child, family or school in this file is real. -->"


def files(world: World, month: str):
    """The return of the month: paths and bytes."""
    content = "".join(_lines(world, month)).encode("utf-8")
    if month > LAST_EXPORT:
        yield FILE.format(month=month), content
    else:
        for name, part in export(from_xml(content), _written(month)):
            yield f"sen2/{month}/{name}", part


def _written(month: str) -> date:
    """The day the return is written: the fifth of the next month."""
    return add_months(month_start(month), 1).replace(day=5)


def _lines(world: World, month: str):
    """The file's text, piece by piece."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{NOTE}\n<Message>\n'
    yield _header(month)
    yield "  <Persons>\n"
    case = _Case(world)
    for child in world.children.values():
        yield from _persons(child, case)
    yield from sen2_persons(month)
    yield "  </Persons>\n</Message>\n"


def _header(month: str) -> str:
    """Header of the return: it stands for the last day of the month."""
    written = _written(month)
    details = (
        element("Collection", "SEN2", 6)
        + element("Year", 2026, 6)
        + element("ReferenceDate", month_end(month_start(month)), 6)
    )
    source = {
        "SourceLevel": "L",
        "LEA": LA_CODE,
        "SoftwareCode": "DEMO-BOROUGH",
        "Release": "1.0",
        "SerialNo": "001",
        "DateTime": f"{written}T05:30:00",
        "DMO": "Y",
        "DCO": "Y",
        "DSCO": "R",
    }
    lines = "".join(element(tag, value, 6) for tag, value in source.items())
    return (
        f"  <Header>\n    <CollectionDetails>\n{details}    </CollectionDetails>\n"
        f"    <Source>\n{lines}    </Source>\n  </Header>\n"
    )


class _Case:
    """Facts by the request or plan they hang on."""

    def __init__(self, world: World):
        self.requests = _group(world.requests, "child_id")
        self.plan = {plan.request_id: plan for plan in world.plans}
        self.placements = _group(world.placements, "plan_id")
        self.reviews = _group(world.reviews, "plan_id")


def _group(rows: list, key: str) -> dict[int, list]:
    """Rows by the value of a field, in order."""
    groups = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


def _persons(child: Child, case: _Case):
    """One Person element; two for a child who is recorded twice."""
    for record in (1, 2) if child.second_record else (1,):
        requests = [request for request in case.requests[child.child_id] if record in request.records]
        if requests:
            said = replace(child, **child.second_record) if record == 2 else child
            yield person(_identity(said), "".join(_request(request, case) for request in requests))


def _identity(child: Child) -> dict:
    """The elements of module 1 for a child."""
    return {
        "Surname": child.surname,
        "Forename": child.forename,
        "PersonBirthDate": child.born_on,
        "Sex": child.sex,
        "Ethnicity": child.ethnicity,
        "PostCode": child.postcode,
        "UPN": child.upn,
        "UniqueLearnerNumber": child.uln,
        "UPNunknown": child.upn_unknown,
    }


def _request(request: Request, case: _Case) -> str:
    """A Requests element with its assessment and active plan."""
    plan = case.plan.get(request.request_id)
    lines = request_lines(
        received_on=request.received_on,
        source=request.source if request.received_on else "",
        rya=0 if request.received_on else None,
        outcome=request.outcome,
        outcome_on=request.outcome_on,
        is_mediated=request.is_mediated,
        is_appealed=request.is_appealed,
        exported_to=request.exported_to,
    )
    nested = _assessment(request, plan, case) if request.assessment_outcome else ""
    active = _active_plan(plan, case) if plan else ""
    return f"      <Requests>\n{lines}{nested}{active}      </Requests>\n"


def _assessment(request: Request, plan: Plan | None, case: _Case) -> str:
    """Module 3 with the named plan inside."""
    decided = request.assessment_outcome in ("Y", "N")
    lines = element("AssessmentOutcome", request.assessment_outcome, 10) + element(
        "AssessmentOutcomeDate", request.assessment_on, 10
    )
    if decided:
        lines += (
            element("AssessmentMediation", int(request.assessment_is_mediated), 10)
            + element("AssessmentTribunal", int(request.assessment_is_appealed), 10)
            + element("OtherMediation", 0, 10)
            + element("OtherTribunal", int(request.other_is_appealed), 10)
            + element("Week20", int(request.has_exception), 10)
        )
    named = _named_plan(plan, case) if plan else ""
    return f"        <Assessment>\n{lines}{named}        </Assessment>\n"


def start_date(plan: Plan, reviews: list[Review]) -> date:
    """SEN2's start date: that of the current version where amendments move it, and never after the plan ceased."""
    if not plan.start_moves:
        return plan.started_on
    finals = [row.final_plan_on for row in reviews if row.final_plan_on]
    return max([plan.started_on, *(day for day in finals if not plan.ceased_on or day <= plan.ceased_on)])


def _named_plan(plan: Plan, case: _Case) -> str:
    """Module 4: the plan and the setting it names."""
    reviews, placements = case.reviews[plan.plan_id], case.placements[plan.plan_id]
    lines = element("StartDate", start_date(plan, reviews), 12)
    lines += _plan_detail(max(placements, key=lambda row: (row.rank == 1, row.entered_on)) if placements else None)
    lines += (
        element("PB", int(plan.has_personal_budget), 12)
        + element("OA", 0, 12)
        + element("DP", "E" if plan.has_personal_budget else None, 12)
        + element("CeaseDate", plan.ceased_on, 12)
        + element("CeaseReason", plan.cease_reason, 12)
    )
    return f"          <NamedPlan>\n{lines}          </NamedPlan>\n"


def _plan_detail(placement: Placement | None) -> str:
    """The setting the plan names: that of the latest main placement, unless the child is at none."""
    if placement is None or placement.sen_setting in ("NEET", "NIEC", "NIEO"):
        return ""
    return (
        f"            <PlanDetail>\n{_where(placement, 14)}{element('PlacementRank', 1, 14)}"
        f"{_flags(placement, 14)}            </PlanDetail>\n"
    )


def _where(placement: Placement, indent: int) -> str:
    """Exactly one of URN, UKPRN and SEN setting."""
    if placement.urn:
        return element("URN", placement.urn, indent)
    if placement.ukprn:
        return element("UKPRN", placement.ukprn, indent)
    return element("SENSetting", placement.sen_setting, indent) + element(
        "SENSettingOther", placement.sen_setting_other, indent
    )


def _flags(placement: Placement, indent: int) -> str:
    """Whether the place is in a SEN unit or in resourced provision; not said where there is no establishment."""
    if not placement.urn:
        return ""
    return element("SENunitIndicator", int(placement.is_unit), indent) + element(
        "ResourcedProvisionIndicator", int(placement.is_resourced), indent
    )


def _active_plan(plan: Plan, case: _Case) -> str:
    """Module 5: placements, needs and the latest review."""
    lines = element("TransferLA", plan.transferred_from, 10)
    lines += "".join(_placement(row) for row in sorted(case.placements[plan.plan_id], key=_placement_order))
    lines += "".join(_need(sen_type, rank) for rank, sen_type in enumerate(plan.needs[:2], 1))
    return f"        <ActivePlans>\n{lines}{_latest_review(case.reviews[plan.plan_id])}        </ActivePlans>\n"


def _placement_order(row: Placement):
    """Placements stand in order of entry."""
    return row.entered_on, row.rank


def _placement(row: Placement) -> str:
    """One PlacementDetail element."""
    lines = (
        _where(row, 12)
        + element("PlacementRank", row.rank, 12)
        + element("EntryDate", row.entered_on, 12)
        + element("LeavingDate", row.left_on, 12)
        + _flags(row, 12)
        + element("Res", row.residential, 12)
        + element("WBP", row.work_based, 12)
    )
    return f"          <PlacementDetail>\n{lines}          </PlacementDetail>\n"


def _need(sen_type: str, rank: int) -> str:
    """One SENneed element."""
    return (
        f"          <SENneed>\n{element('SENtype', sen_type, 12)}{element('SENtypeRank', rank, 12)}"
        f"          </SENneed>\n"
    )


def _latest_review(reviews: list[Review]) -> str:
    """The latest meeting with its outcome, and the day of the latest decision, which may be an earlier review's."""
    held = [row for row in reviews if row.meeting_on]
    if not held:
        return ""
    latest = max(held, key=lambda row: row.meeting_on)
    return (
        element("ReviewMeeting", latest.meeting_on, 10)
        + element("ReviewOutcome", latest.decision, 10)
        + element("ReviewDraft", latest.amendment_notice_on, 10)
        + element("PhaseTransferDueDate", latest.phase_transfer_due_on, 10)
        + element("PhaseTransferFinalDate", latest.phase_transfer_final_on, 10)
        + element("LastReview", max((row.decided_on for row in held if row.decided_on), default=None), 10)
    )
