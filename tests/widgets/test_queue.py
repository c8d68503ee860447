"""The sliders above the waiting line: state strings, taking turns, and what cannot be shown."""

from __future__ import annotations

import pytest

from course.errors import CourseError
from course.widgets.queue import queue


@pytest.mark.parametrize("state", ["load=50", "load=40; neighbor=50", "load=15; quota=20"])
def test_a_state_shows_the_view_that_wrote_it(state: str) -> None:
    assert queue(state).state == state


def test_moving_a_slider_redraws_and_says_so() -> None:
    view = queue("load=50")
    before = view.picture.content
    view._load.value = 90
    assert view.picture.content != before
    assert view.picture.announcement.startswith("Load 90 %, alone: 99 of 100 requests within")


def test_neighbor_and_quota_take_turns() -> None:
    view = queue("load=10; neighbor=50")
    view._quota.value = 20
    assert view.state == "load=10; quota=20"
    view._neighbor.value = 30
    assert view.state == "load=10; neighbor=30"


def test_a_load_without_end_says_why_and_keeps_the_picture() -> None:
    view = queue("load=40; neighbor=50")
    before = view.picture.content
    view._load.value = 60
    assert "never ends" in view._told.value
    assert view.picture.content == before
    view._load.value = 30
    assert view._told.value == ""


def test_every_reader_gets_picture_table_and_text() -> None:
    bundle = queue("load=50")._repr_mimebundle_()
    assert bundle["text/html"].startswith('<img alt="')
    assert "<table>" in bundle["text/html"]
    assert "99 of 100" in bundle["text/plain"]


@pytest.mark.parametrize("state", ["load=x", "loud=5", "load=50; load=60", "load=100"])
def test_a_bad_state_says_what_is_meant(state: str) -> None:
    with pytest.raises(CourseError):
        queue(state)
