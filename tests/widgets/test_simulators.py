"""The simulators of lesson 11: prepared by a string, moved by controls, refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

import course

PREPARED = [
    (course.density, "runc,qemu_kvm; need=256; merge=yes"),
    (course.density, "firecracker; memory=128; overcommit=2"),
    (course.migration, "memory=8192; dirty=900; start=30"),
    (course.packing, "seed=3; count=30; strategy=best fit; order=largest"),
    (course.burst, "starts=1,10; rate=50"),
]


@pytest.mark.parametrize(("show", "state"), PREPARED)
def test_its_state_shows_the_same_view_again(show: Any, state: str) -> None:
    assert show(state).state == state
    assert repr(show(show(state).state)) == repr(show(state))


@pytest.mark.parametrize("show", [course.density, course.migration, course.packing, course.burst])
def test_every_reader_gets_a_picture_a_table_and_a_text(show: Any) -> None:
    data = show()._repr_mimebundle_()
    assert "<img" in data["text/html"]
    assert "<table" in data["text/html"]
    assert data["text/plain"]
    assert show().state == ""


def test_a_control_changes_what_is_shown_and_said() -> None:
    widget = course.migration()
    widget._controls["dirty"].value = 5000
    widget._controls["working_set"].value = 4096
    assert "never became small enough" in widget.picture.announcement
    assert widget.state == "dirty=5000; working_set=4096"


def test_a_control_that_asks_for_what_cannot_be_keeps_the_last_picture() -> None:
    widget = course.density()
    before = widget.picture.content
    widget._controls["shared"].value = 4000
    assert "is a part of need" in widget._told.value
    assert widget.picture.content == before
    widget._controls["shared"].value = 10
    assert widget._told.value == ""
    assert widget.picture.content != before


def test_systems_and_strategies_are_chosen() -> None:
    calculator = course.density()
    calculator._controls["systems"].value = ("gvisor",)
    assert calculator.state == "gvisor"
    simulator = course.packing()
    simulator._controls["strategy"].value = "spread"
    assert "placed by spread" in repr(simulator)


@pytest.mark.parametrize(
    ("show", "state", "told"),
    [
        (course.density, "dokcer", "no system 'dokcer'"),
        (course.density, "memory=many", "memory=many is not a number"),
        (course.density, "merge=perhaps", "value of merge"),
        (course.migration, "drity=1", "did you mean 'dirty'"),
        (course.migration, "dirty=inf", "not a number of this world"),
        (course.migration, "dirty=1,2", "takes one value"),
        (course.packing, "count=2.5", "not a whole number"),
        (course.packing, "strategy=worst fit", "value of strategy"),
        (course.packing, "seed=500", "seed=500 is out of range"),
        (course.burst, "starts=soon", "not a number of seconds"),
        (course.burst, "starts=200", "out of range"),
    ],
)
def test_a_state_that_cannot_be_is_answered_in_one_sentence(show: Any, state: str, told: str) -> None:
    with pytest.raises(course.CourseError, match=told):
        show(state)
