"""The exercises as an assignment: nbgrader itself releases it, and its autograder marks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.editions import assignment
from course.errors import CourseError
from course.exercises import exercises
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

# Kept apart from the environment of the course, where it would add itself to JupyterLab (Makefile, ready-to-test).
GRADER = Path(os.environ.get("COURSE_GRADER", ROOT / ".venv" / "grader"))
SCORES = """
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    for one in book.assignment_submissions("lesson02"):
        print(one.student.id, one.score, one.max_score)
"""
OWN = """
[[question]]
id = "02-of-our-own"
objective = "02.1"
kind = "exam"
prompt = "Which of the two?"
[[question.option]]
text = "This one."
correct = true
feedback = "So it is."
[[question.option]]
text = "That one."
feedback = "It is the other one."
"""


def grader(arguments: Sequence[str], folder: Path) -> str:
    """Run Python with nbgrader on its path in a folder, and return what it printed."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(GRADER / "bin"), os.environ["PATH"])),
        "PYTHONPATH": os.pathsep.join((str(GRADER), str(ROOT))),
        "COURSE_LIVE": "recorded",
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_the_autograder_gives_full_marks_to_solutions_and_none_to_what_was_left_blank(tmp_path: Path) -> None:
    own = tmp_path / "02_ours.toml"
    own.write_text(OWN)
    assignment.write("02", tmp_path / "source", seed=11, own=own)
    grader(["-m", "nbgrader", "generate_assignment", "lesson02", "--create"], tmp_path)
    handed_in = {"ada": "source", "bob": "release"}
    for student, origin in handed_in.items():
        shutil.copytree(tmp_path / origin / "lesson02", tmp_path / "submitted" / student / "lesson02")
    released = (tmp_path / "release" / "lesson02" / "lesson02.ipynb").read_text("utf-8")
    assert "This one." in released
    assert "BEGIN SOLUTION" not in released
    assert "answer_02_of_our_own ==" not in released
    grader(["-m", "nbgrader", "autograde", "lesson02"], tmp_path)
    most = float(assignment.POINTS * (len(exercises("02")) + 1))
    assert grader(["-c", SCORES], tmp_path).splitlines() == [f"ada {most} {most}", f"bob 0.0 {most}"]


def test_a_seed_gives_other_numbers_and_the_solution_does_not_bind_answer() -> None:
    plain, seeded = (str(assignment.assignment("02", seed)) for seed in (None, 11))
    assert plain != seeded
    assert "seed=11" in seeded
    assert "answer_02_1 = " in plain


def test_an_unknown_lesson_and_an_unwritable_folder_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="99"):
        assignment.write("99", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="name another folder"):
        assignment.write("02", tmp_path / "file")
    with pytest.raises(CourseError, match="cannot be read as TOML"):
        assignment.write("02", tmp_path, own=tmp_path / "nowhere.toml")
