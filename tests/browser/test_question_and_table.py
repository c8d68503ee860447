"""A reader answers a question, a class votes and the comparison table is sorted, in JupyterLab, by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

CELLS = (
    "import course",
    'course.question("01-kernel-or-os")',
    'course.vote("01-kernel-or-os")',
    'course.compare("docker, kvm, process; properties=isolation; differences=yes")',
    "course.course_map()",
    'course.wrapup("01")',
)
ACTIVE_CELL = "window.jupyterapp.shell.currentWidget.content.activeCellIndex"


@pytest.fixture
def cells(lab: Lab, tmp_path: Path) -> Iterator[Locator]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "widgets.ipynb")
    shown = lab.open(lab.server.place(tmp_path / "widgets.ipynb", trusted=True)).locator(".jp-Cell")
    lab.run_all()
    shown.nth(len(CELLS) - 1).get_by_text("You can now:").wait_for()
    yield shown
    assert lab.errors == []


def test_a_question_is_answered_by_keyboard_alone(lab: Lab, cells: Locator) -> None:
    form = cells.nth(1).locator("form")
    radios = form.get_by_role("radio")
    radios.first.focus()
    active = lab.page.evaluate(ACTIVE_CELL)
    for key in ("Space", "ArrowDown", "ArrowDown"):
        lab.page.keyboard.press(key)
    assert radios.nth(2).is_checked()
    assert lab.page.evaluate(ACTIVE_CELL) == active
    assert form.get_by_role("status").inner_text() == ""
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Enter")
    form.get_by_text("You chose C").wait_for()
    assert all(radio.is_disabled() for radio in radios.all())
    lab.page.keyboard.press("Enter")
    form.get_by_role("button", name="Commit to this answer").wait_for()
    assert not any(radio.is_checked() or radio.is_disabled() for radio in radios.all())


def test_a_class_votes_in_two_rounds(cells: Locator) -> None:
    tally = cells.nth(2)
    tally.get_by_role("button", name="one more for B").click()
    tally.locator("td", has_text="1").filter(has_not=tally.get_by_role("button")).first.wait_for()
    tally.get_by_role("button", name="Count after the discussion").click()
    tally.get_by_role("button", name="Count before the discussion").wait_for()


def test_a_property_of_the_table_sorts_the_systems(lab: Lab, cells: Locator) -> None:
    table = cells.nth(3)
    assert table.locator("thead th").all_inner_texts()[1:] == ["Docker Engine", "KVM", "Process"]
    table.get_by_role("button", name="Isolation boundaries").focus()
    lab.page.keyboard.press("Enter")
    table.locator("caption", has_text="Systems ordered by Isolation boundaries").wait_for()
    assert table.locator("thead th").all_inner_texts()[1:] == ["Process", "Docker Engine", "KVM"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_shown_is_accessible(lab: Lab, cells: Locator, theme: str) -> None:
    lab.theme(theme)
    for index in range(1, len(CELLS)):
        output = cells.nth(index).locator(".jp-OutputArea-output").first
        output.scroll_into_view_if_needed()
        output.evaluate(f"node => node.id = 'looked-at-{index}'")
        found = Axe().run(lab.page, context=f"#looked-at-{index}").response["violations"]
        assert [(each["id"], each["impact"]) for each in found] == []
