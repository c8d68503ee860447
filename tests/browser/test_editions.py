"""Slides, site and lecture in a real browser: turned by keys, searched, alive."""

from __future__ import annotations

import re
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


def serious(page: Page, *rules: str) -> list[str]:
    """Return what axe-core calls serious or critical, by all of its rules or by those named."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = Axe().run(page, options=options).response["violations"]
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
        page.keyboard.press("n")
        visited += 1
        assert page.locator("section.present:not(.stack)").first.inner_text().strip()
    assert visited == total
    page.keyboard.press("Space")
    assert page.evaluate("Reveal.getCurrentSlide().scrollTop") > 0, "a screen that is too long is not scrolled by a key"
    broken = page.evaluate("[...document.images].filter((image) => image.complete && !image.naturalWidth).length")
    assert (failed, broken) == ([], 0)


def test_the_speaker_sees_the_note_and_the_answer(page: Page, tmp_path: Path) -> None:
    slides.write(tmp_path)
    page.goto((tmp_path / "01_layers.html").as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    page.keyboard.press("n")
    notes.get_by_text("For the instructor").wait_for()
    while not page.locator("section.present:not(.stack)").get_by_text("Predict.").count():
        page.keyboard.press("n")
    notes.get_by_text(re.compile(r"^[A-H]\.")).first.wait_for()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return site.write(tmp_path_factory.mktemp("site"))


def test_the_site_is_searched_without_a_server(page: Page, pages: list[Path]) -> None:
    page.goto(pages[0].as_uri())
    page.keyboard.press("/")
    page.keyboard.type("system call")
    page.locator("#found a").first.click()
    page.wait_for_url("**/*.html#*")
    assert page.locator("main h2").count() or page.locator("main h1").count()
    page.goto(pages[0].with_name("01_layers.html").as_uri())
    page.get_by_role("navigation").get_by_role("link", name="Count the crossings").click()
    page.wait_for_url("**/01_layers.html#Count-the-crossings")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_every_lesson_stores_keeps_nobody_out(page: Page, pages: list[Path], scheme: str) -> None:
    """The site has the stored outputs of all lessons, as every reader that shows no live widgets has them."""
    page.emulate_media(color_scheme=scheme)
    found = {}
    for each in pages:
        page.goto(each.as_uri())
        # What the color scheme does not change need not be looked at twice.
        found[each.name] = serious(page, *(["color-contrast"] if scheme == "dark" else []))
    assert {name: findings for name, findings in found.items() if findings} == {}


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
