"""Every page of the dashboard in a real browser: axe finds nothing, every link leads somewhere, nothing is heavy."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.conftest import DESKTOP, kinds

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe finds on the page as it stands: rule, how often, and the first place.
FIND = """
    (rules) => axe.run({resultTypes: ['violations'], preload: false, runOnly: rules}).then((result) =>
        result.violations.map((found) => `${found.id} (${found.nodes.length}): ${found.nodes[0].html}`))
"""
OPEN_ALL = "for (const details of document.querySelectorAll('details')) details.open = true"
HEAVIEST = 300_000
WHOLE_SITE = ("site.css", "site.js")


@pytest.fixture(scope="module")
def axed(browser):
    """A page that brings axe along wherever it goes."""
    page = browser.new_page(viewport=DESKTOP)
    page.add_init_script(AXE_SCRIPT)
    yield page
    page.close()


def test_axe_finds_nothing_on_any_page(axed, site, paths):
    found = {}
    for path in paths:
        axed.goto((site / path).as_uri())
        found[path] = axed.evaluate(FIND, RULES)
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_axe_finds_nothing_in_what_is_folded_away(axed, site):
    found = {}
    for path in ("measures/plans_issued_within_20_weeks.html", "therapies.html", "delivery-plan.html", "due.html"):
        axed.goto((site / path).as_uri())
        axed.evaluate(OPEN_ALL)
        found[path] = axed.evaluate(FIND, RULES)
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_axe_finds_what_is_wrong(axed, site):
    """The same question of a page spoiled on purpose: otherwise silence would prove nothing."""
    axed.goto((site / "index.html").as_uri())
    axed.evaluate("document.querySelector('main').innerHTML += '<img src=x><p style=\"color: #ccc\">pale</p>'")
    assert {violation.split()[0] for violation in axed.evaluate(FIND, RULES)} == {"image-alt", "color-contrast"}


def test_a_page_asks_for_nothing_but_the_sites_own_files(page, site, paths):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in kinds(paths):
        page.goto((site / path).as_uri())
    elsewhere = [url for url in asked if not url.startswith(site.as_uri())]
    assert elsewhere == []
    assert len(asked) == 3 * len(kinds(paths))


def test_no_page_writes_an_error_to_the_console(page, site, paths):
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in kinds(paths):
        page.goto((site / path).as_uri())
    assert errors == []


class Read:
    """The ids and addresses of a page, by its text: 100 pages are read faster than opened."""

    def __init__(self, path: Path):
        self.path, self.text = path, path.read_text()
        self.ids = re.findall(r'\sid="([^"]+)"', self.text)
        self.links = re.findall(r'<(?:a|link|form)\b[^>]*?(?:href|action)="([^"]+)"', self.text)
        self.links += re.findall(r'<script[^>]*src="([^"]+)"', self.text)


def test_every_link_leads_somewhere(site, paths):
    read = {(site / path).resolve(): Read(site / path) for path in paths}
    broken = []
    for page in list(read.values()):
        for link in page.links:
            parts = urlsplit(link)
            assert not parts.scheme, f"{page.path.name} leads out of the edition: {link}"
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path.resolve()
            if not target.is_file():
                broken.append(f"{page.path.name}: {link}")
            elif parts.fragment:
                there = read.setdefault(target, Read(target))
                broken += [] if parts.fragment in there.ids else [f"{page.path.name}: {link}"]
    assert broken == []


def test_every_page_can_be_reached_from_the_overview(site, paths):
    reached, waiting = set(), {"index.html"}
    while waiting:
        path = waiting.pop()
        reached.add(path)
        for link in Read(site / path).links:
            target = (site / path).parent / urlsplit(link).path
            inside = target.resolve().is_relative_to(site.resolve()) and target.suffix == ".html"
            if inside and (name := str(target.resolve().relative_to(site.resolve()))) not in reached:
                waiting.add(name)
    assert reached == set(paths)


def test_ids_are_unique_and_headings_in_order(site, paths):
    for path in paths:
        page = Read(site / path)
        assert [name for name, times in Counter(page.ids).items() if times > 1] == [], path
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", page.text)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_no_page_is_heavy(site, paths):
    shared = sum((site / name).stat().st_size for name in WHOLE_SITE)
    sizes = {path: (site / path).stat().st_size + shared for path in paths}
    assert {path: size for path, size in sizes.items() if size >= HEAVIEST} == {}
