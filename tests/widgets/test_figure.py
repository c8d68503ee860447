"""Figures that go step by step."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

import course
from course.view import figures
from course.view.figures import diagram


@pytest.mark.parametrize("name", figures.names())
def test_every_figure_shows_each_of_its_steps(name: str) -> None:
    widget = course.figure(name)
    for step in range(1, len(widget.diagram.steps) + 1):
        widget.step = step
        ET.fromstring(widget.picture.content)
        assert widget.picture.announcement in ("", diagram.describe(widget.diagram, step))
        assert widget.view == f"{name}; step={step}"


def test_buttons_step_and_stop_at_the_ends() -> None:
    widget = course.figure("trap_and_emulate")
    back, forward, place = widget.children[0].children
    assert back.disabled
    for _ in range(len(widget.diagram.steps) + 2):
        forward.click()
    assert widget.step == len(widget.diagram.steps)
    assert forward.disabled
    assert place.value == f"Step {widget.step} of {widget.step}"
    back.click()
    assert widget.step == len(widget.diagram.steps) - 1


def test_its_text_and_still_picture_hold_every_step() -> None:
    data = course.figure("trap_and_emulate")._repr_mimebundle_()
    for step in figures.load("trap_and_emulate").steps:
        assert step.text in data["text/plain"]
        assert f"<li>{step.title}. {step.text}</li>" in data["text/html"]
    HTMLParser().feed(data["text/html"])


def test_an_unknown_figure_or_step_is_answered_in_one_sentence() -> None:
    with pytest.raises(course.CourseError, match="did you mean 'vm_exit'"):
        course.figure("vm_exits")
    with pytest.raises(course.CourseError, match="steps 1 to 5"):
        course.figure("trap_and_emulate", 6)
    with pytest.raises(course.CourseError, match="not a whole number"):
        course.figure("trap_and_emulate", "2")  # type: ignore[arg-type]
