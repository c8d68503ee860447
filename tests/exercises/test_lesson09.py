"""What is special about the exercises of lesson 09; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import pytest

from course.exercises import lesson09


@pytest.mark.parametrize("seed", range(20))
def test_every_place_on_the_first_axis_is_taken(seed):
    solution = lesson09._place_systems(seed).solution
    assert all(repr(shared) in solution for shared in lesson09.SHARED)


@pytest.mark.parametrize("seed", range(20))
def test_every_kind_of_kernel_answers_once(seed):
    solution = lesson09._who_answers(seed).solution
    assert all(repr(kernel) in solution for kernel in lesson09.ANSWERING)


@pytest.mark.parametrize("seed", range(20))
def test_two_machines_are_of_each_kind(seed):
    solution = lesson09._sort_machines(seed).solution
    assert [solution.count(repr(kind)) for kind in lesson09.MACHINES] == [2, 2, 2]


@pytest.mark.parametrize("seed", range(20))
def test_a_confidential_machine_leaves_something_open(seed):
    solution = lesson09._keep_the_owner_out(seed).solution
    assert all(repr(outcome) in solution for outcome in lesson09.OUTCOMES)


def test_to_take_a_kernel_in_user_space_for_a_filter_is_named():
    exercise = lesson09._who_answers(0)
    assert exercise.check(exercise.wrong[0].answer).misconception == "X34"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("unreachable", "refuses it"),
        ("(loop (br 0)) (i32.const 1)", "refuses it"),
        ("(call 0 (local.get 0))", "refuses it"),
        ("local.get 3", "refuses it"),
        ("(i32.const 28)", "f(9) is 28, and was to be 84"),
    ],
)
def test_a_module_that_goes_wrong_is_stopped_and_told(body, told):
    module = f'(module (func (export "f") (param i32) (result i32) {body}))'
    assert told in lesson09._write_a_module(0).check(module).message


def test_another_signature_is_told():
    module = '(module (func (export "f") (result i32) i32.const 3))'
    assert not lesson09._write_a_module(0).check(module).passed
