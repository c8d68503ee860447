"""What the sharing calculator draws is what follows from the layers of the exhibit."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from course.errors import CourseError
from course.view import sharing


def test_the_images_are_those_of_the_exhibit() -> None:
    assert set(sharing.layers()) == {"probe", "shop", "mail", "shop_again"}
    for layers in sharing.layers().values():
        assert layers[0].part == "base"


def test_a_layer_that_is_here_is_not_fetched() -> None:
    first, second, third = sharing.pulls(sharing.State())
    assert first.fetched == first.size
    assert second.fetched == second.size - second.layers[0].size
    assert third.fetched == third.layers[-1].size


@pytest.mark.parametrize("images", [("shop",), ("probe", "shop", "mail"), ("mail", "shop_again", "probe", "shop")])
def test_what_is_fetched_is_what_is_stored(images: tuple[str, ...]) -> None:
    state = sharing.State(images)
    assert sum(pull.fetched for pull in sharing.pulls(state)) == sharing.total(state).shared


def test_the_same_files_packed_on_another_day_share_nothing() -> None:
    again = sharing.State(("shop", "shop_again"))
    assert sharing.total(again).saved == 0
    parts = [[(layer.part, layer.size) for layer in sharing.layers()[image]] for image in again.images]
    assert parts[0] == parts[1]


@pytest.mark.parametrize("images", [("shop",), ("probe", "shop", "mail", "shop_again")])
def test_drawing_table_and_text_say_the_same(images: tuple[str, ...]) -> None:
    state = sharing.State(images)
    drawing = sharing.draw(state)
    assert ET.fromstring(drawing).attrib["role"] == "img"
    assert len(drawing) < 20_000
    for shown in (drawing, sharing.table(state), sharing.describe(state)):
        assert sharing.summary(state) in shown
        assert all(image in shown for image in images)


@pytest.mark.parametrize(
    ("images", "told"),
    [(("shpo",), "did you mean 'shop'"), ((), "No image is chosen"), (("mail", "mail"), "is named twice")],
)
def test_what_cannot_be_is_answered_in_a_sentence(images: tuple[str, ...], told: str) -> None:
    with pytest.raises(CourseError, match=told):
        sharing.State(images)
