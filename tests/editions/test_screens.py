"""How cells fall into screens."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from course import publish
from course.editions.screens import screens


def cell(slide_type: str, source: str = "words", *, code: bool = False, shows: bool = True):
    outputs = [new_output("display_data", {"text/plain": "x"})] if shows else []
    made = new_code_cell(source, outputs=outputs) if code else new_markdown_cell(source)
    made.metadata["slideshow"] = {"slide_type": slide_type}
    return made


def shape(cells):
    return [len(screen.cells) for screen in screens(cells)]


def test_what_to_look_for_stays_with_what_is_seen_and_the_next_prose_begins_a_screen():
    seen = cell("fragment", code=True)
    assert shape([cell("slide"), cell("fragment"), seen, cell("fragment"), cell("subslide", code=True)]) == [1, 2, 1, 1]


def test_code_that_shows_nothing_stays_with_the_code_that_follows():
    quiet = cell("fragment", "import course", code=True, shows=False)
    assert shape([cell("fragment"), quiet, cell("fragment", code=True), cell("fragment", code=True)]) == [3, 1]


def test_a_heading_is_never_alone_and_a_question_begins_a_screen():
    assert shape([cell("slide", "## Title"), cell("subslide", code=True), cell("subslide", code=True)]) == [2, 1]


def test_notes_go_to_the_screen_before_them_and_what_is_skipped_is_gone():
    (screen,) = screens([cell("slide"), cell("notes", "for the speaker"), cell("skip")])
    assert [note.source for note in screen.notes] == ["for the speaker"]
    assert screen.opens_section


def test_every_cell_of_every_lesson_is_on_one_screen_or_in_its_notes():
    for path in publish.lessons():
        notebook = nbformat.read(path, as_version=4)
        kept = [cell.id for screen in screens(notebook.cells) for cell in (*screen.cells, *screen.notes)]
        assert sorted(kept) == sorted(cell.id for cell in notebook.cells)
