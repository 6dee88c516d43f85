"""Looked-after children as children's social care returns them (SSDA903): header and episodes of the year so far."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from demo_borough.days import age_at_31_august, financial_year_start, month_end, month_start
from demo_borough.facts import Child, World
from demo_borough.strangers import share_of_the_borough, strangers
from demo_borough.text import csv_bytes, uk_date

# DfE, SEN of children in need and looked after, Bexley 2021/22: of 105 looked after for a year 39 had a plan.
WITH_PLAN, WITHOUT_PLAN = 39, 66
STAGING = ("stg_ssda903__children", "stg_ssda903__episodes")
BLOCK = 0
PLACEMENTS = {("U4", "PR1"): 0.3, ("U6", "PR4"): 0.3, ("K2", "PR4"): 0.2, ("U3", "PR1"): 0.14, ("S1", "PR4"): 0.06}
HEADER = ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"]
EPISODES = [
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST",
    "PL_POST", "URN",
]  # fmt: skip


@dataclass(frozen=True)
class CareEpisode:
    """An episode of being looked after, by the return's codes."""

    began_on: date
    reason: str
    legal_status: str
    need: str
    placement: str
    provider: str
    ended_on: date | None = None
    end_reason: str = ""
    change_reason: str = ""


@dataclass(frozen=True)
class LookedAfter:
    """A child and the episodes of care, in order."""

    person: Child
    local_id: str
    episodes: list[CareEpisode] = field(default_factory=list)


def imagine(world: World, rng: np.random.Generator, last_day: date) -> list[LookedAfter]:
    """Children with a plan and others without, in the published proportion."""
    share = share_of_the_borough(world)
    open_plans = {plan.child_id for plan in world.plans if plan.ceased_on is None}
    able = [
        child for child_id, child in sorted(world.children.items())
        if child_id in open_plans and child.upn and 1 <= age_at_31_august(child.born_on, last_day) <= 16
    ]  # fmt: skip
    count = min(len(able), max(1, round(WITH_PLAN * share)))
    chosen = [able[place] for place in sorted(rng.choice(len(able), count, replace=False))]
    born = (date(2010, 1, 1), date(2025, 6, 30))
    others = strangers(BLOCK, max(2, round(WITHOUT_PLAN * share)), born, rng)
    # A child who is too young for school has no UPN; the column says why.
    others[0] = replace(others[0], born_on=date(2025, 3, 9), upn="")
    return [
        LookedAfter(child, f"LA{number:05d}", _episodes(child, rng, last_day))
        for number, child in enumerate(chosen + others, start=1)
    ]


def as_of(facts: list[LookedAfter], cut: date) -> list[LookedAfter]:
    """The children and episodes that had begun by a day; what ended later is open."""
    seen = [
        replace(row, episodes=[_known(each, cut) for each in row.episodes if each.began_on <= cut]) for row in facts
    ]
    return [row for row in seen if row.episodes]


def files(seen: World, month: str):
    """Header and episodes of the collection year so far."""
    children = _of_the_year(seen, month)
    rows = [_header_line(row) for row in children]
    yield f"ssda903/{month}/header.csv", csv_bytes(HEADER, rows + _bad_headers(month))
    rows = [_episode_line(row, each) for row in children for each in row.episodes]
    yield f"ssda903/{month}/episodes.csv", csv_bytes(EPISODES, rows + _bad_episodes(month))


def faults(month: str) -> list[tuple[str, str, int]]:
    """A child with neither a UPN nor a reason, a placement by a code that has ended."""
    planted = [
        ("ssda903__header", "no UPN and no known reason", len(_bad_headers(month))),
        ("ssda903__episode", "code of an earlier year", len(_bad_episodes(month))),
    ]
    return [row for row in planted if row[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the two staging models must hold."""
    children = _of_the_year(seen, month)
    return {
        "stg_ssda903__children": [
            {
                "born_month": row.person.born_on.replace(day=1),
                "sex": row.person.sex,
                "is_mother": False,
                "upn_unknown_code": None if row.person.upn else "UN1",
            }
            for row in children
        ],
        "stg_ssda903__episodes": [
            {
                "began_on": each.began_on,
                "new_episode_reason_code": each.reason,
                "legal_status_code": each.legal_status,
                "is_short_break": False,
                "need_code": each.need,
                "placement_code": each.placement,
                "provider_code": each.provider,
                "ended_on": each.ended_on,
                "end_reason_code": each.end_reason or None,
                "place_change_reason_code": each.change_reason or None,
            }
            for row in children
            for each in row.episodes
        ],
    }


def _episodes(child, rng, last_day):
    """One to three episodes up to the last day: placements change, and some children leave care."""
    age_days = (last_day - child.born_on).days
    began_on = last_day - timedelta(days=int(rng.integers(20, min(age_days - 10, 1500))))
    status, need = str(rng.choice(["C1", "C2", "V2"])), str(rng.choice(["N1", "N2", "N4", "N5"]))
    found, reason = [], "S"
    for _ in range(3):
        placement, provider = list(PLACEMENTS)[rng.choice(len(PLACEMENTS), p=list(PLACEMENTS.values()))]
        episode = CareEpisode(began_on, reason, status, need, placement, provider)
        ended_on = began_on + timedelta(days=int(rng.integers(120, 900)))
        if ended_on > last_day:
            return [*found, episode]
        if rng.random() < 0.2:
            return [*found, replace(episode, ended_on=ended_on, end_reason=str(rng.choice(["E4A", "E48", "E8"])))]
        change = str(rng.choice(["CARPL", "CREQO", "LAREQ"]))
        found.append(replace(episode, ended_on=ended_on, end_reason="X1", change_reason=change))
        began_on, reason = ended_on, "P"
    return [*found, CareEpisode(began_on, reason, status, need, "U6", "PR4")]


def _known(episode, cut):
    if episode.ended_on is not None and episode.ended_on > cut:
        return replace(episode, ended_on=None, end_reason="", change_reason="")
    return episode


def _of_the_year(seen, month):
    """Children with the episodes that lasted into the collection year of the month."""
    first_day = financial_year_start(month_end(month_start(month)))
    known = [
        replace(row, episodes=[each for each in row.episodes if each.ended_on is None or each.ended_on >= first_day])
        for row in seen.departments["looked_after"]
    ]
    return [row for row in known if row.episodes]


def _header_line(row):
    child = row.person
    return [row.local_id, child.sex, uk_date(child.born_on), child.ethnicity, child.upn or "UN1", 0, ""]


def _episode_line(row, each):
    return [
        row.local_id, uk_date(each.began_on), each.reason, each.legal_status, each.need, each.placement, each.provider,
        uk_date(each.ended_on), each.end_reason, each.change_reason, row.person.postcode, "ZZ9 1AA", "",
    ]  # fmt: skip


def _bad_headers(month):
    return [["LA99901", "F", "07/03/2014", "WBRI", "UN9", 0, ""]] if month == "2026-09" else []


def _bad_episodes(month):
    """P2 ended with the return of 2024."""
    if month != "2026-10":
        return []
    return [["LA99902", "01/06/2026", "S", "V2", "N1", "P2", "PR4", "", "", "", "ZZ9 9ZZ", "ZZ9 1AA", ""]]
