"""The translation walker: what is predicted, what is shown, and what cannot be asked."""

from __future__ import annotations

import pytest

import course
from course.widgets.paging_walk import CHOICES


def test_a_prediction_shows_the_next_read_and_says_whether_it_was_right() -> None:
    widget = course.walk("seed=1; levels=2x2")
    widget.predict("guest")
    assert widget.shown == 1
    assert widget._told.value == "No, it is the nested table. 0 of 1 right."
    widget.predict("nested")
    assert widget._told.value == "Right. 1 of 2 right."
    assert widget.picture.announcement.startswith("Right. 1 of 2 right. 2. nested table, level 1")


def test_the_buttons_walk_to_the_data_and_back_to_the_start() -> None:
    widget = course.walk("levels=2x2; shown=8")
    dict(zip(CHOICES, widget._buttons.values(), strict=True))["data"].click()
    assert "The data lies on" in widget.picture.announcement
    assert widget._reveal.disabled
    widget.predict("data")
    assert widget.shown == 9
    widget._again.click()
    assert (widget.shown, widget._told.value, widget._reveal.disabled) == (0, "", False)
    widget._reveal.click()
    assert widget.shown == 1


def test_its_still_picture_and_text_hold_the_whole_walk() -> None:
    data = course.walk("seed=2; levels=4x4")._repr_mimebundle_()
    assert "Memory references before the data itself: 24." in data["text/plain"]
    assert "<img" in data["text/html"]


@pytest.mark.parametrize(
    "state", ["seed=7; levels=4x4; paging=shadow; shown=3", "seed=1; levels=2x2; paging=nested; shown=0"]
)
def test_its_state_shows_the_same_view_again(state: str) -> None:
    assert course.walk(state).state == state


def test_all_shows_everything() -> None:
    assert course.walk("levels=3x2; shown=all").shown == 12


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("sed=1", "did you mean 'seed'"),
        ("seed=x", "not a number"),
        ("seed=1.5", "not a whole number"),
        ("levels=9x9", "value of levels"),
        ("paging=nest", "did you mean 'nested'"),
        ("shown=99", "it has 9"),
        ("shown=1,2", "takes one value"),
    ],
)
def test_a_state_that_cannot_be_is_answered_in_one_sentence(state: str, told: str) -> None:
    with pytest.raises(course.CourseError, match=told):
        course.walk(state)
