"""What is stored of a lesson: executed in order, the same each time, nothing that belongs to one machine or one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course import CourseError, publish

if TYPE_CHECKING:
    from pathlib import Path


def written(path: Path, *cells: Any, **metadata: Any) -> Path:
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
    return path


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    cells = [
        new_markdown_cell("# A lesson", metadata={"tags": ["core"], "trusted": True}),
        new_code_cell("import ipywidgets\nipywidgets.IntSlider()"),
        new_code_cell("import sys\nprint('one', flush=True)\nprint('two')"),
        new_code_cell("import os\nos.environ['COURSE_LIVE']"),
    ]
    return written(tmp_path / "99_lesson.ipynb", *cells)


def test_publishing_twice_gives_the_same_bytes(lesson: Path) -> None:
    assert publish.publish(lesson)
    once = lesson.read_bytes()
    assert not publish.publish(lesson)
    assert lesson.read_bytes() == once


def test_what_is_stored_was_executed_in_order_with_recordings(lesson: Path) -> None:
    publish.publish(lesson)
    code = nbformat.read(lesson, as_version=4).cells[1:]
    assert [cell.execution_count for cell in code] == [1, 2, 3]
    assert code[1].outputs == [{"output_type": "stream", "name": "stdout", "text": "one\ntwo\n"}]
    assert code[2].outputs[0].data["text/plain"] == "'recorded'"


def test_no_widget_view_state_or_time_is_stored(lesson: Path) -> None:
    publish.publish(lesson)
    stored = lesson.read_text()
    assert all(word not in stored for word in (publish.WIDGET_VIEW, "widget-state", "iopub", "trusted"))
    assert "text/plain" in stored


def test_cleaning_alone_keeps_the_outputs(tmp_path: Path) -> None:
    view = {publish.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "a picture"}
    cell = new_code_cell("1", execution_count=7, outputs=[new_output("display_data", data=view)])
    path = written(tmp_path / "a.ipynb", cell, widgets={"application/vnd.jupyter.widget-state+json": {}})
    publish.publish(path, execute=False)
    (after,) = nbformat.read(path, as_version=4).cells
    assert after.outputs[0].data == {"text/plain": "a picture"}
    assert after.execution_count == 7


def test_a_failing_cell_is_named_and_the_file_stays(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", new_code_cell("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(CourseError, match=r"a\.ipynb failed with ZeroDivisionError: division by zero"):
        publish.publish(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("own", ["/tmp/ipykernel_12/3.py", str(publish.FOLDER), "/home/ann/course/a.ipynb"])
def test_a_path_of_this_machine_is_refused(tmp_path: Path, own: str) -> None:
    path = written(tmp_path / "a.ipynb", new_code_cell("1", outputs=[new_output("stream", text=own)]))
    with pytest.raises(CourseError, match="holds a path of this machine"):
        publish.publish(path, execute=False)


def test_a_notebook_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="There is no notebook"):
        publish.publish(tmp_path / "a.ipynb")


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"cells": 3}'])
def test_a_damaged_notebook_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(CourseError, match="is not a notebook"):
        publish.publish(path, execute=False)
