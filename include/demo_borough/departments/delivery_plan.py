"""The programme office's list of actions: the real plan's first version, with progress that is made up."""

import csv
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from demo_borough.days import add_months, month_end, month_start
from demo_borough.due_months import FIRST_DEMO_MONTH, months_due
from demo_borough.facts import World
from demo_borough.text import csv_bytes, iso_date

STAGING = ("stg_delivery_plan__actions", "stg_delivery_plan__recommendations")
FIRST_VERSION = Path(__file__).parents[2] / "delivery_plan"
BEGUN_ON = date(2024, 5, 1)
PROGRESS = ["status", "completed_date"]
# chance of the next judgement, a month later, after each
NEXT = {
    "NOT_STARTED": {"NOT_STARTED": 0.6, "ON_TRACK": 0.4},
    "ON_TRACK": {"ON_TRACK": 0.93, "AT_RISK": 0.05, "COMPLETE": 0.02},
    "AT_RISK": {"AT_RISK": 0.55, "ON_TRACK": 0.3, "OFF_TRACK": 0.15},
    "OFF_TRACK": {"OFF_TRACK": 0.86, "ON_TRACK": 0.1, "COMPLETE": 0.04},
}
WORDS = {
    "NOT_STARTED": "made up: work has not begun",
    "ON_TRACK": "made up: work goes on as planned",
    "AT_RISK": "made up: a delay is likely",
    "OFF_TRACK": "made up: work is late",
    "COMPLETE": "made up: done",
}


@dataclass(frozen=True)
class Action:
    """An action as the plan has it, and how it stood from which day on, the oldest first."""

    written: dict[str, str]
    standing: tuple[tuple[date, str], ...]

    @property
    def status(self) -> str:
        """How it stands last."""
        return self.standing[-1][1]

    @property
    def completed_on(self) -> date | None:
        """The day it was completed, if it is."""
        return self.standing[-1][0] if self.status == "COMPLETE" else None


def imagine(world: World, rng: np.random.Generator, last_day: date) -> list[Action]:
    """Progress of every action of the plan."""
    return [Action(written, _progress(rng, last_day)) for written in _read("actions.csv")]


def as_of(facts: list[Action], cut: date) -> list[Action]:
    """The actions as they stood on a day."""
    return [
        replace(action, standing=tuple(step for step in action.standing if step[0] <= cut) or action.standing[:1])
        for action in facts
    ]


def files(seen: World, month: str):
    """Both lists of the month: path and bytes."""
    actions = seen.departments["delivery_plan"]
    rows = [
        [
            *(action.written | {"milestones": WORDS[action.status]}).values(),
            action.status,
            iso_date(action.completed_on),
        ]
        for action in actions
    ]
    header = [*actions[0].written, *PROGRESS]
    yield f"delivery_plan/{month}/actions.csv", csv_bytes(header, rows + _bad_rows(month, header))
    recommendations = _read("recommendations.csv")
    lines = [list(row.values()) for row in recommendations]
    yield f"delivery_plan/{month}/recommendations.csv", csv_bytes(list(recommendations[0]), lines)


def faults(month: str) -> list[tuple[str, str, int]]:
    """An action with a status that is none."""
    return [("delivery_plan__action", "unknown code", 1)] if month == "2026-10" else []


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the two staging models must hold: of the actions the list of every month sent so far."""
    actions = [
        {
            "list_month": month_start(sent),
            "action_id": action.written["action_id"],
            "ambition": int(action.written["ambition"]),
            "theme": action.written["theme"],
            "action_text": action.written["action"],
            "safety_valve_ref": action.written["safety_valve_ref"] or None,
            "priority_action_plan_ref": action.written["priority_action_plan_ref"] or None,
            "deadline_as_written": action.written["deadline_as_written"] or None,
            "deadline_on": _day(action.written["deadline"]),
            "lead_names": action.written["lead"] or None,
            "milestones": WORDS[action.status],
            "expected_outcome": action.written["expected_outcome"],
            "measure_ids": action.written["measures"] or None,
            "status_code": action.status,
            "completed_on": action.completed_on,
        }
        for sent in months_due(tuple(range(1, 13)), FIRST_DEMO_MONTH, month)
        for action in as_of(seen.departments["delivery_plan"], month_end(month_start(sent)))
    ]
    recommendations = [
        {
            "recommendation_number": int(row["recommendation_id"]),
            "recommendation_text": row["recommendation"],
            "priority": row["priority"],
            "issued_on": _day(row["issued"]),
            "expected_by_on": _day(row["expected_by"]),
            "measure_ids": row["measures"],
        }
        for row in _read("recommendations.csv")
    ]
    return {"stg_delivery_plan__actions": actions, "stg_delivery_plan__recommendations": recommendations}


def _read(name):
    with (FIRST_VERSION / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _progress(rng, last_day):
    """From not started, by judgements at month ends, to complete or not yet."""
    steps, status = [(BEGUN_ON, "NOT_STARTED")], "NOT_STARTED"
    month = add_months(month_start("2024-05"), int(rng.integers(0, 6)))
    while month <= last_day and status != "COMPLETE":
        later = str(rng.choice(list(NEXT[status]), p=list(NEXT[status].values())))
        if later != status:
            steps.append((month_end(month) - timedelta(days=int(rng.integers(0, 10))), later))
        status, month = later, add_months(month, 1)
    return tuple(steps)


def _line(action):
    written = action.written | {"milestones": WORDS[action.status]}
    return [*written.values(), action.status, iso_date(action.completed_on)]


def _day(text):
    return date.fromisoformat(text) if text else None


def _bad_rows(month, header):
    if month != "2026-10":
        return []
    bad = dict.fromkeys(header, "") | {
        "action_id": "demo-fault", "ambition": "1", "theme": "made up", "action": "made up", "lead": "nobody",
        "expected_outcome": "made up", "status": "NEARLY",
    }  # fmt: skip
    return [list(bad.values())]
