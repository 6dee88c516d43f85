"""Debian's chromium on the small borough's dashboards, as they lie on the disk: no server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.borough import MONTHS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all these tests; they are skipped where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium): no page was tried in a browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="package")
def site(borough) -> Path:
    """The folder of the last month's dashboard."""
    return borough.editions / MONTHS[-1] / "dashboard"


@pytest.fixture(scope="package")
def paths(site) -> list[str]:
    """Every page of the site by its path within it."""
    found = sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))
    assert len(found) > 90
    return found


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page of the size of a desk, with scripts."""
    opened = browser.new_page(viewport=DESKTOP)
    yield opened
    opened.close()


def kinds(paths: list[str]) -> list[str]:
    """A page of each kind: all of the menu, and the first of the priorities, recommendations and measures."""
    folders = ("priorities/recommendation", "measures/")
    firsts = [next(path for path in paths if path.startswith(folder)) for folder in folders]
    menu = [path for path in paths if "/" not in path or path == "priorities/index.html"]
    return [*menu, *firsts, "priorities/reviews.html", "measures/plans_issued_within_20_weeks.html"]
