"""Which children with a plan or a request are known to children's social care."""

from datetime import date, timedelta

from demo_borough.builder import Builder
from demo_borough.days import add_months
from demo_borough.facts import Child, Episode, SocialCare

_DISABILITIES = {
    "ASD": "AUT",
    "SLCN": "COMM",
    "SEMH": "BEH",
    "PD": "MOB",
    "HI": "HEAR",
    "VI": "VIS",
    "SLD": "LD",
    "MLD": "LD",
    "PMLD": "LD",
}


def know_children(builder: Builder, last: date) -> None:
    """About one child with a plan in ten is or was a child in need; and one in a hundred of the others."""
    needs = {plan.child_id: plan.needs for plan in builder.world.plans}
    for child in builder.world.children.values():
        share = 0.1 if child.child_id in needs else 0.01
        if child.upn and builder.rng.random() < share:
            disability = _DISABILITIES.get((needs.get(child.child_id) or ("",))[0], "NONE")
            builder.world.social_care.append(
                SocialCare(child.child_id, f"CIN{child.child_id:05d}", (disability,), _episodes(builder, child, last))
            )


def _episodes(builder: Builder, child: Child, last: date) -> list[Episode]:
    """One or two episodes, the latest perhaps open; none begins at 18 or over."""
    rng, found = builder.rng, []
    first = max(add_months(child.born_on, 14), date(2018, 4, 1))
    until = min(last - timedelta(days=20), add_months(child.born_on, 17 * 12))
    first = min(first, until)
    referred_on = first + timedelta(days=int(rng.integers(0, max((until - first).days, 1))))
    for _ in range(2 if rng.random() < 0.25 else 1):
        source, need = str(rng.choice(["1A", "2A", "3A", "3B"])), str(rng.choice(["N2", "N1", "N4", "N5"]))
        episode = Episode(referred_on, source, need)
        found.append(episode)
        closed_on = referred_on + timedelta(days=int(rng.integers(60, 900)))
        if rng.random() < 0.6:
            episode.plan_starts_on = referred_on + timedelta(days=40)
        if closed_on > last:
            break
        episode.closed_on, episode.closure_reason = closed_on, str(rng.choice(["RC7", "RC8", "RC9"]))
        episode.plan_ends_on = closed_on if episode.plan_starts_on else None
        referred_on = closed_on + timedelta(days=120)
        if referred_on >= until:
            break
    return found
