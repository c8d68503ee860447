"""What is special about the exercises of lesson 04; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import itertools

import pytest

from course.exercises import lesson04


@pytest.mark.parametrize("seed", range(12))
def test_every_order_that_works_is_accepted_and_no_other(seed):
    exercise = lesson04._list_the_steps(seed)
    steps = eval(exercise.solution.removeprefix("answer = "))  # noqa: S307 - our own text
    for order in itertools.permutations(steps):
        works = all(
            order.index(earlier) < order.index(later)
            for earlier, later in (("mounts", "root"), ("mounts", "proc"), ("pid", "proc"), ("root", "proc"))
            if {earlier, later} <= set(order)
        )
        assert exercise.check(list(order)).passed == works


def test_a_step_that_nobody_asked_for_is_named():
    exercise = lesson04._list_the_steps(2)
    steps = eval(exercise.solution.removeprefix("answer = "))  # noqa: S307 - our own text
    assert "root" not in steps
    told = exercise.check([*steps[:-1], "root", steps[-1]])
    assert not told.passed
    assert told.misconception == "X21"


@pytest.mark.parametrize("seed", range(12))
def test_half_of_the_things_have_no_namespace(seed):
    assert lesson04._find_the_namespace(seed).solution.count("'none'") == 3


def test_a_common_thing_given_a_namespace_names_the_misconception():
    exercise = lesson04._find_the_namespace(0)
    assert {exercise.check(each.answer).misconception for each in exercise.wrong[1:]} == {"X05"}


@pytest.mark.parametrize("seed", range(4))
def test_each_way_has_a_hop_that_is_not_passed(seed):
    exercise = lesson04._trace_the_packet(seed)
    way = lesson04._WAYS[seed]
    assert way.too_much not in way.hops
    assert "another order" in exercise.check([way.hops[1], way.hops[0], *way.hops[2:]]).message


def test_an_exception_in_process_1_is_told_what_it_ends():
    def careless(wait):
        collected = []
        while number := wait():
            collected.append(number)
        return collected

    told = lesson04._check_reaping(careless)
    assert not told.passed
    assert "kills all" in told.message


def test_children_that_still_run_are_left_alone():
    children = lesson04._Children(ended=0, running=1)
    assert children.wait() == 0
    assert children.zombies == []
