"""What is special about the exercises of lesson 02; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import pytest

from course.exercises import lesson02


@pytest.mark.parametrize("seed", range(20))
def test_each_requirement_is_failed_by_one_system_and_one_system_fails_none(seed):
    solution = lesson02._test_the_systems(seed).solution
    assert all(repr(kind) in solution for kind in lesson02.REQUIREMENTS)


@pytest.mark.parametrize("seed", range(20))
def test_popf_is_always_among_the_instructions(seed):
    assert lesson02._POPF.what in lesson02._sort_the_instructions(seed).prompt


@pytest.mark.parametrize("seed", range(20))
def test_two_events_go_to_each_place(seed):
    solution = lesson02._follow_the_events(seed).solution
    assert [solution.count(repr(called)) for called in lesson02.CALLED] == [2, 2, 2]


def test_to_take_an_emulator_for_a_monitor_is_named():
    exercise = lesson02._test_the_systems(0)
    assert exercise.check(exercise.wrong[0].answer).misconception == "X23"


def test_to_leave_devices_to_kvm_is_named():
    exercise = lesson02._follow_the_events(0)
    assert exercise.check(exercise.wrong[2].answer).misconception == "X12"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ba f8 03 b0 48 ee b0 69 ee f4", "was sent 'Hi', not 'Hi!'"),
        ("f4", "was sent ''"),
        ("0f 0b", "fault"),
        ("eb fe", "was sent ''"),
    ],
)
def test_machine_code_is_run_and_its_failure_told(code, told):
    assert told in lesson02._write_machine_code(0).check((code, 4)).message


def test_the_same_word_may_be_printed_in_another_way():
    by_loop = "ba f8 03 be 0f 10 ac 84 c0 74 03 ee eb f8 f4 48 69 21 00"
    assert lesson02._write_machine_code(0).check((by_loop, 4)).passed
