"""What is special about the exercises of lesson 03; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import pytest

from course.exercises import lesson03


@pytest.mark.parametrize("seed", range(12))
def test_the_page_asked_for_is_the_one_that_the_walker_shows(seed):
    import course

    exercise = lesson03._count_the_walk(seed)
    page = exercise.solution.rsplit(" ", 1)[1].rstrip(")")
    assert f"host-physical page h{page}." in repr(course.walk(f"seed={seed}"))


def test_the_data_itself_is_not_counted():
    assert "One too many" in lesson03._count_the_walk(0).check((12, 1)).message


def test_to_keep_what_was_meant_for_one_names_the_belief_behind_it():
    exercise = lesson03._renew_the_clone(0)
    assert exercise.check(exercise.wrong[0].answer).misconception == "X11"


def test_what_is_beside_the_path_is_named():
    exercise = lesson03._trace_the_packet(0)
    assert exercise.check(exercise.wrong[1].answer).misconception == "X41"
