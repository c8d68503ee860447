"""The timeline of escapes: filters, defenses, choice and state."""

import pytest

from course.errors import CourseError
from course.widgets.escape_timeline import escapes

STATE = "kind=shared_kernel; exploited=yes; defenses=seccomp,user_namespace; selected=E32"


def test_a_state_shows_the_view_that_wrote_it() -> None:
    assert escapes(STATE).state == STATE
    assert escapes().state == ""


def test_a_filter_leaves_fewer_ways() -> None:
    view = escapes()
    every = view.picture.content.count("data-key")
    view._filters["kind"].value = "shared_kernel"
    assert 0 < view.picture.content.count("data-key") < every
    assert view.state == "kind=shared_kernel"


def test_a_defense_changes_what_is_drawn_and_said() -> None:
    view = escapes()
    view._standing["seccomp"].value = True
    assert "stopped" in view.picture.announcement
    assert view.state == "defenses=seccomp"


def test_choosing_a_way_tells_everything_about_it() -> None:
    view = escapes()
    view.picture.selected = "E01"
    before = view.picture.content
    view.picture.presses += 1
    assert "<h4>E01: " not in before
    assert "<h4>E01: " in view.picture.content
    assert view.state == "selected=E01"


@pytest.mark.parametrize("state", ["knd=vm_escape", "kind=vm_escap", "kind=vm_escape,shared_kernel", "selected=E999"])
def test_a_setting_that_does_not_exist_is_refused(state: str) -> None:
    with pytest.raises(CourseError):
        escapes(state)


def test_other_readers_get_picture_table_and_text() -> None:
    bundle = escapes()._repr_mimebundle_()
    assert "<table>" in bundle["text/html"]
    assert "<img" in bundle["text/html"]
    assert "published ways" in bundle["text/plain"]
