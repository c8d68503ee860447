"""Every exercise of every lesson: its solution passes, its starter does not, typical wrong answers get their hint."""

from typing import Any

import pytest

from course import dataset
from course.checks import Exercise
from course.exercises import exercises
from course.progress import Progress
from course.widgets.exercise import Sheet

SEEDS = range(20)
ALL = [
    pytest.param(variant, id=f"{each.id}{'' if seed is None else f'-seed-{seed}'}")
    for each in exercises()
    for seed in (None, *(SEEDS if each.variant else ()))
    for variant in [each if seed is None or each.variant is None else each.variant(seed)]
]


def bound(source: str) -> Any:
    """Run source that binds `answer`, as a notebook cell would, and return it."""
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - our own starters and solutions
    return names["answer"]


@pytest.fixture
def kept(tmp_path: Any) -> Progress:
    return Progress(tmp_path / "progress.jsonl")


@pytest.mark.parametrize("exercise", ALL)
def test_the_solution_passes(exercise: Exercise) -> None:
    given = exercise.check(bound(exercise.solution))
    assert given.passed, given.message


@pytest.mark.parametrize("exercise", ALL)
def test_the_starter_does_not_pass(exercise: Exercise, kept: Progress) -> None:
    told = Sheet(exercise, kept).check(bound(exercise.starter)).text
    assert told.startswith(("No answer yet", "Not yet"))


@pytest.mark.parametrize("exercise", ALL)
def test_typical_wrong_answers_are_told_what_is_behind_them(exercise: Exercise, kept: Progress) -> None:
    told = [Sheet(exercise, kept).check(wrong.answer).text for wrong in exercise.wrong]
    for wrong, text in zip(exercise.wrong, told, strict=True):
        assert text.startswith("Not yet.")
        assert "cannot be read" not in text
        assert wrong.told in text
    assert len(set(told)) == 3


@pytest.mark.parametrize("exercise", ALL)
def test_an_answer_of_another_form_is_told_the_form(exercise: Exercise, kept: Progress) -> None:
    for answer in (object(), -1, "", [], {}, [[]], 3.5, b"x", lambda: None):
        assert Sheet(exercise, kept).check(answer).text.startswith("Not yet.")


@pytest.mark.parametrize("exercise", ALL)
def test_the_sheet_is_complete(exercise: Exercise) -> None:
    objectives = {row["objective"] for row in dataset.records("objectives")}
    assert exercise.objective in objectives
    assert exercise.objective[:2] == exercise.lesson
    assert exercise.hints
    assert exercise.explanation
    assert exercise.prompt
    assert not exercise.expects.endswith(".")


def test_ids_are_unique_and_of_their_module() -> None:
    ids = [each.id for each in exercises()]
    assert len(ids) == len(set(ids))
    for lesson in {each.lesson for each in exercises()}:
        assert [each.id for each in exercises(lesson)] == [
            f"{lesson}.{n}" for n in range(1, len(exercises(lesson)) + 1)
        ]
