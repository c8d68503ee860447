"""Slides, site and lecture in a real browser: turned by keys, searched, alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from course.editions import lecture, site, slides

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that remembers what it asked for and did not get."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    opened.set_default_timeout(120_000)
    yield opened
    opened.context.close()


def serious(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:150]}" for each in found if each["impact"] in {"serious", "critical"}
    ]


def test_slides_turn_by_keys_and_show_pictures(page: Page, tmp_path: Path) -> None:
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    slides.write(tmp_path)
    page.goto((tmp_path / "01_layers.html").as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    total = page.evaluate("Reveal.getTotalSlides()")
    visited = 1
    while not page.evaluate("Reveal.isLastSlide()"):
        page.keyboard.press("Space")
        visited += 1
        assert page.locator("section.present:not(.stack)").first.inner_text().strip()
    assert visited == total
    broken = page.evaluate("[...document.images].filter((image) => image.complete && !image.naturalWidth).length")
    assert (failed, broken) == ([], 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_site_is_searched_without_a_server_and_keeps_nobody_out(page: Page, tmp_path: Path, scheme: str) -> None:
    site.write(tmp_path)
    page.emulate_media(color_scheme=scheme)
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("searchbox").fill("system call")
    page.locator("#found a").first.click()
    page.wait_for_url("**/*.html#*")
    assert page.locator("main h2").count() or page.locator("main h1").count()
    page.goto((tmp_path / "01_layers.html").as_uri())
    assert serious(page) == []


@pytest.fixture
def lesson(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of lesson 01 as it is shown in class."""
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    with lecture.serving("01") as address:
        yield address


def test_a_lecture_is_alive_and_turned_by_keys(page: Page, lesson: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(lesson)
    page.locator("#rendered_cells").wait_for(state="visible")
    place = page.locator("#lecture-place")
    assert (place.text_content() or "").startswith("Screen 1 of ")
    page.keyboard.press("ArrowRight")
    assert (place.text_content() or "").startswith("Screen 2 of ")
    picture = page.locator(".screen-cell.now svg:has([data-key])").first
    before = picture.locator("> title").text_content()
    slider = page.locator(".screen-cell.now").get_by_role("slider", name="Workloads")
    slider.focus()
    page.keyboard.press("ArrowRight")
    script = """before => [...document.querySelectorAll('.screen-cell.now *')]
        .map(each => each.shadowRoot?.querySelector('svg > title')?.textContent)
        .some(title => title && title !== before)"""
    page.wait_for_function(script, arg=before)
    assert (place.text_content() or "").startswith("Screen 2 of "), "a key in a control turned the screen"
    assert page.get_by_text("For the instructor").count() == 0
    assert not page.locator(".screen-cell.now .jp-InputArea-editor").first.is_visible()
    page.get_by_role("button", name="Code").click()
    assert page.locator(".screen-cell.now .jp-InputArea-editor").first.is_visible()
    page.get_by_role("button", name="Code").click()
    page.get_by_role("combobox", name="Section").select_option(label="Count the crossings")
    assert page.locator(".screen-cell.now h2").first.is_visible()
    assert serious(page) == []
    widget_that_came_late_is_shown(page)
    page.keyboard.press("End")
    box = page.locator("#rendered_cells")
    assert box.evaluate("box => box.scrollHeight > box.clientHeight")
    last = place.text_content()
    page.keyboard.press("Home")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    assert box.evaluate("box => box.scrollTop") > 0
    assert place.text_content() == last
    bottom = "box => { box.scrollTop = box.scrollHeight; return box.lastElementChild.getBoundingClientRect().bottom; }"
    assert box.evaluate(bottom) <= page.locator("#lecture-bar").evaluate("bar => bar.getBoundingClientRect().top")
    assert [address for address in asked if not address.startswith((lesson[:17], "data:", "blob:"))] == []


def widget_that_came_late_is_shown(page: Page) -> None:
    """Leave an output as JupyterLab's widget manager does when it gives up, and wait until the lecture mends it."""
    page.evaluate(
        """() => {
            const [output] = lectureOutputs[0];
            output.querySelector('.jp-OutputArea-output').textContent = 'Error displaying widget: model not found';
            mendWidgets();
        }"""
    )
    page.wait_for_function("lectureOutputs[0][0].querySelector('.jp-OutputArea-output').childElementCount > 0")
