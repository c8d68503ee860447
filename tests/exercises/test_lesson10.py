"""What is special about the exercises of lesson 10; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

from typing import Any

import pytest

from course.errors import CourseError
from course.exercises import lesson10


def answer(solution: str) -> Any:
    return eval(solution.removeprefix("answer = "))  # noqa: S307 - our own text


@pytest.mark.parametrize("seed", range(12))
def test_every_kind_is_among_the_twelve(seed: int) -> None:
    given = answer(lesson10._place_twelve(seed).solution)
    assert len(given) == 12
    assert set(given.values()) == set(lesson10.CLASSES)


def test_taking_kvm_and_qemu_for_one_another_names_the_misconception() -> None:
    exercise = lesson10._place_twelve(0)
    told = exercise.check({**answer(exercise.solution), "KVM": "monitor"})
    assert not told.passed
    assert told.misconception == "X12"


def test_a_thread_that_serves_packets_stands_beside_a_write_to_the_disk() -> None:
    exercise = lesson10._draw_the_stack(lesson10._STACKS.index("kvm"))
    given = answer(exercise.solution)
    assert "vhost-net thread" in given["beside"]
    assert not exercise.check({"path": [*given["path"], *given["beside"]], "beside": []}).passed


def test_a_kernel_drawn_into_a_container_names_the_misconception() -> None:
    exercise = lesson10._draw_the_stack(lesson10._STACKS.index("docker"))
    given = answer(exercise.solution)
    assert exercise.check({**given, "beside": [*given["beside"], "Guest kernel"]}).misconception == "X26"


@pytest.mark.parametrize("seed", range(len(lesson10._STATEMENTS)))
def test_every_row_that_refutes_is_there_and_accepted(seed: int) -> None:
    exercise = lesson10._correct_it(seed)
    for evidence in lesson10._STATEMENTS[seed].evidence:
        assert exercise.check(f"No: {{{evidence}}}.").passed, evidence


def test_any_column_of_a_row_that_refutes_will_do() -> None:
    assert lesson10._correct_it(0).check("No: {timeline:T66:why}").passed


def test_a_look_up_that_finds_nothing_is_answered_in_words() -> None:
    with pytest.raises(CourseError, match="did you mean"):
        lesson10._correct_it(0).check("It is {platforms:rktt:status}.")


def test_events_are_in_the_order_of_the_timeline() -> None:
    dates = [lesson10._event(step)["date"] for step in lesson10._STEPS]
    assert dates == sorted(dates)
