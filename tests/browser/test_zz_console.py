"""The serial console of a real machine in JupyterLab: it boots before the reader's eyes, is typed into and reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.browser.lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.live]

CELLS = (
    "import os; os.environ['COURSE_LIVE'] = 'required'",
    "import course; shown = course.console(); shown",
)
BOOT = 180_000


@pytest.fixture
def console(lab: Lab, tmp_path: Path) -> Iterator[Locator]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "console.ipynb")
    cells = lab.open(lab.server.place(tmp_path / "console.ipynb", trusted=True)).locator(".jp-Cell")
    lab.run_all()
    shown = cells.nth(1)
    shown.locator(".xterm").wait_for()
    yield shown
    assert lab.errors == []
    lab.server.shut_down_kernels()


def test_a_reader_watches_the_boot_types_leaves_and_resets(lab: Lab, console: Locator) -> None:
    screen = console.locator(".xterm-accessibility-tree")
    status = console.get_by_role("status").first
    status.get_by_text("runs").wait_for(timeout=BOOT)
    screen.get_by_text("L1 root").first.wait_for(timeout=BOOT)
    console.get_by_role("textbox", name="Console of the live machine").focus()
    lab.page.keyboard.type("echo $((6*7)) is $(uname)\n", delay=15)
    screen.get_by_text("42 is Linux").wait_for(); lab.page.screenshot(path="/tmp/con_light.png"); lab.page.evaluate("window.jupyterapp.commands.execute(\"apputils:change-theme\", {theme: \"JupyterLab Dark\"})"); lab.page.wait_for_timeout(1500); lab.page.screenshot(path="/tmp/con_dark.png")

    lab.page.keyboard.press("Control+]")
    assert console.get_by_role("button", name="Reset the machine").evaluate("button => button.matches(':focus')")
    lab.page.keyboard.press("Enter")
    status.get_by_text("starts afresh").wait_for()
    status.get_by_text("runs").wait_for(timeout=BOOT)
    console.get_by_role("button", name="Stop it").click()
    status.get_by_text("stopped").wait_for()
