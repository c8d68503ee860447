"""Every figure of the lessons is stepped through in JupyterLab by keys alone, forth and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from course.view import figures
from tests.browser.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator

    from tests.browser.lab import Server

pytestmark = pytest.mark.browser

# The figures with controls of their own: how they are called, what takes the focus, and the key that must change them.
OTHERS = {
    "walk": ('course.walk("seed=7; levels=2x2; paging=shadow")', ("button", "The shadow table"), "Enter"),
    "queue": ('course.queue("load=10; quota=20")', ("slider", "Load, %"), "ArrowRight"),
    "sharing": ("course.sharing()", ("listbox", "Images"), "ArrowDown"),
    "burst": ('course.burst("starts=0.2,2,20")', ("combobox", "Start-up"), "ArrowDown"),
    "escapes": ("course.escapes()", ("checkbox", "only known to be exploited"), "Space"),
}


@pytest.fixture(scope="module")
def lab(server: Server, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a page on which every figure was called, each in a cell of its own."""
    calls = [f'course.figure("{name}")' for name in figures.names()] + [call for call, _, _ in OTHERS.values()]
    cells = [nbformat.v4.new_code_cell(source) for source in ("import course", *calls)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path_factory.mktemp("figures") / "every_figure.ipynb"
    nbformat.write(notebook, path)
    page = Lab.opened(server, browser)
    shown = page.open(server.place(path, trusted=True)).locator(".jp-Cell")
    page.run_all()
    shown.nth(len(calls)).get_by_role("checkbox").first.wait_for()
    yield page
    page.close()


def output(lab: Lab, number: int) -> Locator:
    """Return what the cell of this number showed, in view."""
    found = lab.notebook().locator(".jp-Cell").nth(number).locator(".jp-OutputArea-output").first
    found.scroll_into_view_if_needed()
    return found


def press(lab: Lab, output: Locator, key: str) -> None:
    """Press a key and wait until the picture is another."""
    picture = output.locator(".content").element_handle()
    before = picture.inner_html()
    lab.page.keyboard.press(key)
    lab.page.wait_for_function("([element, before]) => element.innerHTML !== before", arg=[picture, before])


@pytest.mark.parametrize("name", figures.names())
def test_a_figure_is_stepped_through_by_keys(lab: Lab, name: str) -> None:
    steps = figures.load(name).steps
    shown = output(lab, 1 + figures.names().index(name))
    told = shown.locator("svg > desc")
    following = shown.get_by_role("button", name="Next step")
    following.focus()
    for number, step in enumerate(steps, 1):
        assert f"Step {number} of {len(steps)}: {step.title}." in (told.text_content() or "")
        shown.get_by_text(f"Step {number} of {len(steps)}", exact=True).first.wait_for()
        if number < len(steps):
            press(lab, shown, "Enter")
    expect(following).to_be_disabled(timeout=60_000)
    assert steps[-1].title in (shown.locator("[role=status]").text_content() or ""), "a screen reader hears nothing"
    # From the end the other button is one Shift+Tab away, though the one just pressed can no longer be.
    lab.page.keyboard.press("Shift+Tab")
    press(lab, shown, "Space")
    assert f"Step {len(steps) - 1} of" in (told.text_content() or "")
    assert lab.notebook().locator(".jp-mod-editMode").count() == 0, "the keys reached the notebook"
    assert lab.errors == []


@pytest.mark.parametrize("name", OTHERS)
def test_a_figure_with_controls_of_its_own_is_driven_by_keys(lab: Lab, name: str) -> None:
    _call, (role, label), key = OTHERS[name]
    shown = output(lab, 1 + len(figures.names()) + list(OTHERS).index(name))
    shown.get_by_role(role, name=label).first.focus()  # type: ignore[arg-type]  # a role that Playwright knows
    press(lab, shown, key)
    assert lab.errors == []
