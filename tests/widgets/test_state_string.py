"""State strings: what is written is read back, what does not exist is refused by name."""

import pytest

from course.errors import CourseError
from course.widgets import state_string

ALLOWED = {"kind": ("machine", "container"), "lead": None, "note": None}


def test_what_is_written_is_read_back() -> None:
    settings = {"lead": ("docker",), "kind": ("machine", "container"), "note": ()}
    text = state_string.write(settings)
    assert text == "docker; kind=machine,container"
    assert state_string.read(text, ALLOWED) == {"lead": ("docker",), "kind": ("machine", "container")}


def test_spaces_and_a_semicolon_at_the_end_do_not_matter() -> None:
    assert state_string.read(" kind = machine , container ; ", ALLOWED) == {"kind": ("machine", "container")}
    assert state_string.read("", ALLOWED) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("knd=machine", "did you mean 'kind'"),
        ("kind=machin", "did you mean 'machine'"),
        ("kind=machine; kind=container", "given twice"),
        ("kind=", "has no value"),
        ("kind=machine; docker", "setting 'docker'"),
        ("lead=docker", "setting 'lead'"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        state_string.read(text, ALLOWED)


def test_a_setting_of_one_value_takes_one() -> None:
    assert state_string.one({"kind": ("machine",)}, "kind") == "machine"
    assert state_string.one({}, "kind", "machine") == "machine"
    with pytest.raises(CourseError, match="takes one value"):
        state_string.one({"kind": ("machine", "container")}, "kind")
