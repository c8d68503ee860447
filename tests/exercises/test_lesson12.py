"""What is special about the exercises of lesson 12; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

from typing import Any

import pytest

from course.cases import cases
from course.decide import Preference, Requirements, rank
from course.exercises import lesson12


def answer(solution: str) -> Any:
    return eval(solution.removeprefix("answer = "))  # noqa: S307 - our own text


def test_every_case_can_be_drawn() -> None:
    titles = {lesson12._tell_the_musts(seed).title for seed in range(len(cases()))}
    assert len(titles) == len(cases())


@pytest.mark.parametrize("seed", range(12))
def test_the_constraint_takes_out_what_would_have_come_first(seed: int) -> None:
    requirements = lesson12._drawn_job(seed)
    free = rank(Requirements(requirements.systems, (), requirements.prefer))
    assert free.ranked[0].system.key in {each.system.key for each in rank(requirements).excluded}


@pytest.mark.parametrize("seed", range(12))
def test_moving_that_weight_changes_the_first_place_and_moving_another_as_far_does_not(seed: int) -> None:
    requirements = lesson12._drawn_weights(seed)
    decision = rank(requirements)
    nearest = lesson12._nearest(decision)
    step = nearest.at - nearest.weight
    step += 0.01 if step > 0 else -0.01
    first = decision.ranked[0].system.key
    for each in requirements.prefer:
        for move in (step, -step):
            changed = _first(requirements, each.property, each.weight + move)
            decides = each.property == nearest.property.key and move == step
            assert (changed not in (first, "")) == decides


def _first(requirements: Requirements, key: str, weight: float) -> str:
    if not 0 < weight <= 5:
        return ""
    prefer = tuple(
        Preference(each.property, each.wanted, weight) if each.property == key else each for each in requirements.prefer
    )
    return rank(Requirements(requirements.systems, (), prefer)).ranked[0].system.key


def test_the_evidence_has_two_facts_for_each_side() -> None:
    for seed in range(8):
        sides = answer(lesson12._sort_the_evidence(seed).solution)
        assert {side: sides.count(side) for side in sides} == dict.fromkeys(lesson12.SIDES, 2)
