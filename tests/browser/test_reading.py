"""How the dashboard is used otherwise than with a mouse on a desk: keyboard, 400% zoom, a phone, paper, no scripts."""

import pytest

from tests.browser.conftest import DESKTOP, kinds

PHONE = {"width": 320, "height": 640}
# A window of 1280 by 1024 at 400%.
ZOOMED = {"width": 320, "height": 256}
FOCUSED = """
    () => {
        const at = document.activeElement;
        const style = getComputedStyle(at);
        const box = at.getBoundingClientRect();
        return {name: at.tagName, text: at.innerText || at.value || at.getAttribute('aria-label') || '',
                href: at.getAttribute('href'), outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth),
                seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0};
    }
"""
STOPS = """
    () => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
        .filter((at) => at.checkVisibility({visibilityProperty: true})
            && !at.closest('details:not([open]) > :not(summary)')).length
"""
# Parts that are wider than the window and do not scroll in a frame of their own.
TOO_WIDE = """
    () => [...document.querySelectorAll('body *')]
        .filter((at) => at.getBoundingClientRect().right > innerWidth + 1 && !at.closest('.wide, .away, .skip')
            && at.checkVisibility())
        .map((at) => at.outerHTML.slice(0, 120))
"""


def walk(page, most: int) -> list[dict]:
    """What has the focus, stop after stop, until the page is left or begins again."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["name"] == "BODY":
            break
        stops.append(at)
    return stops


def test_the_keyboard_reaches_everything_and_is_never_trapped(page, site, paths):
    for path in ("measures/plans_issued_within_20_weeks.html", "compare.html", "priorities/index.html"):
        page.goto((site / path).as_uri())
        wanted = page.evaluate(STOPS)
        stops = walk(page, wanted + 5)
        assert len(stops) == wanted, path
        assert [stop for stop in stops if not stop["outline"] or not stop["seen"]] == [], path


def test_the_first_stop_skips_to_the_main_part(page, site):
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Skip to the main part"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_keyboard_filters_the_measures(page, site):
    page.goto((site / "index.html").as_uri())
    shown = page.locator("[data-item]:visible")
    everything = shown.count()
    page.locator("#words").focus()
    page.keyboard.type("Annual REVIEWS completed")
    assert shown.count() == 1
    assert "Annual reviews completed on time" in shown.first.inner_text()
    assert page.locator(".found").inner_text() == f"1 of {everything} are shown."
    assert page.locator("[data-group]:visible").count() == 1
    page.locator("button[type=reset]").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelector('.found').textContent === 'All {everything} are shown.'")
    page.locator("#standing").focus()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#standing").input_value()
    assert chosen
    assert 0 < shown.count() < everything
    assert {item.get_attribute("data-standing") for item in shown.all()} == {chosen}
    page.locator("#priority").select_option("reviews")
    assert all(item.get_attribute("data-priority") == "reviews" for item in shown.all())


def test_a_search_from_any_page_lists_what_fits(page, site):
    page.goto((site / "measures" / "therapy_provided.html").as_uri())
    page.locator("#find").focus()
    page.keyboard.type("therapy specified")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=therapy+specified")
    assert page.locator("#words").input_value() == "therapy specified"
    found = page.locator("[data-item]:visible").all_inner_texts()
    assert any(text.startswith("Therapy provided against therapy specified") for text in found)
    assert len(found) < 20


def test_nothing_found_is_said(page, site):
    page.goto((site / "search.html").as_uri() + "?q=zzzz")
    assert page.locator(".found").inner_text().startswith("0 of ")
    assert page.locator("[data-item]:visible").count() == 0


def test_the_keyboard_opens_what_is_folded_away(page, site):
    page.goto((site / "measures" / "plans_issued_within_20_weeks.html").as_uri())
    table = page.locator("details table").first
    assert not table.is_visible()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert table.is_visible()


@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["phone", "zoomed to 400%"])
def test_a_narrow_page_scrolls_one_way_only(browser, site, paths, size):
    narrow = browser.new_page(viewport=size)
    wide = {}
    for path in kinds(paths):
        narrow.goto((site / path).as_uri())
        sideways = narrow.evaluate("document.documentElement.scrollWidth - innerWidth")
        parts = narrow.evaluate(TOO_WIDE)
        if sideways > 0 or parts:
            wide[path] = (sideways, parts[:3])
    narrow.close()
    assert wide == {}


def test_everything_is_there_without_scripts(browser, site, paths):
    """The same words, links and tables; the filters, which could do nothing, are not."""
    said = {}
    for scripts in (True, False):
        context = browser.new_context(viewport=DESKTOP, java_script_enabled=scripts)
        opened = context.new_page()
        for path in kinds(paths):
            opened.goto((site / path).as_uri())
            said[path, scripts] = opened.locator("main").inner_text()
            if not scripts:
                assert opened.locator(".filters:visible").count() == 0
                assert opened.locator("[data-item]:visible").count() == opened.locator("[data-item]").count()
        context.close()
    for path in kinds(paths):
        if path not in ("index.html", "search.html"):
            assert said[path, True] == said[path, False]


def test_paper_has_the_tables_and_leaves_out_the_menu(page, site):
    page.goto((site / "measures" / "plans_issued_within_20_weeks.html").as_uri())
    page.emulate_media(media="print")
    assert not page.locator(".menu").is_visible()
    assert not page.locator(".find").is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("details table").first.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() > 0
