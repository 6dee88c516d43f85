"""What is true in the made-up borough, as plain facts. Dates are `date`, money is whole pounds a year."""

from dataclasses import dataclass, field, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Establishment:
    """A school, college or provider. `is_registered` is false for providers known by their UKPRN alone."""

    name: str
    type_code: str
    la_code: str
    urn: str = ""
    ukprn: str = ""
    phase_code: str = "0"
    low_age: int | None = None
    high_age: int | None = None
    capacity: int | None = None
    resourced_places: int | None = None
    unit_places: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    is_registered: bool = True


@dataclass(slots=True)
class Child:
    """A child or young person. `second_record` is what a second, mistaken SEN2 record of the same child says."""

    child_id: int
    forename: str
    surname: str
    born_on: date
    sex: str
    ethnicity: str = "WBRI"
    postcode: str = "ZZ1 1AA"
    upn: str = ""
    uln: str = ""
    upn_unknown: str = ""
    nhs_number: str = ""
    former_upn: str = ""
    second_record: dict[str, str] | None = None


@dataclass(slots=True)
class Request:
    """A request for an assessment and what became of it. Outcomes: Y, N, A (undecided), W, H; `records` 1, 2 or both.

    For an assessment, Y with a day is a plan issued that day, Y without one is agreed and not issued.
    """

    request_id: int
    child_id: int
    received_on: date | None
    source: str = "2"
    outcome: str = "A"
    outcome_on: date | None = None
    is_mediated: bool = False
    is_appealed: bool = False
    exported_to: str = ""
    exported_on: date | None = None
    withdrawn_on: date | None = None
    assessment_outcome: str = ""
    assessment_on: date | None = None
    agreed_on: date | None = None
    assessment_is_mediated: bool = False
    assessment_is_appealed: bool = False
    other_is_appealed: bool = False
    has_exception: bool = False
    records: tuple[int, ...] = (1,)


@dataclass(slots=True)
class Plan:
    """An EHC plan, under its request. `issued_on` is unknown for historical and transferred-in plans.

    `started_on` is the SEN2 start date of the first version; `start_moves` says that amendments move it.
    """

    plan_id: int
    request_id: int
    child_id: int
    begun_on: date
    started_on: date
    issued_on: date | None = None
    ceased_on: date | None = None
    cease_reason: str = ""
    transferred_from: str = ""
    needs: tuple[str, ...] = ()
    start_moves: bool = False
    has_personal_budget: bool = False


@dataclass(slots=True)
class Placement:
    """A spell at a setting, under a plan. `named_on` and `leaving_named_on` are the days those dates became known."""

    placement_id: int
    plan_id: int
    child_id: int
    entered_on: date
    left_on: date | None = None
    urn: str = ""
    ukprn: str = ""
    sen_setting: str = ""
    sen_setting_other: str = ""
    rank: int = 1
    is_unit: bool = False
    is_resourced: bool = False
    named_on: date | None = None
    leaving_named_on: date | None = None
    residential: str = ""
    work_based: str = ""


@dataclass(slots=True)
class Review:
    """A cycle of annual review. Decisions: M maintain, A amend, C cease."""

    review_id: int
    plan_id: int
    child_id: int
    year_group: int
    notice_on: date | None = None
    meeting_on: date | None = None
    decision: str = ""
    decided_on: date | None = None
    amendment_notice_on: date | None = None
    final_plan_on: date | None = None
    phase_transfer_due_on: date | None = None
    phase_transfer_final_on: date | None = None
    has_adulthood_outcomes: bool | None = None
    late_plan_recorded_on: date | None = None
    late_reason: str = ""
    school_urn: str = ""


@dataclass(slots=True)
class Advice:
    """A piece of advice asked for. Types HEALTH, SOCIAL_CARE, EP; `review_id` 0 for an assessment."""

    advice_id: int
    child_id: int
    request_id: int
    advice_type: str
    requested_on: date
    received_on: date | None = None
    review_id: int = 0
    meeting_on: date | None = None
    has_exception: bool = False
    late_reason: str = ""
    has_late_plan: bool = False


@dataclass(slots=True)
class Specification:
    """Therapy specified in Section F: therapy SLT or OT, sessions a term, minutes a session."""

    plan_id: int
    child_id: int
    therapy: str
    sessions: int
    minutes: int
    valid_from: date
    valid_to: date | None = None


@dataclass(slots=True)
class Referral:
    """A referral to a therapy team of the health trust; one that is turned down is discharged the same day."""

    referral_id: int
    child_id: int
    team: str
    received_on: date
    first_seen_on: date | None = None
    discharged_on: date | None = None
    rejected_on: date | None = None
    priority: str = "1"

    @property
    def wait_ended_on(self) -> date | None:
        """Day on which the child was first seen, or was discharged without."""
        return min((day for day in (self.first_seen_on, self.discharged_on) if day), default=None)

    @property
    def is_seen(self) -> bool:
        """Whether the wait ended with a first contact."""
        return self.first_seen_on is not None and self.first_seen_on == self.wait_ended_on

    def as_of(self, cut: date) -> "Referral":
        """The referral with what had happened by a day."""
        fields = ("first_seen_on", "discharged_on", "rejected_on")
        past = {name: day for name in fields if (day := getattr(self, name)) and day <= cut}
        return replace(self, **{name: past.get(name) for name in fields})


@dataclass(slots=True)
class Contact:
    """A therapy contact. Status 5 and 6 were attended, 3 was not, 2 and 4 were cancelled."""

    contact_id: int
    referral_id: int
    child_id: int
    team: str
    occurred_on: date
    minutes: int
    is_group: bool = False
    status: str = "5"


@dataclass(slots=True)
class PlacementCost:
    """A rate period of a placement: pounds a year. `ends_on` is its last day; `known_on` when finance entered it."""

    reference: int
    child_id: int
    provider: str
    starts_on: date
    ends_on: date | None
    place_gbp: int
    top_up_gbp: int
    therapy_gbp: int = 0
    urn: str = ""
    ukprn: str = ""
    known_on: date | None = None
    ending_known_on: date | None = None

    @property
    def annual_gbp(self) -> int:
        """Place, top-up and therapy together, pounds a year."""
        return self.place_gbp + self.top_up_gbp + self.therapy_gbp


@dataclass(slots=True)
class TravelCost:
    """A period of travel assistance: pounds a year."""

    reference: int
    child_id: int
    mode: str
    starts_on: date
    ends_on: date | None
    annual_gbp: int
    known_on: date | None = None
    ending_known_on: date | None = None


@dataclass(slots=True)
class Episode:
    """An episode of need with children's social care."""

    referred_on: date
    source: str = "2A"
    need: str = "N2"
    closed_on: date | None = None
    closure_reason: str = ""
    plan_starts_on: date | None = None
    plan_ends_on: date | None = None


@dataclass(slots=True)
class SocialCare:
    """A child known to children's social care."""

    child_id: int
    local_id: str
    disabilities: tuple[str, ...] = ("NONE",)
    episodes: list[Episode] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """Everything that is true in the borough up to its last day, and `entered_late`: when a late entry was made.

    `departments` holds the facts that each module of demo_borough.departments keeps, by its name.
    A key of `entered_late` is (kind, id, field), as in ("review", 12, "decided_on"); the value is the day of entry.
    A key of `said` is (source, child); the value is what the source says of the child in place of what is so.
    """

    name: str
    establishments: list[Establishment] = field(default_factory=list)
    children: dict[int, Child] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)
    specifications: list[Specification] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    placement_costs: list[PlacementCost] = field(default_factory=list)
    travel_costs: list[TravelCost] = field(default_factory=list)
    social_care: list[SocialCare] = field(default_factory=list)
    departments: dict[str, object] = field(default_factory=dict)
    entered_late: dict[tuple[str, int, str], date] = field(default_factory=dict)
    said: dict[tuple[str, int], dict] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
