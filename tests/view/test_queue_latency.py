"""Waiting at one CPU: what the picture and its text say of load, neighbor and quota."""

from __future__ import annotations

import pytest

from course.errors import CourseError
from course.view import queue_latency as view
from course.view.queue_latency import State


def slowest(state: State) -> float:
    return list(view.facts(state).values())[-1]["99 of 100"]


def test_the_line_grows_faster_than_the_load() -> None:
    half, most = State(load=50), State(load=90)
    assert slowest(most) > 3 * slowest(half)


def test_a_neighbor_that_takes_half_is_felt_by_more_than_half() -> None:
    found = view.facts(State(load=40, neighbor=50))
    assert set(found) == {"alone", "beside a neighbor that takes 50 %"}
    assert slowest(State(load=40, neighbor=50)) > 4 * slowest(State(load=40))


def test_a_quota_leaves_the_middle_and_makes_the_tail() -> None:
    found = view.facts(State(load=10, quota=20))
    alone, limited = found["alone"], found["under a quota of 20 %"]
    assert limited["half"] < 2 * alone["half"]
    assert limited["99 of 100"] > 5 * alone["99 of 100"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"load": 0}, "load=0 is out of range"),
        ({"load": 20, "quota": 4}, "quota=4 is out of range"),
        ({"load": 60, "neighbor": 50}, "the line never ends: give a load below 50"),
        ({"load": 20, "quota": 20}, "give a load below 20"),
        ({"load": 5, "neighbor": 10, "quota": 50}, "set neighbor=0 or quota=100"),
    ],
)
def test_what_cannot_be_simulated_says_what_can(settings: dict[str, int], words: str) -> None:
    with pytest.raises(CourseError, match=words):
        State(**settings)


def test_picture_text_and_table_say_the_same() -> None:
    state = State(load=10, quota=20)
    tail = f"{view.facts(state)['under a quota of 20 %']['99 of 100']:.0f} ms"
    assert tail in view.describe(state)
    assert tail in view.table(state)
    assert tail in view.draw(state)
    assert view.draw(state) == view.draw(State(load=10, quota=20))
    assert len(view.draw(state)) < 20_000
