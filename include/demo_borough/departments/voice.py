"""What families, young people and SENCos say: the survey, the young people's group, "you said, we did"."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough.facts import World
from demo_borough.text import csv_bytes, uk_date

STAGING = ("stg_voice__survey_responses", "stg_voice__group_meetings", "stg_voice__feedback_themes")
# When a survey was sent out, and the share who find the plan a good one on the whole. The aim is 45% by December 2024
# and 80% by June 2025 (delivery plan 2.5.1); the made-up borough is below it.
SURVEYS = ((date(2024, 11, 4), 0.42), (date(2025, 6, 2), 0.55), (date(2025, 11, 3), 0.6), (date(2026, 5, 4), 0.64),
           (date(2026, 9, 14), 0.66))  # fmt: skip
# Who finds the plan good agrees with nearly everything, who does not with one thing in four.
AGREES = {True: 0.95, False: 0.25}
RESPONDENTS = (("PARENT_CARER", 60), ("SENCO", 24), ("YOUNG_PERSON", 21))
QUESTIONS = ("plan_is_clear", "plan_is_concise", "plan_is_accurate", "plan_describes_provision", "trust_and_confidence")
FIRST_MEETING = date(2024, 9, 12)
THEMES = (
    ("Plans are hard to read", "A template with shorter sections"),
    ("Nobody tells us when a review is late", "A letter when a review will be late"),
    ("Therapy stops in the holidays and does not start again", "A start date for each term's therapy"),
    ("We want to meet where there is less noise", "Meetings moved to a quieter room"),
    ("Words in letters are too long", "Letters checked by the young people's group"),
    ("Travel is arranged too late", "Places on travel confirmed by the end of July"),
    ("We do not know what happens after school", "An evening on life after school"),
    ("Advice is not shared with parents", "Advice sent to parents with the draft plan"),
)


@dataclass(frozen=True)
class Response:
    """A response; answers from 1 to 5 in the order of QUESTIONS, None for none."""

    response_id: str
    responded_on: date
    respondent: str
    answers: tuple[int | None, ...]


@dataclass(frozen=True)
class Meeting:
    """A meeting of the young people's group."""

    held_on: date
    young_people: int
    topics: str


@dataclass(frozen=True)
class Theme:
    """A theme of feedback; the days are those of the change and of telling those who raised it."""

    theme_id: str
    raised_on: date
    respondent: str
    you_said: str
    we_did: str
    changed_on: date | None
    told_on: date | None


@dataclass(frozen=True)
class Voice:
    """Everything that was said."""

    responses: list[Response]
    meetings: list[Meeting]
    themes: list[Theme]


def imagine(world: World, rng: np.random.Generator, last_day: date) -> Voice:
    """A group that meets about every six weeks, a theme about every quarter, surveys twice a year."""
    meetings, themes = _meetings(rng, last_day), _themes(rng, last_day)
    return Voice(_responses(rng, last_day), meetings, themes)


def as_of(facts: Voice, cut: date) -> Voice:
    """What had been said and done on a day."""
    return Voice(
        [row for row in facts.responses if row.responded_on <= cut],
        [row for row in facts.meetings if row.held_on <= cut],
        [_theme_on(row, cut) for row in facts.themes if row.raised_on <= cut],
    )


def files(seen: World, month: str):
    """The three files of the month: path and bytes."""
    voice = seen.departments["voice"]
    header = ["response_id", "response_date", "respondent", *QUESTIONS]
    rows = [[row.response_id, uk_date(row.responded_on), row.respondent, *row.answers] for row in voice.responses]
    bad = [["V99999", "31/09/2026", "SENCO", 4, 4, 4, 4, 4]] if month == "2026-09" else []
    yield f"voice/{month}/survey_responses.csv", csv_bytes(header, rows + bad)
    rows = [[uk_date(row.held_on), row.young_people, row.topics] for row in voice.meetings]
    yield f"voice/{month}/group_meetings.csv", csv_bytes(["meeting_date", "young_people", "topics"], rows)
    header = ["theme_id", "raised_date", "respondent", "you_said", "we_did", "changed_date", "told_date"]
    rows = [
        [row.theme_id, uk_date(row.raised_on), row.respondent, row.you_said, row.we_did, uk_date(row.changed_on),
         uk_date(row.told_on)]
        for row in voice.themes
    ]  # fmt: skip
    bad = [["Y99999", "02/10/2026", "SENCO", "made up", "made up", "01/10/2026", ""]] if month == "2026-10" else []
    yield f"voice/{month}/you_said_we_did.csv", csv_bytes(header, rows + bad)


def faults(month: str) -> list[tuple[str, str, int]]:
    """A day that is none, and a change before what it answers."""
    planted = {
        "2026-09": [("voice__survey_response", "unparseable date", 1)],
        "2026-10": [("voice__feedback_theme", "change before feedback", 1)],
    }
    return planted.get(month, [])


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """What the three staging models must hold."""
    voice = seen.departments["voice"]
    names = (*QUESTIONS[:4], "has_trust_and_confidence")
    responses = [
        {"response_id": row.response_id, "responded_on": row.responded_on, "respondent_code": row.respondent}
        | {name: None if answer is None else answer > 3 for name, answer in zip(names, row.answers, strict=True)}
        for row in voice.responses
    ]
    meetings = [{"held_on": row.held_on, "young_people_count": row.young_people} for row in voice.meetings]
    themes = [
        {
            "theme_id": row.theme_id,
            "raised_on": row.raised_on,
            "respondent_code": row.respondent,
            "you_said": row.you_said,
            "we_did": row.we_did or None,
            "changed_on": row.changed_on,
            "told_on": row.told_on,
        }
        for row in voice.themes
    ]
    return dict(zip(STAGING, (responses, meetings, themes), strict=True))


def _responses(rng, last_day):
    found = []
    for begun_on, share in SURVEYS:
        for respondent, count in RESPONDENTS:
            for _ in range(count):
                responded_on = begun_on + timedelta(days=int(rng.integers(0, 21)))
                agrees = AGREES[rng.random() < share]
                answers = tuple(_answer(rng, agrees) for _ in QUESTIONS)
                if responded_on <= last_day and any(answers):
                    found.append(Response(f"V{len(found) + 1:05d}", responded_on, respondent, answers))
    return found


def _answer(rng, agrees):
    """4 or 5 with the chance to agree, else 1 to 3; one in thirty does not answer."""
    if rng.random() < 1 / 30:
        return None
    return int(rng.integers(4, 6)) if rng.random() < agrees else int(rng.integers(1, 4))


def _meetings(rng, last_day):
    found, day = [], FIRST_MEETING
    while day <= last_day:
        found.append(Meeting(day, int(rng.integers(6, 14)), THEMES[len(found) % len(THEMES)][0]))
        # Every six weeks, one meeting in five a week or two late.
        day += timedelta(days=42 if rng.random() < 0.8 else 42 + 7 * int(rng.integers(1, 3)))
    return found


def _themes(rng, last_day):
    found, day = [], date(2024, 10, 7)
    for number, (you_said, we_did) in enumerate(THEMES, start=1):
        changed_on = day + timedelta(days=int(rng.integers(40, 200))) if rng.random() < 0.75 else None
        told_on = changed_on + timedelta(days=int(rng.integers(5, 40))) if changed_on and rng.random() < 0.8 else None
        respondent = RESPONDENTS[int(rng.integers(0, 3))][0]
        if day <= last_day:
            found.append(Theme(f"Y{number:04d}", day, respondent, you_said, we_did, changed_on, told_on))
        day += timedelta(days=int(rng.integers(60, 110)))
    return found


def _theme_on(row, cut):
    if row.changed_on is None or row.changed_on > cut:
        return replace(row, we_did="", changed_on=None, told_on=None)
    return replace(row, told_on=row.told_on if row.told_on and row.told_on <= cut else None)
