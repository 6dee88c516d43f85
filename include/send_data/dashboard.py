"""The dashboard of an edition: a static site that needs no server, no network and no script.

A page for each measure, for each priority and for each question of the Board; they share a style sheet and a script.
What is said comes from the same words and drawings as the paper's; here it is laid out.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from typing import NamedTuple

from send_data import change, charts, comparing, documents, pages, paper, seeds, sentences, tables
from send_data.pages import MARKS, MeasurePage
from send_data.published import Edition
from send_data.settings import settings

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
    edition = edition.for_output("dashboard/")
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
    reasons = {exception.page.measure["measure_id"]: exception for exception in context["exceptions"]}
    comments = {row["page"].measure["measure_id"]: row["comment"] for row in context["other_comments"]}
    return context | {
        "by_id": {page.measure["measure_id"]: page for page in measures},
        "variation_words": change.VARIATION_WORDS,
        "assurance_words": change.ASSURANCE_WORDS,
        "standing_of": lambda page: STANDINGS[page.mark],
        "standings": standing_groups(measures, context["words"]["site"]["standings"]),
        "compared": comparing.before_rows(measures, context["before"]),
        "editions": comparing.edition_rows(edition),
        "themes": action_themes(edition, context),
        "recommendations": recommendation_groups(context["recommendations"]),
        "checks": check_rows(edition.checks, edition.sources),
        "exception_of": reasons.get,
        "comment_of": comments.get,
        "spark": charts.spark,
        "icon": charts.icon,
        "chart_table": pages.chart_table,
        "marks": MARKS,
    }


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


def action_themes(edition: Edition, context: Mapping) -> list[dict]:
    """The paper's themes of the delivery plan, each action with its name and the pages of the measures that show it."""
    pages_of = _pages_by_action(edition, context["measures"])
    return [
        theme | {"actions": [
            action | {"title": _action_title(action), "pages": pages_of.get(action["id"], [])}
            for action in theme["actions"]
        ]}
        for theme in context["themes"]
    ]  # fmt: skip


def _action_title(action: Mapping) -> str:
    """`Action 5.1.1`, by the number the plan gives it; an action without one by its name."""
    number = action["reference"]
    return f"Action {number}" if number[0].isdigit() else number.capitalize()


def _pages_by_action(edition: Edition, measures: Iterable[MeasurePage]) -> dict[str, list[MeasurePage]]:
    """Pages of the measures that show an action, in the order of the site, by the action's name."""
    named: dict[str, set[str]] = {}
    for link in edition.action_measures:
        named.setdefault(link["action_id"], set()).add(link["measure_id"])
    return {by: [page for page in measures if page.measure["measure_id"] in ids] for by, ids in named.items()}


def recommendation_groups(rows: Iterable[Mapping]) -> list[dict]:
    """The paper's recommendations of the improvement notice as groups of measures with a page of their own."""
    return [
        row | {
            "id": f"recommendation-{row['number']}",
            "title": f"Recommendation {row['number']} of the improvement notice",
            "about": row["text"],
            "recommendations": [],
        }
        for row in rows
    ]  # fmt: skip


def check_rows(rows: Iterable[Mapping], sources: Iterable[Mapping]) -> dict:
    """How many rules the data was held to, and those that it broke: of what, which rule, rows in ranges of five."""
    titles = {row["source"]: row["title"] for row in sources}
    rows = list(rows)
    broken = [
        {
            "of": titles.get(row["subject"], row["subject"].replace("_", " ")),
            "rule": row["because"],
            "rows": sentences.range_text(row["unexpected_low"], row["unexpected_high"]),
            "what": row["on_failure"],
        }
        for row in rows
        if row["broken_count"]
    ]
    return {"count": len(rows), "broken": broken}


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
