"""What is special about the exercises of lesson 08; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import pytest

from course.exercises import lesson08


@pytest.mark.parametrize("seed", range(20))
def test_every_kind_of_attacker_is_there(seed):
    solution = lesson08._state_the_threats(seed).solution
    assert all(repr(who) in solution for who in lesson08.ATTACKERS)


@pytest.mark.parametrize("seed", range(20))
def test_any_defense_that_the_dataset_says_helps_is_taken(seed):
    exercise = lesson08._classify_escapes(seed)
    ways = [way for way in lesson08._clear_ways() if way.cve in exercise.prompt]
    ways.sort(key=lambda way: exercise.prompt.index(way.cve))
    last = [(way.boundary, way.mechanism, lesson08._helpful(way)[-1]) for way in ways]
    assert exercise.check(last).passed


def test_to_blame_the_kernel_for_a_flaw_of_a_runtime_is_named():
    exercise = lesson08._classify_escapes(0)
    assert exercise.check(exercise.wrong[0].answer).misconception == "X25"


def test_to_think_the_owner_after_the_machine_is_named():
    exercise = lesson08._state_the_threats(0)
    assert exercise.check(exercise.wrong[0].answer).misconception == "X14"


@pytest.mark.parametrize("seed", range(len(lesson08._OPENINGS)))
def test_another_wording_of_the_same_opening_stays_open(seed):
    exercise = lesson08._close_it(seed)
    names = {}
    exec(exercise.solution, names)  # noqa: S102 - our own solution
    (number,) = names["answer"]
    opening = lesson08._OPENINGS[seed]
    feedback = exercise.check({number: opening.line.removesuffix(", read-only")})
    assert not feedback.passed
    assert feedback.misconception == ("X09" if opening.mark == "docker.sock" else "")


def test_a_line_that_is_only_taken_out_says_nothing():
    exercise = lesson08._close_it(2)
    names = {}
    exec(exercise.solution, names)  # noqa: S102 - our own solution
    assert "what holds instead" in exercise.check(dict.fromkeys(names["answer"], "")).message


def test_the_kinds_of_layers_agree_with_the_model_of_stacks():
    for part, kind in lesson08._PARTS.items():
        assert (lesson08._fallen(part, 4) == 1) == (kind == lesson08._ONE)
