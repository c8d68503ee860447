"""What is special about the exercises of lesson 13; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

from course.exercises import exercise
from course.exercises.lesson13 import _report

OWN = {"runs": [900, 210, 190, 230, 200, 220], "cold": 900, "median": 210, "low": 190, "high": 230, "repeats": 5}
WHERE = {"level": "L1", "accelerator": "tcg"}


def test_runs_of_ones_own_are_reported_like_those_of_the_task():
    check = _report(0).check
    assert check({**OWN, **WHERE}).passed
    assert "median does not follow" in check({**OWN, **WHERE, "median": 211}).message
    assert "counted among the warm" in check({**OWN, **WHERE, "repeats": 6}).message


def test_too_few_runs_are_refused_in_a_sentence():
    told = exercise("13.2").check({**OWN, **WHERE, "runs": [900, 210]}).text
    assert "give at least 6 runs" in told
