"""What agencies return on their staff: posts and people by role, training, and the yearly survey. A sheet an agency."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from demo_borough.days import DAY, add_months, month_end
from demo_borough.facts import World
from demo_borough.workbook import add_table, new_book, saved

RETURNS_BEGIN = date(2024, 4, 1)
REFRESHER_BEGINS = date(2025, 1, 6)
AGENCIES = {
    "Council": "London Borough of Bexley",
    "ICB": "NHS South East London",
    "NHS trust": "Oxleas NHS Foundation Trust",
    "Schools": "Schools and settings",
}
INDUCTION, REFRESHER = "SEND induction", "Advice in plans refresher"
QUESTIONS = ("Good place to work", "Development opportunities", "Manageable caseload", "Work satisfaction")
STAGING = ("stg_workforce__posts", "stg_workforce__trainings", "stg_workforce__survey_answers")

POSTS = [
    "Month", "Role", "Posts", "Established FTE", "FTE in post", "Vacant FTE", "Headcount", "Starters", "Leavers",
    "Planned FTE",
]  # fmt: skip
TRAINING = ["Staff reference", "Role", "Started in post", "Left", "Training", "Completed on"]
SURVEY = ["Survey closed on", "Question", "Responses", "Positive", "Response rate"]


@dataclass(frozen=True)
class Role:
    """Posts of a role in April 2024 and those added each September, FTE of a post, yearly turnover, planned FTE."""

    agency: str
    name: str
    posts: int
    added: int
    fte: float
    turnover: float
    plan: tuple[float, float] | None = None


# Nobody publishes these numbers for Bexley: assumed, so that a case officer holds about 150 plans. `plan` is the FTE
# that the workforce plan has for April 2024, and what it adds each year.
ROLES = (
    Role("Council", "SEN case officer", 23, 1, 0.95, 0.22),
    Role("Council", "Annual review officer", 2, 1, 1.0, 0.15),
    Role("Council", "Educational psychologist", 16, 0, 0.8, 0.12),
    Role("Council", "Designated social care officer", 1, 0, 1.0, 0.1),
    Role("ICB", "Designated medical officer", 1, 0, 0.4, 0.1),
    Role("ICB", "Designated clinical officer", 1, 0, 1.0, 0.1),
    Role("NHS trust", "Speech and language therapist", 24, 2, 0.8, 0.16, (17.6, 2.4)),
    Role("NHS trust", "Occupational therapist", 12, 1, 0.8, 0.16, (8.8, 1.6)),
    Role("Schools", "SENCo", 84, 0, 0.7, 0.14),
)


@dataclass(frozen=True)
class Person:
    """Somebody in a post; `trainings` is what there is to do, with the day it was completed."""

    reference: str
    agency: str
    role: str
    started_on: date
    left_on: date | None
    trainings: tuple[tuple[str, date | None], ...]


@dataclass(frozen=True)
class Answer:
    """Answers to one question of one survey."""

    agency: str
    closed_on: date
    question: str
    responses: int
    positive: int
    response_rate: float


@dataclass(frozen=True)
class Workforce:
    """Everybody who was in a post since the returns began, the surveys, and the month that the return is for."""

    people: list[Person]
    answers: list[Answer]
    last_month: date


def imagine(world: World, rng: np.random.Generator, last_day: date) -> Workforce:
    """People coming and going, role by role, and three surveys."""
    people = [person for role in ROLES for person in _careers(role, rng, last_day)]
    numbered = [replace(person, reference=f"W{number:04d}") for number, person in enumerate(people, start=1)]
    return Workforce(numbered, list(_surveys(rng, last_day)), last_day.replace(day=1))


def as_of(facts: Workforce, cut: date) -> Workforce:
    """What the agencies knew on a day."""
    return Workforce(
        [
            replace(
                person,
                left_on=_known(person.left_on, cut),
                trainings=tuple((kind, _known(day, cut)) for kind, day in person.trainings if _begins(kind) <= cut),
            )
            for person in facts.people
            if person.started_on <= cut
        ],
        [answer for answer in facts.answers if answer.closed_on <= cut],
        cut.replace(day=1),
    )


def files(seen: World, month: str):
    """The return and the training log of the month, and in September the survey: path and bytes."""
    facts = seen.departments["workforce"]
    posts = [(row["agency"], _post_line(row)) for row in _posts(facts)]
    yield f"workforce/{month}/workforce_return.xlsx", _book("Workforce return", POSTS, posts + _bad_posts(month))
    trainings = [(row["agency"], _training_line(row)) for row in _trainings(facts)]
    yield f"workforce/{month}/training_log.xlsx", _book("Training log", TRAINING, trainings + _bad_trainings(month))
    if month.endswith("-09"):
        answers = [(row["agency"], _answer_line(row)) for row in _answers(facts)] + _bad_answers(month)
        yield f"workforce/{month}/staff_survey.xlsx", _book("Staff survey", SURVEY, answers, percent="Response rate")


def faults(month: str) -> list[tuple[str, str, int]]:
    """A role that no plan knows, training in a year to come, more who agree than who answered."""
    planted = [
        ("workforce__post", "unknown code", len(_bad_posts(month))),
        ("workforce__training", "completed after the month", len(_bad_trainings(month))),
        ("workforce__survey", "more agree than answered", len(_bad_answers(month))),
    ]
    return [fault for fault in planted if fault[2]]


def staging(seen: World, month: str) -> dict[str, list[dict]]:
    """Posts, trainings and answers as the staging models must hold them."""
    facts = seen.departments["workforce"]
    rows = (_posts(facts), _trainings(facts), _answers(facts))
    return {model: list(held) for model, held in zip(STAGING, rows, strict=True)}


def _careers(role, rng, last_day):
    """Those in post when the returns begin; each month some leave, and some of the vacant posts are filled."""
    here = [
        _starter(role, RETURNS_BEGIN - int(rng.integers(100, 3000)) * DAY, rng) for _ in range(role.posts * 9 // 10)
    ]
    here = here or [_starter(role, date(2022, 9, 1), rng)]
    gone, month = [], RETURNS_BEGIN
    while month <= last_day:
        stays = []
        for person in here:
            leaves = person.started_on < month and rng.random() < role.turnover / 12
            (gone if leaves else stays).append(replace(person, left_on=_day_in(month, rng)) if leaves else person)
        vacant = max(_posts_of(role, month) - len(stays), 0)
        here = stays + [_starter(role, _day_in(month, rng), rng) for _ in range(rng.binomial(vacant, 0.12))]
        month = add_months(month, 1)
    return gone + here


def _day_in(month, rng):
    return month + int(rng.integers(0, 26)) * DAY


def _starter(role, started_on, rng):
    """Whoever started since the returns began is to do the induction, and every case officer the refresher."""
    trainings = []
    if started_on >= RETURNS_BEGIN:
        in_time = rng.random() < 0.78
        days = int(rng.integers(5, 90)) if in_time else int(rng.integers(92, 200))
        trainings.append((INDUCTION, started_on + timedelta(days=days) if in_time or rng.random() < 0.5 else None))
    if role.name == "SEN case officer":
        day = max(started_on, REFRESHER_BEGINS) + timedelta(days=int(rng.integers(10, 300)))
        trainings.append((REFRESHER, day if rng.random() < 0.85 else None))
    return Person("", role.agency, role.name, started_on, None, tuple(trainings))


def _surveys(rng, last_day):
    staff = {"Council": 64, "ICB": 22, "NHS trust": 58, "Schools": 210}
    for year in range(2024, last_day.year + 1):
        for agency, asked in staff.items():
            rate = round(float(rng.uniform(0.5, 0.75)), 2)
            responses = round(asked * rate)
            for question in QUESTIONS:
                agree = 0.52 + 0.05 * (year - 2024) - (0.15 if question == "Manageable caseload" else 0)
                yield Answer(agency, date(year, 6, 30), question, responses, int(rng.binomial(responses, agree)), rate)


def _begins(kind):
    return REFRESHER_BEGINS if kind == REFRESHER else RETURNS_BEGIN


def _known(day, cut):
    return day if day is not None and day <= cut else None


def _posts_of(role, month):
    """Established posts of a role in a month: some are added each September."""
    return role.posts + role.added * (month.year - 2024 + (month.month >= 9))


def _posts(facts):
    """A row for each agency, month and role."""
    month = RETURNS_BEGIN
    while month <= facts.last_month:
        for role in ROLES:
            yield _post(role, month, facts.people)
        month = add_months(month, 1)


def _post(role, month, people):
    last = month_end(month)
    known = [person for person in people if (person.agency, person.role) == (role.agency, role.name)]
    here = sum(person.started_on <= last and (person.left_on is None or person.left_on >= last) for person in known)
    posts = _posts_of(role, month)
    established, in_post = round(posts * role.fte, 2), round(here * role.fte, 2)
    years = month.year - 2024 + (month.month >= 4) - 1
    return {
        "agency": role.agency,
        "month_start": month,
        "staff_role": role.name,
        "established_posts_count": posts,
        "established_fte": established,
        "in_post_fte": in_post,
        "vacant_fte": round(max(established - in_post, 0), 2),
        "people_count": here,
        "starters_count": sum(month <= person.started_on <= last for person in known),
        "leavers_count": sum(person.left_on is not None and month <= person.left_on <= last for person in known),
        "planned_fte": round(role.plan[0] + role.plan[1] * years, 2) if role.plan else None,
    }


def _trainings(facts):
    for person in facts.people:
        for training, completed_on in person.trainings:
            yield {
                "agency": person.agency,
                "staff_reference": person.reference,
                "staff_role": person.role,
                "started_on": person.started_on,
                "left_on": person.left_on,
                "training": training,
                "completed_on": completed_on,
            }


def _answers(facts):
    for answer in facts.answers:
        yield {
            "agency": answer.agency,
            "surveyed_on": answer.closed_on,
            "question": answer.question,
            "responses_count": answer.responses,
            "positive_count": answer.positive,
            "response_rate": answer.response_rate,
        }


def _book(title, header, rows, percent=None):
    """A sheet an agency, each with its part of the rows."""
    book = new_book()
    for agency, name in AGENCIES.items():
        part = [line for of, line in rows if of == agency]
        add_table(book, agency, f"{title}: {name}", header, part, [[], ["Source: the agency's own records"]], percent)
    return saved(book)


def _post_line(row):
    """A line of the return. Schools send their hours as text, as their form gave them."""
    line = [row[name] for name in list(row)[1:]]
    if row["agency"] == "Schools":
        line[3:6] = [f"{hours:.2f} " for hours in line[3:6]]
    return line


def _training_line(row):
    return [
        row[name] for name in ("staff_reference", "staff_role", "started_on", "left_on", "training", "completed_on")
    ]


def _answer_line(row):
    return [row[name] for name in list(row)[1:]]


def _bad_posts(month):
    line = [date(2026, 9, 1), "Teaching assistant", 4, 3.2, 3.2, 0, 4, 0, 0, None]
    return [("Schools", line)] if month == "2026-09" else []


def _bad_trainings(month):
    line = ["W9901", "SENCo", date(2026, 9, 1), None, INDUCTION, date(2027, 10, 5)]
    return [("Schools", line)] if month == "2026-10" else []


def _bad_answers(month):
    return [("ICB", [date(2023, 6, 30), "Work satisfaction", 12, 21, 0.6])] if month == "2026-09" else []
