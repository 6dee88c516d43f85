"""Puts facts into a world, numbering them as they come."""

from datetime import date
from itertools import count

from numpy.random import Generator

from demo_borough import identifiers, names
from demo_borough.days import age_at_31_august
from demo_borough.facts import (
    Advice,
    Child,
    Contact,
    Placement,
    PlacementCost,
    Plan,
    Referral,
    Request,
    Review,
    TravelCost,
    World,
)
from demo_borough.schools import establishments

OTHER_AUTHORITIES = ("203", "209", "305", "886", "306")


class Builder:
    """A world that is being put together, with the generator of its chances."""

    def __init__(self, name: str, rng: Generator):
        self.world = World(name, establishments=establishments())
        self.rng = rng
        self._placements = count(1)
        self._ethnicities = names.ethnicities(20_000, rng)

    def child(self, born_on: date, sex: str, as_on: date, **fields) -> Child:
        """Add a child; who is under five on `as_on` has no UPN yet, who is 14 or over has a ULN too."""
        number = len(self.world.children) + 1
        forename, surname = names.full_name(number)
        age = age_at_31_august(born_on, as_on)
        child = Child(
            child_id=number,
            forename=forename,
            surname=surname,
            born_on=born_on,
            sex=sex,
            ethnicity=str(self._ethnicities[number]),
            postcode=names.postcode(self.rng),
            nhs_number=identifiers.nhs_number(number),
            uln=identifiers.uln(number) if age >= 14 else "",
        )
        if age < 4:
            child.upn_unknown = "UN1"
        else:
            child.upn = self._upn(number, born_on)
        for field, value in fields.items():
            setattr(child, field, value)
        self.world.children[number] = child
        return child

    def _upn(self, number: int, born_on: date) -> str:
        """A UPN given out in the child's fifth year, mostly by schools of the borough."""
        la_code = "303" if self.rng.random() < 0.93 else str(self.rng.choice(OTHER_AUTHORITIES))
        if self.rng.random() < 0.004:
            return identifiers.temporary_upn(number % 2000, 9000 + number // 1000, born_on.year + 4)
        return identifiers.upn(number % 1000, la_code, 9000 + number // 1000, born_on.year + 4)

    def request(self, child: Child, received_on: date | None, **fields) -> Request:
        """Add a request; without a day of receipt it is historical."""
        request = Request(len(self.world.requests) + 1, child.child_id, received_on, **fields)
        if received_on is None:
            request.outcome = request.assessment_outcome = "H"
        self.world.requests.append(request)
        return request

    def plan(self, request: Request, begun_on: date, needs: tuple[str, ...], **fields) -> Plan:
        """Add a plan under a request; it started when it began unless `started_on` says otherwise."""
        fields.setdefault("started_on", begun_on)
        plan = Plan(len(self.world.plans) + 1, request.request_id, request.child_id, begun_on, needs=needs, **fields)
        self.world.plans.append(plan)
        return plan

    def placement(self, plan: Plan, entered_on: date, where: dict, left_on: date | None = None, **fields) -> Placement:
        """Add a placement; `where` holds URN, UKPRN or SEN setting and the unit flags."""
        row = Placement(next(self._placements), plan.plan_id, plan.child_id, entered_on, left_on, **where, **fields)
        self.world.placements.append(row)
        return row

    def review(self, plan: Plan, year_group: int, **fields) -> Review:
        """Add a cycle of review."""
        row = Review(len(self.world.reviews) + 1, plan.plan_id, plan.child_id, year_group, **fields)
        self.world.reviews.append(row)
        return row

    def advice(self, child_id: int, request_id: int, kind: str, requested_on: date, **fields) -> Advice:
        """Add a piece of advice."""
        row = Advice(len(self.world.advice) + 1, child_id, request_id, kind, requested_on, **fields)
        self.world.advice.append(row)
        return row

    def cost(
        self,
        child_id: int,
        provider: str,
        starts_on: date,
        ends_on: date | None,
        pounds: tuple[int, int, int],
        **fields,
    ) -> PlacementCost:
        """Add a rate period; `pounds` are place, top-up and therapy a year."""
        row = PlacementCost(
            len(self.world.placement_costs) + 1, child_id, provider, starts_on, ends_on, *pounds, **fields
        )
        self.world.placement_costs.append(row)
        return row

    def travel(
        self, child_id: int, mode: str, starts_on: date, ends_on: date | None, annual_gbp: int, **fields
    ) -> TravelCost:
        """Add a period of travel assistance."""
        row = TravelCost(len(self.world.travel_costs) + 1, child_id, mode, starts_on, ends_on, annual_gbp, **fields)
        self.world.travel_costs.append(row)
        return row

    def referral(self, child_id: int, team: str, received_on: date, **fields) -> Referral:
        """Add a referral to a therapy team."""
        row = Referral(len(self.world.referrals) + 1, child_id, team, received_on, **fields)
        self.world.referrals.append(row)
        return row

    def contact(self, referral: Referral, occurred_on: date, minutes: int, **fields) -> Contact:
        """Add a therapy contact under a referral."""
        row = Contact(
            len(self.world.contacts) + 1,
            referral.referral_id,
            referral.child_id,
            referral.team,
            occurred_on,
            minutes,
            **fields,
        )
        self.world.contacts.append(row)
        return row
