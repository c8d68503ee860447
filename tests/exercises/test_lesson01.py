"""What is special about the exercises of lessons 00 and 01; tests/exercises/test_every_exercise.py proves the rest."""

from __future__ import annotations

import pytest

from course import stacks
from course.exercises import lesson00, lesson01


@pytest.mark.parametrize("seed", range(8))
def test_every_place_is_asked_once_and_the_marker_misleads(seed):
    prompt = lesson00._name_the_place(seed).prompt
    assert prompt.count("`/.dockerenv` exists") == 2
    assert prompt.count("made later; no `/.dockerenv`") == 1


@pytest.mark.parametrize("seed", range(8))
def test_the_calls_that_bring_out_wrong_pictures_are_always_asked(seed):
    prompt = lesson00._name_the_level(seed).prompt
    assert all(call.what in prompt for call in lesson00._KEY_CALLS)


@pytest.mark.parametrize("seed", range(len(lesson01._ORDERED)))
def test_the_layers_to_order_include_some_that_stand_beside(seed):
    stack = stacks.stack(lesson01._ORDERED[seed])
    prompt = lesson01._order_the_layers(seed).prompt
    assert all(f"`{layer.name}`" in prompt for layer in stack.in_path())
    assert any(f"`{layer.name}`" in prompt for layer in stack.beside())


def test_a_missing_layer_is_named():
    exercise = lesson01._order_the_layers(0)
    names = [layer.name for layer in stacks.stack(lesson01._ORDERED[0]).in_path()]
    assert names[2] in exercise.check([*names[:2], *names[3:]]).message


def test_counts_of_a_container_and_a_process_differ_by_nothing():
    assert lesson01._count_the_crossings(0).check([1, 2, 4, 4]).misconception == "X01"


@pytest.mark.parametrize("seed", range(8))
def test_each_way_of_being_virtual_is_asked_twice(seed):
    solution = lesson01._three_ways(seed).solution
    assert [solution.count(way) for way in lesson01.WAYS] == [2, 2, 2]
