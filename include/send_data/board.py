"""What the Board's paper chooses and counts: grid, exceptions, what changed, what is asked, plan, notice and strategy.

Pages and published rows in, words out. Nothing is worked out here from figures: measures are counted, not children.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from send_data import commentary, pages, sentences
from send_data.pages import MARKS, MeasurePage
from send_data.published import Edition

STRATEGY_MONTHS = (3, 6, 9, 12)
# The rows of the grid; `changed` are measures of which neither way is the better.
VARIATIONS = ("improving", "no_real_change", "changed", "worsening")
ASSURANCES = ("always_meets", "sometimes_meets", "never_meets", "no_target")
UNCHARTED = "cannot_be_charted"
_STATES = {"met": MARKS["met"], "not_met": MARKS["not_met"], "under_way": MARKS["under_way"], "unknown": "?"}


@dataclass(frozen=True)
class BoardException:
    """A measure that needs the Board's eye: why, what its manager writes of it, or who has written nothing."""

    page: MeasurePage
    reasons: list[str]
    comment: Mapping | None
    missing: str


def variation_of(page: MeasurePage) -> str:
    """The row of the grid in which a measure stands."""
    return "changed" if page.variation.startswith("changed") else page.variation


def assurance_of(page: MeasurePage) -> str:
    """The column of the grid; a chart that says nothing of the target stands with those that have none."""
    return page.assurance if page.assurance in ASSURANCES else "no_target"


def grid(measures: Sequence[MeasurePage]) -> list[dict]:
    """Rows of `code` and `cells`, a list of pages for each of ASSURANCES; the row `changed` only where it holds any."""
    rows = [
        {"code": code, "cells": [[p for p in measures if (variation_of(p), assurance_of(p)) == (code, column)]
                                 for column in ASSURANCES]}
        for code in VARIATIONS
    ]  # fmt: skip
    return [row for row in rows if row["code"] != "changed" or any(row["cells"])]


def grid_widths(rows: Sequence[Mapping]) -> list[int]:
    """Widths of the grid's columns in per cent: where there is nothing to name a column is narrow."""
    fullest = [max(len(row["cells"][place]) for row in rows) for place in range(len(ASSURANCES))]
    room = 87 - 10 * len(ASSURANCES)
    return [13, *(10 + room * names // (sum(fullest) or 1) for names in fullest)]


def uncharted(measures: Sequence[MeasurePage]) -> dict[str, list[MeasurePage]]:
    """What cannot be charted, by what the latest figure says: `missed`, `met`, `unknown`, `none` (nothing to meet)."""
    found: dict[str, list[MeasurePage]] = {"missed": [], "met": [], "unknown": [], "none": []}
    names = {MARKS["not_met"]: "missed", MARKS["met"]: "met", MARKS["none"]: "none"}
    for page in measures:
        if page.variation == UNCHARTED:
            found[names.get(page.mark, "unknown")].append(page)
    return found


def summary(measures: Sequence[MeasurePage], repatriation: Mapping | None) -> list[str]:
    """The month in three sentences: what changed, what is met, what came back."""
    rows = {code: sum(variation_of(page) == code for page in measures) for code in (*VARIATIONS, UNCHARTED)}
    charted = len(measures) - rows[UNCHARTED]
    lines = [page for page in measures if page.mark != MARKS["none"]]
    missed = sum(page.standing.is_exception for page in lines)
    met = sum(page.mark == MARKS["met"] for page in lines)
    changed = f", {rows['changed']} changed in a way that is neither better nor worse" if rows["changed"] else ""
    told = [
        f"Of {len(measures)} measures {charted} can be charted: {rows['improving']} truly improved, "
        f"{rows['worsening']} got worse{changed}, and {rows['no_real_change']} show no real change.",
        f"Of {len(lines)} measures that have a target or the law to meet, {met} meet it, {missed} miss it, and "
        f"{len(lines) - met - missed} cannot be judged yet.",
    ]
    return told + ([_repatriation_sentence(repatriation["promise"])] if repatriation else [])


def _repatriation_sentence(promise: Mapping) -> str:
    learners, saving = promise["learners"], promise["full_year_saving"]
    if not learners["is_shown"]:
        return f"Fewer than five learners have come back this financial year, of {learners['target']} promised."
    return (
        f"By {learners['as_of']} {learners['text']} learners had come back of {learners['target']} promised for the "
        f"financial year, which saves {saving['text']} in a full year of {saving['target']} promised."
    )


def exceptions(edition: Edition, measures: Iterable[MeasurePage]) -> list[BoardException]:
    """The measures that need the Board's eye, what changed for the worse first, then what breaks the law."""
    comments = {row["measure_id"]: row for row in edition.comments}
    due = sentences.day_name(commentary.due_on(edition.header["month"]))
    found = [
        BoardException(page, reasons, comments.get(page.measure["measure_id"]), _missing(page, due))
        for page in measures
        if (reasons := pages.exception_reasons(page))
    ]
    return sorted(found, key=lambda e: (e.page.variation != "worsening", e.page.standing.law != "not_met"))


def _missing(page: MeasurePage, due: str) -> str:
    return f"No commentary received from the {page.measure['owner'] or 'owner, who is not named'}, due by {due}."


def other_comments(edition: Edition, found: Iterable[BoardException], measures: Iterable[MeasurePage]) -> list[dict]:
    """What managers wrote of measures that are no exceptions: nothing that was written is left out."""
    shown = {exception.page.measure["measure_id"] for exception in found}
    by_id = {page.measure["measure_id"]: page for page in measures}
    return [
        {"page": by_id[row["measure_id"]], "comment": row} for row in edition.comments if row["measure_id"] not in shown
    ]


def changes(now: Sequence[MeasurePage], before: Sequence[MeasurePage]) -> list[dict]:
    """What differs from the paper before, each with its `title` (a key of words.yml) and the pages it is true of."""
    was = {page.measure["measure_id"]: page for page in before}
    both = [(page, was[page.measure["measure_id"]]) for page in now if page.measure["measure_id"] in was]
    told = {
        "new_exception": [p for p, old in both if pages.is_exception(p) and not pages.is_exception(old)],
        "no_exception": [p for p, old in both if pages.is_exception(old) and not pages.is_exception(p)],
        "now_worsening": [p for p, old in both if p.variation == "worsening" != old.variation],
        "now_improving": [p for p, old in both if p.variation == "improving" != old.variation],
        "no_longer_changing": [
            p for p, old in both if p.variation == "no_real_change" and old.variation in ("improving", "worsening")
        ],
        "defined_otherwise": [
            p for p, old in both if p.measure["definition_sha256"] != old.measure["definition_sha256"]
        ],
        "new_measure": [page for page in now if page.measure["measure_id"] not in was],
    }
    return [{"title": title, "pages": found} for title, found in told.items() if found]


def recommendations(edition: Edition, measures: Iterable[MeasurePage]) -> list[dict]:
    """The recommendations of the improvement notice: `text`, `signal`, `by`, and the pages that show their impact."""
    by_id = {page.measure["measure_id"]: page for page in measures}
    links: dict[int, list[MeasurePage]] = {}
    for row in edition.recommendation_measures:
        links.setdefault(row["recommendation_number"], []).append(by_id[row["measure_id"]])
    return [
        {
            "number": row["recommendation_number"],
            "text": row["recommendation_text"],
            "by": sentences.day_name(row["expected_by_on"]) if row["expected_by_on"] else "",
            "signal": signal_text(row),
            "pages": links.get(row["recommendation_number"], []),
        }
        for row in edition.recommendations
    ]


def themes(edition: Edition, words: Mapping) -> list[dict]:
    """The delivery plan by theme: its actions, how they stand, and what the measures of all of them together show."""
    found: dict[tuple, list[Mapping]] = {}
    for row in sorted(edition.actions, key=lambda row: (row["ambition"], row["theme"], row["action_id"])):
        found.setdefault((row["ambition"], row["theme"]), []).append(row)
    signals = {(row["action_id"], row["measure_id"]): row["measure_signal"] for row in edition.action_measures}
    return [
        {
            "ambition": ambition,
            "title": theme,
            "statuses": status_counts(rows, words),
            "signal": _signal_of_theme({row["action_id"] for row in rows}, signals),
            "actions": [_action(row, words) for row in rows],
        }
        for (ambition, theme), rows in found.items()
    ]


def _signal_of_theme(actions: set[str], signals: Mapping[tuple, str]) -> str:
    """The measures of several actions, each counted once."""
    by_measure = {measure_id: signal for (action_id, measure_id), signal in signals.items() if action_id in actions}
    said = list(by_measure.values())
    return signal_text(
        {"measure_count": len(said), "met_count": said.count("met"), "not_met_count": said.count("not_met")}
    )


def _action(row: Mapping, words: Mapping) -> dict:
    return {
        "id": row["action_id"],
        "text": row["action_text"],
        "reference": reference_of(row),
        "lead": (row["lead_names"] or "not named").replace(";", ", "),
        "deadline": sentences.day_name(row["deadline_on"]) if row["deadline_on"] else "none given",
        "code": row["action_status"],
        "status": words["action_statuses"][row["action_status"]],
        "outcome": row["expected_outcome"] or "",
        "is_behind": row["action_status"] in ("overdue", "off_track", "at_risk"),
        "signal": signal_text(row),
    }


def reference_of(action: Mapping) -> str:
    """The action's number in the Priority Action Plan or the Safety Valve programme, else its name here."""
    return action["priority_action_plan_ref"] or action["safety_valve_ref"] or action["action_id"].replace("-", " ")


def signal_text(row: Mapping) -> str:
    """What the measures of an action or a recommendation show: `1 of 3 met; 4 not judged`, `not judged: 2 measures`."""
    met, judged = row["met_count"], row["met_count"] + row["not_met_count"]
    without = row["measure_count"] - judged
    if not row["measure_count"]:
        return "no measure shows it"
    if not judged:
        return f"not judged: {without} measure{'' if without == 1 else 's'}"
    return f"{met} of {judged} met" + (f"; {without} not judged" if without else "")


def status_counts(rows: Iterable[Mapping], words: Mapping) -> str:
    """Actions by status: `13 complete, 7 on track, 1 overdue`."""
    said = [row["action_status"] for row in rows]
    titles = words["action_statuses"].items()
    return ", ".join(f"{said.count(name)} {title.lower()}" for name, title in titles if name in said)


def is_strategy_month(month: date) -> bool:
    """Whether the strategy view is due: March, June, September and December."""
    return month.month in STRATEGY_MONTHS


def ambitions(edition: Edition, measures: Iterable[MeasurePage], words: Mapping) -> list[dict]:
    """The strategy's ambitions: what is to show progress, with its pages, and how its actions stand."""
    by_id = {page.measure["measure_id"]: page for page in measures}
    return [
        {
            "number": number,
            "title": ambition["title"],
            "signs": [
                {"title": title, "pages": [by_id[name] for name in names if name in by_id]}
                for title, names in ambition["signs"].items()
            ],
            "actions": status_counts([row for row in edition.actions if row["ambition"] == number], words),
        }
        for number, ambition in words["ambitions"].items()
    ]


def kitemark_code(page: MeasurePage, words: Mapping) -> str:
    """The kitemark in six places: a part's letter where it holds, – where it does not, ? where it is not known."""
    letters = words["kitemark_letters"]
    states = {part["name"]: part["state"] for part in page.kitemark}
    named = ((letters[part], states.get(name)) for part, name in words["kitemark"].items())
    return "".join({"yes": letter, "no": "–"}.get(state, "?") for letter, state in named)


def kitemark_counts(measures: Sequence[MeasurePage], words: Mapping) -> list[dict]:
    """How many measures keep each part of the kitemark, do not, or are not known to."""
    states = [{part["name"]: part["state"] for part in page.kitemark} for page in measures]
    return [
        {"name": name, **{state: sum(found.get(name) == said for found in states)
                          for state, said in (("yes", "yes"), ("no", "no"), ("not_known", "not known"))}}
        for name in words["kitemark"].values()
    ]  # fmt: skip


def state_mark(state: str | None) -> str:
    """The mark before a target or the law in a table; nothing where there is no line."""
    return _STATES.get(state, "")
