"""Reads the small, hand-written borough into facts."""

from datetime import timedelta
from pathlib import Path

import yaml

from demo_borough import identifiers
from demo_borough.days import year_group
from demo_borough.departments import imagine_departments
from demo_borough.facts import (
    Advice,
    Child,
    Contact,
    Episode,
    Establishment,
    Placement,
    PlacementCost,
    Plan,
    Referral,
    Request,
    Review,
    SocialCare,
    Specification,
    TravelCost,
    World,
)
from demo_borough.schools import establishments
from demo_borough.variations import NO_NUMBER
from demo_borough.world import LAST_DAY

HISTORICAL = {"outcome": "H", "assessment_outcome": "H"}


def small_world() -> World:
    """The borough of small_borough.yml as facts."""
    text = Path(__file__).with_name("small_borough.yml").read_text("utf-8")
    world = World("small borough", establishments=establishments())
    reader = _Reader(world)
    for entry in yaml.safe_load(text):
        reader.child(entry)
    imagine_departments(world, 303, LAST_DAY)
    return world


class _Reader:
    """Adds the entries of the file to a world, one child at a time."""

    def __init__(self, world: World):
        self.world = world

    def child(self, entry: dict) -> None:
        """Add a child with everything that is said of it; KeyError or StopIteration when the entry cannot be read."""
        number = len(self.world.children) + 1
        forename, surname = entry["name"].split()
        has_upn = entry.get("upn") != "none"
        child = Child(
            child_id=number,
            forename=forename,
            surname=surname,
            born_on=entry["born"],
            sex=entry.get("sex", "F"),
            postcode=entry.get("postcode", f"ZZ1 {number % 10}{'ABDEFGHJLNPQRSTUWXYZ'[number // 2 % 20]}A"),
            upn=identifiers.upn(number, establishment=9100) if has_upn else "",
            upn_unknown="" if has_upn else "UN1",
            nhs_number=identifiers.nhs_number(900 + number),
            second_record=entry.get("twice"),
        )
        self.world.children[number] = child
        for source, said in entry.get("said", {}).items():
            self.world.said[source, number] = NO_NUMBER | said
        plans = [self._request(child, row) for row in entry["requests"]]
        for row in entry.get("at", ()):
            self._placement(child, plans, row)
        reviews = [self._review(child, plans, row) for row in entry.get("reviews", ())]
        for row in entry.get("advice", ()):
            self._advice(child, reviews, row)
        for row in entry.get("therapy", ()):
            self._therapy(child, plans[-1], row)
        self._money(child, entry)
        if "social_care" in entry:
            episode = Episode(referred_on=entry["social_care"])
            self.world.social_care.append(SocialCare(number, f"CIN{number:05d}", ("LD",), [episode]))

    def _request(self, child: Child, row: dict) -> Plan | None:
        """Add a request, and its plan when there is one."""
        number = len(self.world.requests) + 1
        request = Request(
            request_id=number,
            child_id=child.child_id,
            received_on=row.get("received"),
            records=tuple(row.get("records", (1,))),
        )
        for field, value in (_decisions(row) if request.received_on else HISTORICAL).items():
            setattr(request, field, value)
        self.world.requests.append(request)
        if request.assessment_outcome == "Y" or "plan" in row:
            return self._plan(child, request, row)
        return None

    def _plan(self, child: Child, request: Request, row: dict) -> Plan:
        """Add the plan under a request."""
        said = row.get("plan", {})
        started = said.get("started", request.assessment_on)
        ceased_on, reason = said.get("ceased", (None, ""))
        plan = Plan(
            plan_id=len(self.world.plans) + 1,
            request_id=request.request_id,
            child_id=child.child_id,
            begun_on=said.get("begun", started),
            started_on=started,
            issued_on=started if request.received_on else None,
            ceased_on=ceased_on,
            cease_reason=reason,
            transferred_from=said.get("from", ""),
            needs=tuple(row["needs"]),
            start_moves=request.assessment_outcome == "Y",
            has_personal_budget=said.get("personal_budget", False),
        )
        self.world.plans.append(plan)
        if "entered" in row:
            self.world.entered_late["request", request.request_id, "assessment_on"] = row["entered"]
            self.world.entered_late["plan", plan.plan_id, "begun_on"] = row["entered"]
        return plan

    def _placement(self, child: Child, plans: list, row: list) -> None:
        """Add a place at a school or a SEN setting."""
        place, entered_on, left_on, more = [*row, None, None][:4] if len(row) < 4 else row
        more = more or {}
        plan = plans[more.get("plan", len(plans)) - 1]
        self.world.placements.append(
            Placement(
                placement_id=len(self.world.placements) + 1,
                plan_id=plan.plan_id,
                child_id=child.child_id,
                entered_on=entered_on,
                left_on=left_on,
                **self._where(place),
                is_unit=more.get("unit", False),
                is_resourced=more.get("resourced", False),
                named_on=more.get("named"),
                leaving_named_on=more.get("leaving_named"),
            )
        )

    def _school(self, name: str) -> Establishment:
        """The establishment whose name begins so."""
        return next(place for place in self.world.establishments if place.name.startswith(name))

    def _where(self, place: str) -> dict:
        """Colleges are known by their UKPRN, schools by their URN, other settings by their code."""
        if place.isupper():
            return {"sen_setting": place}
        found = self._school(place)
        return {"ukprn": found.ukprn} if found.ukprn else {"urn": found.urn}

    def _review(self, child: Child, plans: list, row: list) -> Review:
        """Add a cycle of review."""
        meeting_on, decision, decided_on, more = ([*row, None, None, None, None])[:4]
        more = more or {}
        day = meeting_on or more["notice"]
        review = Review(
            review_id=len(self.world.reviews) + 1,
            plan_id=plans[more.get("plan", len(plans)) - 1].plan_id,
            child_id=child.child_id,
            year_group=year_group(child.born_on, day),
            notice_on=more.get("notice", meeting_on - timedelta(days=90) if meeting_on else None),
            meeting_on=meeting_on,
            decision=decision or "",
            decided_on=decided_on,
            amendment_notice_on=more.get("draft"),
            final_plan_on=more.get("final"),
            phase_transfer_due_on=more.get("phase_due"),
            phase_transfer_final_on=more.get("phase_final"),
            has_adulthood_outcomes=more.get("adulthood"),
            late_plan_recorded_on=more.get("late_plan"),
            late_reason=more.get("reason", ""),
        )
        self.world.reviews.append(review)
        return review

    def _advice(self, child: Child, reviews: list[Review], row: dict) -> None:
        """Add a piece of advice, for the child's last assessment or for a review counted from 1."""
        review = reviews[row["review"] - 1] if "review" in row else None
        self.world.advice.append(
            Advice(
                advice_id=len(self.world.advice) + 1,
                child_id=child.child_id,
                request_id=self.world.requests[-1].request_id,
                advice_type=row["type"],
                requested_on=row["requested"],
                received_on=row.get("received"),
                review_id=review.review_id if review else 0,
                meeting_on=review.meeting_on if review else None,
                late_reason=row.get("reason", ""),
                has_late_plan=row.get("plan", False),
            )
        )

    def _therapy(self, child: Child, plan: Plan, row: dict) -> None:
        """Add a specification, its referral and its contacts."""
        self.world.specifications.append(
            Specification(
                plan_id=plan.plan_id,
                child_id=child.child_id,
                therapy=row["type"],
                sessions=row["sessions"],
                minutes=row["minutes"],
                valid_from=row["from"],
                valid_to=row.get("to"),
            )
        )
        referral = Referral(
            referral_id=len(self.world.referrals) + 1,
            child_id=child.child_id,
            team=row["team"],
            received_on=row["from"],
            first_seen_on=row["from"] + timedelta(days=60),
        )
        self.world.referrals.append(referral)
        for contact in row["contacts"]:
            occurred_on, minutes, status = [*contact, "5"][:3]
            self.world.contacts.append(
                Contact(
                    len(self.world.contacts) + 1,
                    referral.referral_id,
                    child.child_id,
                    row["team"],
                    occurred_on,
                    minutes,
                    status=status,
                )
            )

    def _money(self, child: Child, entry: dict) -> None:
        """Add rates of placements and of travel."""
        for row in entry.get("costs", ()):
            if isinstance(row, list):
                row = dict(zip(("school", "from", "to", "place", "top_up", "therapy"), row, strict=True))
            provider = self._school(row["school"])
            self.world.placement_costs.append(
                PlacementCost(
                    reference=len(self.world.placement_costs) + 1,
                    child_id=child.child_id,
                    provider=provider.name,
                    starts_on=row["from"],
                    ends_on=row.get("to"),
                    place_gbp=row["place"],
                    top_up_gbp=row["top_up"],
                    therapy_gbp=row.get("therapy", 0),
                    known_on=row.get("known"),
                    **self._where(row["school"]),
                )
            )
        for mode, starts_on, ends_on, annual in entry.get("travel", ()):
            self.world.travel_costs.append(
                TravelCost(len(self.world.travel_costs) + 1, child.child_id, mode, starts_on, ends_on, annual)
            )


def _decisions(row: dict) -> dict:
    """The fields of a request that say what was decided."""
    fields = {
        "source": str(row.get("source", 2)),
        "is_appealed": row.get("appealed", False),
        "assessment_is_appealed": row.get("assessment_appealed", False),
        "has_exception": row.get("exception", False),
    }
    if "decided" in row:
        fields["outcome"], fields["outcome_on"] = row["decided"]
        fields["assessment_outcome"] = "A" if fields["outcome"] == "Y" else ""
    if "assessed" in row:
        fields["assessment_outcome"], fields["assessment_on"] = row["assessed"]
    if "withdrawn" in row:
        fields |= {"outcome": "W", "withdrawn_on": row["withdrawn"]}
    if "exported" in row:
        fields["exported_to"], fields["exported_on"] = row["exported"]
    return fields
