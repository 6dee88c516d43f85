"""The Easy Read page in a real browser: axe finds nothing, it fits a small phone, and its pictures are drawn."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from send_data import easy_read
from tests.unit import test_easy_read

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND = """
    (rules) => axe.run({resultTypes: ['violations'], preload: false, runOnly: rules}).then((result) =>
        result.violations.map((found) => `${found.id} (${found.nodes.length}): ${found.nodes[0].html}`))
"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Rows whose words run into their picture, or whose picture the browser could not draw.
SPOILED = """
    async () => {
        const spoiled = [];
        for (const row of document.querySelectorAll('.row')) {
            const style = getComputedStyle(row);
            const picture = new Image();
            picture.src = style.backgroundImage.slice(5, -2);
            const drawn = await picture.decode().then(() => true, () => false);
            const left = row.querySelector('p').getBoundingClientRect().left - row.getBoundingClientRect().left;
            if (!drawn || left < parseFloat(style.backgroundSize) || style.printColorAdjust !== 'exact') {
                spoiled.push(row.textContent);
            }
        }
        return spoiled;
    }
"""


@pytest.fixture(scope="module", params=["full", "hidden"])
def address(request, tmp_path_factory) -> str:
    """Where the page of an edition lies on the disk."""
    files = easy_read.files(test_easy_read.EXTREMES[request.param])
    path = tmp_path_factory.mktemp(request.param) / "easy-read.html"
    path.write_bytes(files["easy-read.html"])
    return path.as_uri()


def test_axe_finds_nothing(page, address):
    page.add_init_script(AXE_SCRIPT)
    page.goto(address)
    assert page.evaluate(FIND, RULES) == []
    page.evaluate("document.querySelector('main').innerHTML += '<img src=x>'")
    assert [found.split()[0] for found in page.evaluate(FIND, RULES)] == ["image-alt"], "axe was there to find it"


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_pictures_and_words_stand_side_by_side_on_any_screen(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    assert page.locator(".row").count() > 30
    assert page.evaluate(SPOILED) == []
    assert page.evaluate(SIDEWAYS) <= 0
