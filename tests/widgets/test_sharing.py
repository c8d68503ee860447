"""The sharing calculator: prepared by a string, moved by a list, refused in a sentence."""

from __future__ import annotations

import pytest

import course


@pytest.mark.parametrize("state", ["", "images=shop,shop_again", "images=mail,probe"])
def test_its_state_shows_the_same_view_again(state: str) -> None:
    assert course.sharing(state).state == state
    assert repr(course.sharing(course.sharing(state).state)) == repr(course.sharing(state))


def test_every_reader_gets_a_picture_a_table_and_a_text() -> None:
    data = course.sharing()._repr_mimebundle_()
    assert "<img" in data["text/html"]
    assert "<table" in data["text/html"]
    assert "fetches" in data["text/plain"]


def test_choosing_images_changes_what_is_shown_and_said() -> None:
    calculator = course.sharing()
    calculator._controls["images"].value = ("shop", "shop_again")
    assert calculator.state == "images=shop,shop_again"
    assert "0.0 MiB less" in calculator.picture.announcement


def test_choosing_none_keeps_the_last_picture() -> None:
    calculator = course.sharing()
    before = calculator.picture.content
    calculator._controls["images"].value = ()
    assert "No image is chosen" in calculator._told.value
    assert calculator.picture.content == before


@pytest.mark.parametrize(
    ("state", "told"), [("images=shpo", "did you mean 'shop'"), ("imges=shop", "did you mean 'images'")]
)
def test_a_state_that_cannot_be_is_answered_in_one_sentence(state: str, told: str) -> None:
    with pytest.raises(course.CourseError, match=told):
        course.sharing(state)
