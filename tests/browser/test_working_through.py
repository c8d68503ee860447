"""A reader works through lesson 01: runs it, clicks, uses the keyboard alone, switches the theme, comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from course import publish
from tests.browser.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator

    from tests.browser.lab import Server

pytestmark = pytest.mark.browser

LESSON = "01_layers"
DRAWING = "svg:has([data-key])"
LOST = "model not found"


@pytest.fixture(scope="module")
def lesson(server: Server, browser: Browser) -> Iterator[Lab]:
    """Return a page with lesson 01, opened as a fresh clone has it and then run from top to bottom."""
    lab = Lab.opened(server, browser)
    (source,) = [path for path in publish.lessons() if path.stem == LESSON]
    lab.open(server.place(source, trusted=False, name="worked_through.ipynb"))
    lab.run_all()
    lab.scroll_through()
    yield lab
    lab.close()


def explorer(lab: Lab) -> Locator:
    """Return the output of the first cell that shows stacks, in view and drawn to its end."""
    output = lab.notebook().locator(".jp-OutputArea-output").filter(has=lab.page.locator(DRAWING)).first
    # The picture itself may be drawn again at any moment; what holds it stays.
    output.scroll_into_view_if_needed()
    settle(lab, output)
    return output


def settle(lab: Lab, output: Locator) -> None:
    """Wait until what is shown has stayed the same for half a second."""
    before = ""
    while before != content(output):
        before = content(output)
        lab.page.wait_for_timeout(500)


def title(output: Locator) -> str:
    return output.locator(f"{DRAWING} > title").text_content() or ""


def wait_for_another(lab: Lab, output: Locator, before: str) -> None:
    """Wait until what the picture and the words below it say differs from `before`."""
    handle = output.locator(".content").element_handle()
    lab.page.wait_for_function("([element, before]) => element.innerHTML !== before", arg=[handle, before])


def content(output: Locator) -> str:
    return output.locator(".content").inner_html()


def test_every_cell_ran_and_every_widget_is_alive(lesson: Lab) -> None:
    text = lesson.notebook().inner_text()
    assert LOST not in text
    assert "Error displaying widget" not in text
    assert "Traceback" not in text
    assert lesson.notebook().locator(DRAWING).count() >= 5
    assert lesson.errors == []


def test_a_click_on_a_layer_changes_the_picture(lesson: Lab) -> None:
    output = explorer(lesson)
    before = content(output)
    output.locator("[data-key]").first.click()
    wait_for_another(lesson, output, before)
    assert lesson.errors == []


def test_the_keyboard_alone_reaches_and_chooses_a_layer(lesson: Lab) -> None:
    output = explorer(lesson)
    output.locator("button").filter(has_text="Clear choices").focus()
    lesson.page.keyboard.press("Enter")
    lesson.page.keyboard.press("Tab")
    first = _focused(lesson)
    assert first, "Tab after the last control does not lead to a layer"
    lesson.page.keyboard.press("ArrowUp")
    second = _focused(lesson)
    assert second
    assert second != first
    before = content(output)
    lesson.page.keyboard.press("Enter")
    wait_for_another(lesson, output, before)
    assert _focused(lesson) == second, "the focus is lost when the picture is drawn again"
    assert lesson.notebook().locator(".jp-mod-editMode").count() == 0, "the key reached the notebook"
    assert lesson.errors == []


def test_a_control_is_driven_by_keys(lesson: Lab) -> None:
    output = explorer(lesson)
    before = title(output)
    slider = output.get_by_role("slider", name="Workloads")
    workloads = int(slider.get_attribute("aria-valuetext") or 0)
    slider.focus()
    lesson.page.keyboard.press("ArrowRight")
    wait_for_title(lesson, output, before)
    assert title(output) == before.replace(f"{workloads} workloads", f"{workloads + 1} workloads")
    assert lesson.errors == []


def wait_for_title(lab: Lab, output: Locator, before: str) -> None:
    handle = output.locator(".content").element_handle()
    script = "([element, before]) => element.querySelector('svg > title').textContent !== before"
    lab.page.wait_for_function(script, arg=[handle, before])


def test_the_picture_follows_the_theme(lesson: Lab) -> None:
    page = explorer(lesson).locator(".page").first
    fills = {}
    for theme in ("dark", "light"):
        lesson.theme(theme)
        fills[theme] = page.evaluate("element => getComputedStyle(element).fill")
    assert fills["dark"] != fills["light"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out_of_an_output(lesson: Lab, theme: str) -> None:
    lesson.theme(theme)
    lesson.scroll_through()
    findings = _serious_findings(lesson)
    lesson.theme("light")
    assert findings == []


def test_what_was_done_is_there_after_saving_and_coming_back(lesson: Lab) -> None:
    output = explorer(lesson)
    output.get_by_role("slider", name="Workloads").focus()
    before = title(output)
    lesson.page.keyboard.press("ArrowRight")
    wait_for_title(lesson, output, before)
    left = title(output)
    lesson.save()
    lesson.close_notebook()
    come_back(lesson, "notebooks/worked_through.ipynb")
    assert title(explorer(lesson)) == left
    text = lesson.notebook().inner_text()
    assert LOST not in text
    assert "Error displaying widget" not in text
    assert lesson.errors == []


def come_back(lab: Lab, path: str) -> None:
    """Open a notebook again; where JupyterLab has lost its widgets, once more, as its reader would.

    Its widget manager restores what the notebook has saved. When its kernel connects meanwhile, it restores once more
    without the notebook, and what is not there by then counts as lost (`restoreWidgets` of jupyterlab-manager).
    """
    for _ in range(3):
        lab.open(path)
        lab.scroll_through()
        lab.notebook().locator(DRAWING).or_(lab.notebook().get_by_text(LOST)).first.wait_for(state="attached")
        if not lab.notebook().get_by_text(LOST).count():
            return
        lab.close_notebook()
        lab.errors.clear()


def _focused(lab: Lab) -> str | None:
    """Return the key of the layer that has the keyboard focus, inside whichever shadow root, or None."""
    key: str | None = lab.page.evaluate(
        """() => {
            let element = document.activeElement;
            while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
            return element?.dataset?.key ?? null;
        }"""
    )
    return key


def _serious_findings(lab: Lab) -> list[str]:
    """Return what axe-core calls serious or critical in the outputs of the notebook on screen."""
    results = Axe().run(lab.page, context=".jp-OutputArea-output", options={"resultTypes": ["violations"]})
    return [
        f"{finding['impact']}: {finding['id']}: {node['html'][:200]}"
        for finding in results.response["violations"]
        if finding["impact"] in {"serious", "critical"}
        for node in finding["nodes"]
    ]
