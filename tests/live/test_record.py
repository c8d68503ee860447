"""Recording a lesson: its live cells run for real, and tapes are replaced only when all of them did."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import nbformat
import pytest

from course import CourseError, cli
from course.live import recordings
from course.live.record import record_lesson

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="commands of L0 are Linux's")

HELLO = 'import course\ncourse.machine("greeting").run("echo hello", on="L0")'


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path / "recordings")

    def written(*cells: str) -> Path:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        path = tmp_path / "00_lesson.ipynb"
        nbformat.write(notebook, path)
        return path

    return written


def test_what_a_lesson_ran_live_becomes_its_tape(lesson):
    tapes = record_lesson(lesson(HELLO))
    assert [tape.name for tape in tapes] == ["greeting.json"]
    (recording,) = recordings.load("greeting")
    assert (recording.command, recording.result["stdout"], recording.level) == ("echo hello", "hello\n", "L0")


def test_a_lesson_that_fails_replaces_nothing(lesson):
    with pytest.raises(CourseError, match="Nothing was replaced"):
        record_lesson(lesson(HELLO, "1 / 0"))
    assert recordings.names() == ()


def test_an_unknown_lesson_is_refused_in_one_sentence(capsys):
    assert cli.main(["record", "99"]) == 2
    assert "lesson '99'" in capsys.readouterr().err
