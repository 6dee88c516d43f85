"""The dashboard of an edition: a static site that needs no server, no network and no script.

A page for each measure, for each priority and for each question of the Board; they share a style sheet and a script.
What is said comes from the same words and drawings as the paper's; here it is laid out.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from typing import NamedTuple

from send_data import change, charts, comparing, documents, pages, paper, published, seeds, sentences, tables
from send_data.pages import MARKS, MeasurePage
from send_data.published import Edition
from send_data.settings import settings

UNCHARTED = "cannot_be_charted"
# The columns of the grid: a chart that says nothing of its target stands with those that have none.
ASSURED = (("always_meets",), ("sometimes_meets",), ("never_meets",), ("no_target", "cannot_be_said"))
STANDINGS = {mark: name for name, mark in MARKS.items()}
OVERVIEW = ("index.html", "Overview")
PRIORITIES = ("priorities/index.html", "Priorities")


class SitePage(NamedTuple):
    """One page: where it stands in the site, its template, its name, what it is for, and what it alone prints.

    `menu`: the entry of the menu that it belongs to. `trail`: (path, name) of the pages above it.
    """

    path: str
    template: str
    title: str
    about: str
    menu: str
    trail: tuple[tuple[str, str], ...]
    own: Mapping


def files(edition: Edition) -> dict[str, bytes]:
    """The site's files: name within the edition's folder -> content."""
    context = site_context(edition)
    site = site_pages(edition, context)
    written = {page.path: _render(page, context | {"site": site}) for page in site}
    written |= {"site.css": _asset("style.css") + _asset("site/site.css"), "site.js": _asset("site/site.js")}
    contents = {name: text.encode() for name, text in written.items()}
    for measure in edition.measures:
        name = measure["measure_id"]
        contents[f"data/{name}.csv"] = tables.measure_csv(edition, name)
        contents[f"data/{name}.ods"] = tables.measure_ods(edition, name)
    return {f"dashboard/{name}": content for name, content in contents.items()}


def site_context(edition: Edition) -> dict:
    """What every page may print: the paper's words, and what only a site has room for."""
    context = paper.build_context(edition)
    measures = [page for group in context["groups"] for page in group["pages"]]
    before = comparing.before_rows(measures, _pages_before(edition, context["words"]))
    return context | {
        "by_id": {page.measure["measure_id"]: page for page in measures},
        "variation_words": change.VARIATION_WORDS,
        "assurance_words": change.ASSURANCE_WORDS,
        "standing_of": lambda page: STANDINGS[page.mark],
        "standings": standing_groups(measures, context["words"]["site"]["standings"]),
        "missed": [page for page in measures if page.standing.is_exception],
        "unlawful": [page for page in measures if page.standing.law == "not_met"],
        "grid": change_grid(measures),
        "uncharted": [page for page in measures if page.variation == UNCHARTED],
        "before": before,
        "moved": comparing.moved(before),
        "editions": comparing.edition_rows(edition),
        "themes": action_themes(edition, measures, context["words"]),
        "recommendations": recommendation_rows(edition, measures, context["words"]),
        "spark": charts.spark,
        "icon": charts.icon,
        "chart_table": pages.chart_table,
        "marks": MARKS,
    }


def _pages_before(edition: Edition, words: Mapping) -> list[MeasurePage]:
    """The measures as the edition before printed them; none when it is the first."""
    before = comparing.edition_before(edition)
    return [] if before is None else pages.measure_pages(published.read(before), words)


def site_pages(edition: Edition, context: Mapping) -> list[SitePage]:
    """Every page of the site, those of the menu first."""
    words = context["words"]["site"]["pages"]
    templates = {path: f"site/{path.replace('/', '_')}" for path in words}
    own = {"therapies.html": {"parts_of": therapy_parts(edition, context)}}
    menu = [
        SitePage(path, templates[path], title, about, path, () if path == OVERVIEW[0] else (OVERVIEW,),
                 own.get(path, {}))
        for path, (_, title, about) in words.items()
    ]  # fmt: skip
    return [*menu, *_priority_pages(context), *_measure_pages(edition, context)]


def _priority_pages(context: Mapping) -> list[SitePage]:
    """A page for each group of measures, and one for each recommendation of the improvement notice."""
    return [
        SitePage(
            f"priorities/{group['id']}.html", "site/priority.html", group["title"], group["about"], PRIORITIES[0],
            (OVERVIEW, PRIORITIES), {"group": group},
        )
        for group in [*map(_with_recommendations(context), context["groups"]), *context["recommendations"]]
    ]  # fmt: skip


def _with_recommendations(context: Mapping):
    """A group of measures with what it is about, and the recommendations that any of its measures shows."""

    def told(group: Mapping) -> dict:
        titles = [page.measure["title"] for page in group["pages"]]
        backs = [row for row in context["recommendations"] if any(page in row["pages"] for page in group["pages"])]
        return {**group, "about": f"{'; '.join(titles)}.", "recommendations": backs, "text": "", "signal": ""}

    return told


def _measure_pages(edition: Edition, context: Mapping) -> list[SitePage]:
    return [
        SitePage(
            f"measures/{page.measure['measure_id']}.html", "site/measure.html", page.measure["title"], page.sentence,
            PRIORITIES[0], (OVERVIEW, PRIORITIES, (f"priorities/{group['id']}.html", group["title"])),
            _of_measure(page, edition, context),
        )
        for group in context["groups"] for page in group["pages"]
    ]  # fmt: skip


def _of_measure(page: MeasurePage, edition: Edition, context: Mapping) -> dict:
    """What only a measure's own page prints."""
    name = page.measure["measure_id"]
    actions = [action for theme in context["themes"] for action in theme["actions"]]
    return {
        "measure_page": page,
        "comparators": comparing.comparator_rows(r for r in edition.comparators if r["measure_id"] == name),
        "revised": [row for row in context["revisions"] if row["measure_id"] == name],
        "evidences": [action for action in actions if page in action["pages"]],
        "backs": [row for row in context["recommendations"] if page in row["pages"]],
    }


def standing_groups(measures: Iterable[MeasurePage], names: Mapping[str, str]) -> list[dict]:
    """Measures by where they stand to target and law, the gravest first; only standings that some measure has."""
    groups = [
        {"id": name, "mark": MARKS[name], "title": title, "pages": [p for p in measures if STANDINGS[p.mark] == name]}
        for name, title in names.items()
    ]
    return [group for group in groups if group["pages"]]


def change_grid(measures: Iterable[MeasurePage]) -> list[dict]:
    """The measures that can be charted, by whether they changed (rows) and whether they meet their target (columns)."""
    measures = list(measures)
    rows = [
        {"code": variation, "cells": [
            [p for p in measures if p.variation == variation and p.assurance in assurances] for assurances in ASSURED
        ]}
        for variation in change.VARIATION_WORDS if variation != UNCHARTED
    ]  # fmt: skip
    return [row for row in rows if any(row["cells"])]


def action_themes(edition: Edition, measures: Iterable[MeasurePage], words: Mapping) -> list[dict]:
    """The delivery plan by theme: each action, its status, and apart from it what its measures show."""
    pages_of = _pages_by(edition.action_measures, "action_id", measures)
    themes: dict[str, list[dict]] = {}
    for row in edition.actions:
        action = {
            **{name: row[name] for name in ("action_id", "action_text", "expected_outcome", "milestones")},
            "title": _action_title(row),
            "lead": row["lead_names"] or "not named",
            "deadline": sentences.day_name(row["deadline_on"]) if row["deadline_on"] else "not set in the plan",
            "status": row["action_status"],
            "status_words": words["site"]["action_statuses"][row["action_status"]],
            "signal": words["site"]["signals"][row["measure_signal"]],
            "pages": pages_of.get(row["action_id"], []),
        }
        themes.setdefault(row["theme"], []).append(action)
    return [{"title": title, "actions": actions} for title, actions in themes.items()]


def _action_title(row: Mapping) -> str:
    """`Action 5.1.1`, by the number the plan gives it; an action without one by its name."""
    number = row["priority_action_plan_ref"] or row["safety_valve_ref"]
    return f"Action {number}" if number else row["action_id"].replace("-", " ").capitalize()


def recommendation_rows(edition: Edition, measures: Iterable[MeasurePage], words: Mapping) -> list[dict]:
    """The improvement notice's recommendations as groups of measures, with what these show together."""
    pages_of = _pages_by(edition.recommendation_measures, "recommendation_number", measures)
    return [
        {
            "id": f"recommendation-{row['recommendation_number']}",
            "title": f"Recommendation {row['recommendation_number']} of the improvement notice",
            "about": row["recommendation_text"],
            "text": row["recommendation_text"],
            "expected": sentences.day_name(row["expected_by_on"]) if row["expected_by_on"] else "not set",
            "signal": words["site"]["signals"][row["measure_signal"]],
            "pages": pages_of.get(row["recommendation_number"], []),
            "recommendations": [],
        }
        for row in edition.recommendations
    ]


def _pages_by(links: Iterable[Mapping], key: str, measures: Iterable[MeasurePage]) -> dict[object, list[MeasurePage]]:
    """Pages of the measures that links name, in the order of the site, by what links them."""
    named: dict[object, set[str]] = {}
    for link in links:
        named.setdefault(link[key], set()).add(link["measure_id"])
    return {by: [page for page in measures if page.measure["measure_id"] in ids] for by, ids in named.items()}


def therapy_parts(edition: Edition, context: Mapping) -> list[dict]:
    """The therapy tracker's parts: each with its measures, and with their figures by term where it says so."""
    series = pages.figures_by_measure(edition.figures)
    return [
        {
            "id": name, "title": title, "text": text,
            "pages": [context["by_id"][measure] for measure in measures if measure in context["by_id"]],
            "terms": [table for measure in measures if measure in context["by_id"]
                      for table in term_tables(context["by_id"][measure], series.get(measure, {}), context)],
        }
        for name, title, text, measures in context["words"]["site"]["therapy_tracker"]
    ]  # fmt: skip


def term_tables(page: MeasurePage, figures: Mapping, context: Mapping) -> list[dict]:
    """A measure by term: of each term the last month that has a figure, the newest term first.

    A row for each therapy where the measure tells them apart, and one for all.
    """
    labels = context["words"]["breakdown_values"].get("therapy", {})
    keys = [("therapy", code) for code in labels if ("therapy", code) in figures] + [pages.TOTAL]
    terms: dict[str, object] = {}
    for figure in sorted(figures.get(pages.TOTAL, []), key=lambda figure: figure.month_start):
        if term := term_of(figure.month_start, context["words"]["site"]["terms"]):
            terms[term] = figure.month_start
    return [
        {"title": term, "month": sentences.month_name(month), "rows": [
            pages.figure_row(page.measure, labels.get(key[1], "All"), key, figure)
            for key in keys for figure in figures[key] if figure.month_start == month
        ]}
        for term, month in reversed(terms.items())
    ]  # fmt: skip


def term_of(month: date, names: Mapping[str, str]) -> str:
    """The term that a month's last day lies in or follows: `Autumn term 2026`; nothing before the first one."""
    begun = [row for row in seeds.rows("reference", "term_dates") if row["starts_on"][:7] <= f"{month:%Y-%m}"]
    if not begun:
        return ""
    term = max(begun, key=lambda row: row["starts_on"])
    return f"{names[term['term']]} term {term['starts_on'][:4]}"


def _render(page: SitePage, context: Mapping) -> str:
    root = "../" * page.path.count("/")
    shared = {"page": page, "root": root, "here": page.path}
    return _scrolling(documents.render(page.template, context | shared | dict(page.own), chart=charts.svg))


def _scrolling(page: str) -> str:
    """The page with each table in a frame of its own, so that on a narrow screen the table scrolls and not the page."""
    return re.sub(r"<table\b.*?</table>", _framed, page, flags=re.DOTALL)


def _framed(table: re.Match) -> str:
    caption = re.search(r"<caption>(.*?)</caption>", table[0], flags=re.DOTALL)
    name = escape(re.sub(r"<[^>]+>", "", caption[1]).strip(), quote=True) if caption else "Table"
    return f'<div class="wide" role="group" tabindex="0" aria-label="{name}, table">{table[0]}</div>'


def _asset(name: str) -> str:
    return (settings().templates_dir / name).read_text()
