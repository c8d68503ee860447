"""The exam as a reader takes it in JupyterLab: choose by keyboard, hand in, read the marks, print the certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course import examination, publish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.lab import Lab

CELLS = (
    "import course\npaper = course.exam(seed=1)\npaper",
    "course.course_map()",
    'paper.certificate("Ada Lovelace")',
    'paper.certificate("Ada Lovelace").save("certificate.html")',
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "exam.ipynb"
    nbformat.write(publish.clean(new_notebook(cells=[new_code_cell(source) for source in CELLS])), path)
    return path


def test_an_exam_from_seed_to_certificate(lab: Lab, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = examination.paper(1)
    notebook = lab.open(lab.server.place(written, trusted=True))
    run(lab, 0)
    form = notebook.locator("form[aria-label='Exam, seed 1']")
    form.wait_for()
    groups = form.locator("fieldset")
    assert groups.count() == examination.QUESTIONS

    # Chosen by keyboard: the first option by Space, another one by arrow keys, and the choice survives a second view.
    for number, item in enumerate(paper.questions[:-2]):
        groups.nth(number).locator("input").first.focus()
        lab.page.keyboard.press("Space")
        for _ in range(item.answer):
            lab.page.keyboard.press("ArrowDown")
        assert groups.nth(number).locator("input").nth(item.answer).is_checked()

    form.get_by_role("button", name="Hand in").click()
    result = form.get_by_role("status")
    result.get_by_text("2 of 30 questions have no answer").wait_for()
    form.get_by_role("button", name="Hand in").click()
    result.get_by_text("Passed: 28 of 30 right, 93 percent.").wait_for()
    form.locator("fieldset:disabled").nth(examination.QUESTIONS - 1).wait_for()
    assert form.get_by_text("Left open.").count() == 2
    links = result.locator("a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert links
    assert all(link.endswith(".ipynb") for link in links)

    run(lab, 2)
    notebook.get_by_text("Passed: 28 of 30 right, 93 percent.").nth(1).wait_for()
    run(lab, 3)
    lab.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.widgets[3].model.sharedModel.outputs.length > 0"
    )
    page = next(lab.server.folder.rglob("certificate.html"))
    lab.page.goto(page.as_uri())
    assert lab.page.get_by_text("Ada Lovelace").count()
    lab.page.emulate_media(media="print")
    assert lab.page.pdf(format="A4").startswith(b"%PDF")
    assert lab.errors == []


def run(lab: Lab, number: int) -> None:
    """Run one cell of the notebook on screen, once its kernel is there."""
    lab.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.ready.then(() => true)")
    lab.page.evaluate("number => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = number; }", number)
    lab.command("notebook:run-cell")
