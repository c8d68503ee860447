"""What is special about the exercises of lesson 11; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import pytest

from course.errors import CourseError
from course.exercises import lesson11


@pytest.mark.parametrize(
    "command",
    [
        "nsenter -n -u -i -t {pause} unshare -m -p -f --mount-proc sh",
        "nsenter -nui --target={pause} unshare -pf --mount-proc sh",
        "nsenter --ipc --uts --net -t {pause} unshare --fork --pid --mount sh -c 'ps -e'",
    ],
)
def test_a_command_may_be_written_in_many_ways(command):
    exercise = lesson11._join_the_pod(3)
    pause = exercise.title.split()[-1]
    assert exercise.check(command.format(pause=pause)).passed


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("nsenter --net --uts --ipc --target 1 unshare --mount --pid --fork sh", "Whose namespaces"),
        ("nsenter --net --uts --ipc --mount --target 1 unshare --pid --fork sh", "files"),
        ("nsenter --net --uts --target 1 unshare --mount --pid --fork sh", "shares three"),
        ("nsenter --net --uts --ipc --target {pause} unshare --mount --fork sh", "the container's own"),
    ],
)
def test_each_mistake_in_a_command_is_told_by_what_it_does(command, told):
    exercise = lesson11._join_the_pod(3)
    assert told in exercise.check(command.format(pause=exercise.title.split()[-1])).message


@pytest.mark.parametrize("command", ["unshare sh", "nsenter --net sh", "nsenter 'unshare", 7])
def test_what_is_no_such_command_is_told_the_form(command):
    with pytest.raises(CourseError):
        lesson11._join_the_pod(3).check(command)


@pytest.mark.parametrize("seed", range(12))
def test_every_outcome_is_asked_for_once(seed):
    solution = lesson11._say_what_happens(seed).solution
    assert all(solution.count(repr(each)) == 1 for each in lesson11.OUTCOMES)


def test_to_trust_the_view_of_memory_is_named():
    exercise = lesson11._say_what_happens(0)
    assert exercise.check(exercise.wrong[1].answer).misconception == "X02"
