"""`make slides`: each lesson as reveal.js slides that need no network, with the instructor's notes for the speaker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from course import publish, quiz
from course.editions import conversion
from course.editions.screens import screens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nbformat import NotebookNode

REVEAL: Final = conversion.FOLDER / "static" / "reveal"
_QUESTION: Final = re.compile(r"""^(?:\w+ = )?course\.question\(\s*["']([\w-]+)["']""", re.MULTILINE)


def write(folder: Path, lessons: list[Path] | None = None) -> list[Path]:
    """Write the slides of all lessons, or of those given, with what they need into a folder; return their pages.

    Raises CourseError where the folder cannot be written or a lesson cannot be read.
    """
    conversion.copy(sorted(REVEAL.iterdir()), folder / "reveal")
    pages = []
    for lesson in lessons or publish.lessons():
        page = folder / f"{lesson.stem}.html"
        page.write_text(slides(conversion.read(lesson)), encoding="utf-8")
        pages.append(page)
    return pages


def slides(notebook: NotebookNode) -> str:
    """Return one lesson as a page of slides: sections side by side, the screens of a section below each other."""
    name = conversion.title(notebook)
    return conversion.render(arranged(notebook), "slides", {"title": name})


def arranged(notebook: NotebookNode) -> NotebookNode:
    """Return the lesson with the marks that the slides' template reads: where a section and a screen begin and end."""
    shown = screens(notebook.cells)
    notebook.cells = []
    for number, screen in enumerate(shown):
        ends_section = number + 1 == len(shown) or shown[number + 1].opens_section
        notes = [*screen.notes, *map(_answer, _asked(screen.cells))]
        cells = [*screen.cells, *notes]
        for index, cell in enumerate(cells):
            cell.metadata["course"] = {"note": index >= len(screen.cells)}
        cells[0].metadata["course"] |= {"section": screen.opens_section or number == 0, "screen": True}
        cells[-1].metadata["course"] |= {"screen_end": True, "section_end": ends_section}
        notebook.cells += cells
    return notebook


def _asked(cells: Sequence[NotebookNode]) -> list[quiz.Question]:
    names = [name for cell in cells if cell.cell_type == "code" for name in _QUESTION.findall(cell.source)]
    return [quiz.question(name) for name in names]


def _answer(asked: quiz.Question) -> NotebookNode:
    """Return a note with the answer, for the speaker's view only."""
    from nbformat.v4 import new_markdown_cell

    right = asked.options[asked.answer]
    note: NotebookNode = new_markdown_cell(f"**{quiz.LETTERS[asked.answer]}.** {right.text}\n\n{right.feedback}")
    return note
