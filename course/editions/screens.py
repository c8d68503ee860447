"""One idea a screen: how the cells of a lesson fall into screens, for slides and for the lecture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode


@dataclass
class Screen:
    """Cells that are shown together, the instructor's notes to them, and whether a section begins here."""

    opens_section: bool
    cells: list[NotebookNode] = field(default_factory=list)
    notes: list[NotebookNode] = field(default_factory=list)


def screens(cells: Sequence[NotebookNode]) -> list[Screen]:
    """Return the screens of a lesson in order.

    A heading, a question and an exercise begin a screen. So does prose; the code cell that follows it stays with it,
    for the prose says what to look for. A heading without a word below it is never alone. What is marked to be skipped
    is left out.
    """
    found: list[Screen] = []
    for cell in cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "fragment")
        if kind == "skip":
            continue
        if kind == "notes":
            if found:
                found[-1].notes.append(cell)
        elif not found or _begins(cell, kind, found[-1]):
            found.append(Screen(kind == "slide", [cell]))
        else:
            found[-1].cells.append(cell)
    return found


def _begins(cell: NotebookNode, kind: str, current: Screen) -> bool:
    if kind == "slide":
        return True
    if kind == "-" or _is_bare_heading(current):
        return False
    if kind == "subslide":
        return True
    if cell.cell_type == "markdown":
        return True
    last = current.cells[-1]
    if last.cell_type == "markdown":
        return False
    return bool(last.get("outputs"))


def _is_bare_heading(screen: Screen) -> bool:
    (first, *others) = screen.cells
    return not others and first.source.startswith("#") and "\n" not in first.source.strip()
