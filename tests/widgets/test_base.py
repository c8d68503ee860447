"""The widget that shows pictures, and controls above it."""

from __future__ import annotations

import ipywidgets

from course.view import theme
from course.widgets.base import WIDGET_VIEW, Picture, row, with_controls


def drawing(word: str = "one") -> str:
    return theme.svg(20, 20, word, "", '<g data-key="a"/>')


def test_a_picture_carries_its_text_its_image_and_its_live_view() -> None:
    picture = Picture(drawing(), "in words")
    data, _ = picture._repr_mimebundle_()
    assert data["text/plain"] == repr(picture) == "in words"
    assert data["text/html"].startswith('<img alt="in words" src="data:image/svg+xml;base64,')
    assert data[WIDGET_VIEW]["model_id"] == picture.model_id


def test_a_table_is_shown_to_other_readers_as_it_is() -> None:
    picture = Picture("<table><tr><td>1</td></tr></table>", "1")
    assert picture.still.html == "<table><tr><td>1</td></tr></table>"


def test_the_still_picture_can_differ_from_the_live_one() -> None:
    picture = Picture("<div>live</div>", "words", static=drawing())
    assert picture.still.html.startswith("<img")


def test_showing_something_else_changes_picture_text_and_what_is_said() -> None:
    picture = Picture(drawing(), "one")
    picture.show(drawing("two"), "two", announcement="now two")
    assert (picture.content, picture.text, picture.announcement) == (drawing("two"), "two", "now two")
    assert repr(picture) == "two"


def test_text_stays_out_of_the_state_that_a_notebook_would_save() -> None:
    assert "text" not in Picture(drawing(), "words").get_state()


def test_two_pictures_of_the_same_have_the_same_text_and_image() -> None:
    first, second = (Picture(drawing(), "words")._repr_mimebundle_()[0] for _ in range(2))
    assert {key: first[key] for key in ("text/plain", "text/html")} == {
        key: second[key] for key in ("text/plain", "text/html")
    }


def test_controls_stand_above_the_picture_and_keep_what_it_carries() -> None:
    slider = ipywidgets.IntSlider(description="Workloads")
    picture = Picture(drawing(), "in words")
    widget = with_controls(picture, row(slider))
    assert widget.children[-1] is picture
    assert repr(widget) == "in words"
    data = widget._repr_mimebundle_()
    assert data["text/html"] == picture.still.html
    assert data[WIDGET_VIEW]["model_id"] == widget.model_id


def test_the_styles_of_both_themes_reach_the_browser() -> None:
    code = str(Picture._esm)
    assert "__HOST_STYLE__" not in code
    assert theme.LIGHT["vmm"] in code
    assert theme.DARK["vmm"] in code
    assert "prefers-reduced-motion" in code
