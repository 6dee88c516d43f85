"""The dashboard: which pages there are, what they say, every figure marked and published, nothing small in it."""

import dataclasses
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from send_data import comparing, dashboard, paper, published, seeds, sentences
from send_data import pages as paging
from send_data import words as wording
from tests.unit import sample_marts
from tests.unit.test_editions import freeze, unexplained

MENU = {
    "index.html", "priorities/index.html", "repatriation.html", "therapies.html", "delivery-plan.html", "due.html",
    "comparators.html", "data-quality.html", "compare.html", "about.html", "search.html",
}  # fmt: skip
GROUPS = {"needs_assessments", "reviews", "repatriation"}


class Reader(HTMLParser):
    """The words of a page, and those inside each element that names a figure: (key, words)."""

    def __init__(self, page: str):
        super().__init__()
        self.words, self.figures, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("meta", "link", "br", "input", "col"):
            return
        self.open.append((tag, dict(attrs).get("data-figure")))
        if self.open[-1][1]:
            self.figures.append([self.open[-1][1], ""])

    def handle_endtag(self, tag):
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, text):
        self.words.append(text)
        if any(key for _, key in self.open):
            self.figures[-1][1] += text

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def edition(warehouse):
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
    return published.read(freeze(sample_marts.tables()))


@pytest.fixture(scope="module")
def site(edition):
    return pages_of(edition)


def pages_of(edition) -> dict[str, str]:
    """The pages of a dashboard by their place in it."""
    files = dashboard.files(edition)
    return {name.removeprefix("dashboard/"): page.decode() for name, page in files.items() if name.endswith(".html")}


def text_of(page: str) -> str:
    return Reader(page).text


def test_there_is_a_page_for_each_measure_priority_recommendation_and_question(edition):
    measures = set(sample_marts.CATALOGUE)
    recommended = {f"priorities/recommendation-{row['recommendation_number']}.html" for row in edition.recommendations}
    expected = MENU | {f"measures/{name}.html" for name in measures} | {f"priorities/{name}.html" for name in GROUPS}
    expected |= recommended | {f"data/{name}.{kind}" for name in measures for kind in ("csv", "ods")}
    assert len(recommended) > 0
    assert set(dashboard.files(edition)) == {f"dashboard/{name}" for name in expected | {"site.css", "site.js"}}


def test_the_same_edition_is_the_same_bytes(edition):
    assert dashboard.files(edition) == dashboard.files(edition)


def test_pages_use_the_sites_own_files_alone(site):
    for page in site.values():
        sources = re.findall(r'<(?:script|link|img|iframe)\b[^>]*(?:src|href)="([^"]+)"', page)
        assert [source.removeprefix("../") for source in sources] == ["site.css", "site.js"]
        assert "<style" not in page
        assert not re.search(r"<script[^>]*>[^<]", page)


def test_the_style_sheet_fetches_nothing_and_moves_nothing(edition):
    sheet = dashboard.files(edition)["dashboard/site.css"].decode()
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert not re.search(r"url\(|@import|@font-face|animation|transition|scroll-behavior", sheet)


def test_every_marked_figure_is_a_published_one_in_its_own_words(edition, site):
    measures = {measure["measure_id"]: measure for measure in edition.measures}
    rows = {
        (row["measure_id"], f"{row['month_start']:%Y-%m}", row["breakdown"], row["breakdown_value"]): row
        for row in edition.figures
    }
    seen = set()
    for path, page in site.items():
        for key, words in Reader(page).figures:
            row = rows.get(tuple(key.split("|")))
            assert row or words in (sentences.NO_DATA, ""), (path, key, words)
            if row:
                figure, measure = sentences.figure_of(row), measures[row["measure_id"]]
                texts = (sentences.figure_text(measure, figure), sentences.counts_text(measure, figure))
                assert words in texts or words.endswith("."), (path, key, words)
                seen.add((key, path.split("/")[0]))
    of_measures = {key for key, folder in seen if folder == "measures"}
    assert {key.split("|")[0] for key in of_measures} == set(sample_marts.CATALOGUE)
    assert {key.split("|")[2] for key in of_measures} == {"all", "age_band"}
    assert {key.split("|")[0] for key, folder in seen if folder == "index.html"} == set(sample_marts.CATALOGUE)


def test_the_overview_begins_with_the_papers_three_sentences(edition, site):
    text = text_of(site["index.html"])
    summary = paper.build_context(edition)["summary"]
    assert len(summary) == 3
    assert [sentence for sentence in summary if sentence not in text] == []
    assert "1 of 3 sources came late, were refused or are missing; rows of 1 were set aside" in text
    assert "This is the first edition: there is nothing to compare it with." in text


def test_the_grid_has_each_measure_once(edition, site):
    begun = site["index.html"].index('<section aria-labelledby="where">')
    grid = site["index.html"][begun : site["index.html"].index('<section aria-labelledby="changed">')]
    assert sorted(re.findall(r'href="measures/(\w+)\.html"', grid)) == sorted(sample_marts.CATALOGUE)


def test_a_measure_off_track_says_why_and_what_its_manager_says(edition, site):
    text = text_of(site["measures/reviews_completed_on_time.html"])
    assert "The Board looks at this measure, because: It does not keep the law, which requires 100%." in text
    assert "No commentary received from the Head of SEND, due by" in text
    comment = {
        "measure_id": "reviews_completed_on_time", "why": "Two officers left.", "doing": "Two are coming.",
        "by_when": date(2026, 12, 1), "who": "Head of SEND", "written_by": "Head of SEND",
        "written_on": date(2026, 11, 3),
    }  # fmt: skip
    told = pages_of(edition._replace(comments=[comment]))
    text = text_of(told["measures/reviews_completed_on_time.html"])
    assert "Why: Two officers left. What we are doing: Two are coming. By when, and who: 1 December 2026" in text
    assert "No commentary received" not in text


def test_checks_that_rows_broke_are_told(edition):
    rule = {
        "border": "source", "subject": "sen2__request", "because": "a request has a day", "on_failure": "quarantine",
        "judged_count": 1, "broken_count": 1, "unexpected_low": 0, "unexpected_high": 4,
    }  # fmt: skip
    kept = rule | {"subject": "fct_clocks", "border": "mart", "because": "days are whole", "broken_count": 0}
    text = text_of(pages_of(edition._replace(checks=[rule, kept]))["data-quality.html"])
    assert "1 of 2 checks found rows that break their rule." in text
    assert "Requests (SEN2 module 2) A request has a day fewer than 5 Set aside" in text
    assert "Days are whole" not in text
    assert "All 1 checks found nothing." in text_of(pages_of(edition._replace(checks=[kept]))["data-quality.html"])


def test_each_card_says_what_the_filters_ask_for(site):
    said = r'data-item [^>]*data-priority="(\w+)" data-standing="(\w+)" data-signal="(\w+)"'
    cards = re.findall(said, site["index.html"])
    assert len(cards) == len(sample_marts.CATALOGUE)
    assert {card[0] for card in cards} == GROUPS
    page = site["index.html"]
    for number, name in enumerate(("priority", "standing", "signal")):
        (options,) = re.findall(rf'<select id="{name}".*?</select>', page, flags=re.DOTALL)
        assert {card[number] for card in cards} <= set(re.findall(r'value="(\w+)"', options))


def test_a_measures_page_says_everything_of_it(site):
    text = text_of(site["measures/plans_issued_within_20_weeks.html"])
    for says in (
        "Families wait for this.",
        "Published by DfE for 2024 (release 2025): Bexley 68.6% (84.8% in 2023), London 66.9%, England 46.4%",
        "Bexley 2024 68.6% Bexley 2023 84.8% London 2024 66.9% England 2024 46.4% Median of its neighbours 2024 50.0%",
        "By age",
        "SEND Regulations 2014, regulation 13",
        "Complete ✗ No Requests had 3 rows in 100 or more set aside",
        "Sources: Requests (SEN2 module 2) (October 2026, came 5 November 2026).",
        "There is no earlier edition to compare with.",
        "All figures of this measure (CSV)",
    ):
        assert says in text, says


def test_a_measures_chart_stands_in_a_table_too(site):
    page = site["measures/reviews_completed_on_time.html"]
    (table,) = re.findall(
        r"<table[^>]*>\s*<caption>[^<]*the figures of the chart</caption>.*?</table>", page, flags=re.DOTALL
    )
    months = re.findall(r'data-figure="reviews_completed_on_time\|([\d-]+)\|all\|all">[\d.]+%', table)
    assert months == sorted(set(months), reverse=True)
    assert len(months) == 30


def test_every_table_scrolls_in_a_frame_that_is_named(site):
    for path, page in site.items():
        framed = re.findall(r'<div class="wide" role="group" tabindex="0" aria-label="[^"]+, table"><table', page)
        assert len(framed) == page.count("<table"), path
        assert page.count("<caption>") == page.count("<table"), path


def test_nothing_small_is_printed(site):
    for path, page in site.items():
        text = text_of(re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))
        text = re.sub(r"\d+ of \d+ (measures|sources|parts)", "", text)
        assert not re.findall(r"(?<![\d,.])[1-4] of \d", text), path
        assert not re.findall(r'<span data-figure="[^"]+">[1-4]</span>', page), path


def test_the_delivery_plan_keeps_done_apart_from_worked(edition, site):
    text = text_of(site["delivery-plan.html"])
    assert text.count("Is it done?") == text.count("Did it work?") == len(edition.actions) > 0
    for action in edition.actions:
        assert action["action_text"] in text


def test_a_measure_held_back_says_so_wherever_it_stands(warehouse, edition):
    contents = unexplained(sample_marts.tables(), difference=12.4, period="202526")
    held = pages_of(published.read(freeze(contents)))
    for path in ("index.html", "measures/plans_issued_within_20_weeks.html", "priorities/needs_assessments.html"):
        assert "! Held back" in text_of(held[path])
    text = text_of(held["measures/plans_issued_within_20_weeks.html"])
    assert (
        "Held back: our figure of plans issued within 20 weeks in January 2026 differs from DfE’s by about 12" in text
    )
    assert "ask the Head of SEND." in text
    assert not re.search(r"plans_issued_within_20_weeks\|[^\"]*\">[\d.]+%", held["index.html"])


@pytest.mark.parametrize("is_made_up", [True, False])
def test_a_made_up_borough_says_so_on_every_page(edition, is_made_up):
    pages = pages_of(edition._replace(header=edition.header | {"is_made_up": is_made_up}))
    assert {("This borough is made up." in page) for page in pages.values()} == {is_made_up}


def test_without_moves_or_forecasts_the_pages_say_so(edition):
    pages = pages_of(edition._replace(repatriations=[], forecasts=[], actions=[], action_measures=[]))
    assert "No figures of this month." in text_of(pages["repatriation.html"])
    assert "This edition has no forecast." in text_of(pages["due.html"])
    assert "No list of actions came for this month." in text_of(pages["delivery-plan.html"])


# --- editions compared ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def measures(edition):
    return paging.measure_pages(edition, wording.words())


def test_the_first_edition_has_nothing_before_it(measures):
    assert comparing.before_rows(measures, []) == []


@pytest.mark.parametrize(
    ("was", "news", "is_shown"),
    [
        ({}, "No new figure", True),
        ({"figure": "60.0%"}, "Revised", False),
        ({"counts": "43 of 66"}, "Revised", False),
        ({"month": "September 2026", "figure": "60.0%"}, "", True),
        ({"month": "September 2026", "mark": "✓"}, "Was: ✓ Below the target and the law", True),
    ],
)
def test_two_figures_of_a_month_stand_side_by_side_only_when_equal(measures, was, news, is_shown):
    page = next(page for page in measures if page.measure["measure_id"] == "reviews_completed_on_time")
    (row,) = comparing.before_rows([page], [dataclasses.replace(page, **was)])
    assert row["news"] == news
    assert (row["was"] is not None) == is_shown


def test_a_measure_that_is_new_has_no_figure_before(measures):
    first, second = measures[:2]
    rows = comparing.before_rows([first, second], [second])
    assert [(row["was"] is None, row["news"]) for row in rows] == [
        (True, "New in this edition"), (False, "No new figure"),
    ]  # fmt: skip


def before(number: int, month: int, supersedes: int | None = None) -> dict:
    known_at = datetime(2026, month + 1, 5, tzinfo=UTC)
    return {"edition_id": number, "month": date(2026, month, 1), "known_at": known_at, "supersedes": supersedes}


def test_editions_lead_to_the_newest_of_each_other_month(edition):
    header = edition.header | {"edition_id": 9}
    earlier = [before(7, 10), before(6, 9, supersedes=5), before(5, 9), before(2, 8)]
    rows = comparing.edition_rows(edition._replace(header=header, editions_before=earlier))
    assert [(row["number"], row["address"], row["is_this"]) for row in rows] == [
        (9, "", True), (7, "", False), (6, "../../2026-09/dashboard/", False), (5, "", False),
        (2, "../../2026-08/dashboard/", False),
    ]  # fmt: skip


def test_two_months_are_compared(warehouse):
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
    contents = sample_marts.tables()
    september = date(2026, 9, 1)
    earlier = {
        table: [row for row in rows if "month_start" not in row or row["month_start"] <= september]
        for table, rows in contents.items()
    }
    freeze(earlier, september)
    pages = pages_of(published.read(freeze(contents)))
    text = text_of(pages["compare.html"])
    assert "Every measure, September 2026 and October 2026" in text
    assert '../../2026-09/dashboard/compare.html"' in pages["compare.html"]
    assert "What changed since the edition of September 2026" in text_of(pages["index.html"])


# --- terms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "term"),
    [
        (date(2022, 8, 1), ""),
        (date(2022, 9, 1), "Autumn term 2022"),
        (date(2026, 12, 1), "Autumn term 2026"),
        (date(2024, 3, 1), "Spring term 2024"),
        (date(2024, 4, 1), "Summer term 2024"),
        (date(2024, 8, 1), "Summer term 2024"),
    ],
)
def test_a_month_is_of_the_term_that_has_begun_by_its_end(month, term):
    assert dashboard.term_of(month, wording.words()["site"]["terms"]) == term


def figures_by_measure(edition) -> dict[str, str]:
    """What each measure's own page prints of it first."""
    pages = {name: page.decode() for name, page in dashboard.files(edition).items() if "/measures/" in name}
    return {Path(name).stem: Reader(page).figures[0][1] for name, page in pages.items()}


def test_one_row_makes_the_dashboard_public(edition, monkeypatch):
    """Then it prints rounded figures, and nothing of what is told to the Board alone."""
    told = {"requests_received": "48", "reviews_completed_on_time": "66.7%", "learners_repatriated": "6"}
    assert figures_by_measure(edition).items() >= told.items()
    read, changed = seeds.rows, []
    for row in read("reference", "disclosure_outputs"):
        changed.append(row | {"rule_set": "public"} if row["output"] == "dashboard/" else row)
    monkeypatch.setattr(seeds, "rows", lambda *of: tuple(changed) if of[1] == "disclosure_outputs" else read(*of))
    told = {"requests_received": "50", "reviews_completed_on_time": "69.2%", "learners_repatriated": "too few to show"}
    assert figures_by_measure(edition).items() >= told.items()
    pages = dashboard.files(edition)
    assert "No figures of this month." in Reader(pages["dashboard/repatriation.html"].decode()).text
    assert b",48," not in pages["dashboard/data/requests_received.csv"]
