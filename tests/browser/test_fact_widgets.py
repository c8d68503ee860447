"""A reader looks things up in the six widgets of the dataset, in JupyterLab, by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

CELLS = (
    "import course",
    'course.chart("system_call_time")',
    "course.escapes()",
    'course.timeline("since=1995")',
    "course.family_tree()",
    "course.claims()",
    'course.card("firecracker")',
)
WITH_ITEMS = range(1, 5)
LEDGER, CARD = 5, 6
SHOWN = ".jp-OutputArea .content"


@pytest.fixture(scope="module")
def cells(reading: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locator]:
    path: Path = tmp_path_factory.mktemp("facts") / "facts.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)
    shown = reading.open(reading.server.place(path, trusted=True)).locator(".jp-Cell")
    reading.run_all()
    shown.nth(CARD).locator(SHOWN).wait_for()
    yield shown
    assert reading.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_widget_shows_in_the_theme_of_the_page(reading: Lab, cells: Locator, theme: str) -> None:
    reading.theme(theme)
    for index in range(1, len(CELLS)):
        content = cells.nth(index).locator(SHOWN)
        content.scroll_into_view_if_needed()
        box = content.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) > 100
        assert content.evaluate("node => node.getRootNode().host.dataset.theme") == theme
    assert reading.errors == []


@pytest.mark.parametrize("index", WITH_ITEMS, ids=lambda index: CELLS[index])
def test_an_item_answers_a_click_and_a_key(reading: Lab, cells: Locator, index: int) -> None:
    content = cells.nth(index).locator(SHOWN)
    before = content.inner_html()
    items = content.locator("[data-key]")
    items.nth(1).dispatch_event("click")
    expect(content).not_to_have_js_property("innerHTML", before)
    clicked = content.inner_html()
    items.first.focus()
    reading.page.keyboard.press("Enter")
    expect(content).not_to_have_js_property("innerHTML", clicked)
    assert reading.errors == []


def test_the_ledger_opens_its_evidence_by_click_and_by_key(reading: Lab, cells: Locator) -> None:
    claims = cells.nth(LEDGER).locator(f"{SHOWN} details")
    claims.first.locator("summary").click()
    expect(claims.first).to_have_attribute("open", "")
    claims.nth(1).locator("summary").focus()
    reading.page.keyboard.press("Enter")
    expect(claims.nth(1)).to_have_attribute("open", "")


def test_the_ledger_keeps_one_verdict(cells: Locator) -> None:
    cells.nth(LEDGER).get_by_role("combobox").select_option("wrong")
    claims = cells.nth(LEDGER).locator(f"{SHOWN} details")
    expect(claims).not_to_have_count(20)


def test_the_keyboard_reaches_the_links_of_the_card(reading: Lab, cells: Locator) -> None:
    link = cells.nth(CARD).locator(f"{SHOWN} a[href^=http]").first
    expect(link).to_have_attribute("href", re.compile("^https?://"))
    link.focus()
    assert link.evaluate("node => node.getRootNode().activeElement === node")
