"""What is special about the exercises of lesson 07; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import pytest

from course.exercises import lesson07


def answer_of(solution: str) -> object:
    return eval(solution.removeprefix("answer = "))  # noqa: S307 - our own text


@pytest.mark.parametrize("seed", range(12))
def test_two_results_of_each_kind_are_sorted(seed: int) -> None:
    verdicts = answer_of(lesson07._sort_the_results(seed).solution)
    assert sorted(verdicts) == sorted(lesson07.VERDICTS * 2)


@pytest.mark.parametrize("seed", range(6))
def test_every_reason_to_refuse_is_drawn_and_another_one_is_not_accepted(seed: int) -> None:
    exercise = lesson07._report_the_ratio(seed)
    numbers, reason = answer_of(exercise.solution)
    for other in lesson07._REFUSALS:
        told = exercise.check((numbers, other))
        assert told.passed == (other == reason)


def test_the_order_of_the_three_numbers_is_named() -> None:
    exercise = lesson07._report_the_ratio(0)
    (low, middle, high), reason = answer_of(exercise.solution)
    assert "their order is not" in exercise.check(((high, middle, low), reason)).message


def test_a_weight_that_holds_back_is_told_from_a_quota() -> None:
    exercise = lesson07._predict_the_wait(3)
    wait, beside, _ = answer_of(exercise.solution)
    assert "nobody to share it with" in exercise.check((wait, beside, 50)).message
