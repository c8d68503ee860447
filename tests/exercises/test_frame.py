"""The frame of exercises: attempts, hints, solution, variants, and answers of the wrong form."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import course.exercises
from course.checks import Exercise, Feedback, Wrong, right, wrong
from course.errors import CourseError
from course.exercises import exercise
from course.progress import Progress
from course.widgets.exercise import Sheet


def check(answer: Any) -> Feedback:
    if answer + 0 == 1:
        return right("One kernel serves them all.")
    return wrong("Count kernels, not containers.", "X01" if answer == 3 else "")


KERNELS = Exercise(
    id="01.1",
    objective="01.1",
    title="Kernels",
    prompt="How many kernels run `3` containers?",
    starter="answer = ...",
    expects="a whole number",
    check=check,
    hints=("Who answers a system call?", "Is it in the image?"),
    solution="answer = 1",
    explanation="Containers share the kernel of their host.",
    wrong=(Wrong(3, "Count kernels"), Wrong(0, "Count kernels"), Wrong(4, "Count kernels")),
    variant=lambda seed: replace(KERNELS, prompt=f"How many kernels run {seed} containers?"),
)


@pytest.fixture
def kept(tmp_path: Path) -> Progress:
    return Progress(tmp_path / "progress.jsonl")


def test_the_sheet_shows_the_task_and_not_its_solution(kept: Progress) -> None:
    sheet = Sheet(KERNELS, kept)
    shown = sheet._repr_mimebundle_()
    assert repr(sheet) == shown["text/plain"]
    assert "How many kernels" in repr(sheet)
    assert "<code>3</code>" in shown["text/html"]
    assert "answer = 1" not in shown["text/html"]


def test_a_wrong_answer_names_the_misconception(kept: Progress) -> None:
    told = Sheet(KERNELS, kept).check(3)
    assert told.text.startswith("Not yet. Count kernels, not containers.\nA common belief: ")
    assert "What is so:" in told.html


def test_a_task_and_its_answer_share_a_cell(kept: Progress) -> None:
    sheet = Sheet(KERNELS, kept)
    assert sheet.attempt(...).text.startswith(f"{sheet}\nNo answer yet")
    assert sheet.attempt(3).text.startswith(f"{sheet}\nNot yet.")
    assert "How many kernels" in sheet.attempt(1).html
    assert [answer.correct for answer in kept.answers()] == [False, True]


@pytest.mark.parametrize("answer", [..., [1, ...], (1, [...]), {"a": ...}])
def test_an_answer_with_dots_in_it_is_none_yet(answer: Any, kept: Progress) -> None:
    assert Sheet(KERNELS, kept).check(answer).text.startswith("No answer yet")
    assert not kept.answers()


def test_a_right_answer_is_kept_in_progress(kept: Progress) -> None:
    assert Sheet(KERNELS, kept).check(1).text == "Right. One kernel serves them all."
    answer = kept.latest("01.1")
    assert answer is not None
    assert (answer.kind, answer.choice, answer.correct) == ("exercise", "1", True)


def test_the_solution_comes_after_an_attempt(kept: Progress) -> None:
    sheet = Sheet(KERNELS, kept)
    assert "answer = 1" not in sheet.solution().text
    sheet.check(...)
    assert "answer = 1" not in sheet.solution().text
    sheet.check(5)
    assert "answer = 1" in sheet.solution().text
    assert kept.answers()[0].choice == "5"


def test_hints_come_one_by_one(kept: Progress) -> None:
    sheet = Sheet(KERNELS, kept)
    assert [sheet.hint().text for _ in range(3)] == [
        "Hint 1 of 2. Who answers a system call?",
        "Hint 2 of 2. Is it in the image?",
        "Hint 2 of 2. Is it in the image?",
    ]


def test_an_answer_of_another_form_is_told_the_form(kept: Progress) -> None:
    told = Sheet(KERNELS, kept).check("one").text
    assert told.startswith("Not yet. This answer cannot be read (TypeError")
    assert told.endswith("Expected: a whole number.")


def test_names_and_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course.exercises, "_lessons", lambda: ["01"])
    both = (KERNELS, replace(KERNELS, id="01.2", variant=None))
    monkeypatch.setattr(course.exercises, "exercises", lambda _lesson: both)
    assert "run 7 containers" in repr(exercise("01.1", seed=7))
    with pytest.raises(CourseError, match=r"no exercise '01\.9'; did you mean '01\.2'"):
        exercise("01.9")
    with pytest.raises(CourseError, match="no numbers to vary"):
        exercise("01.2", seed=7)


def test_a_sheet_that_is_asked_for_again_remembers_the_attempt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    assert "Check an answer of your own first" in exercise("01.1", seed=3).solution().text
    exercise("01.1", seed=3).check("a guess")
    assert "A solution of exercise 01.1" in exercise("01.1", seed=3).solution().text
    assert "Check an answer of your own first" in exercise("01.1", seed=4).solution().text


def test_a_lesson_without_exercises_is_named() -> None:
    with pytest.raises(CourseError, match="no lesson with exercises '99'"):
        course.exercises.exercises("99")
