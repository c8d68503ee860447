"""The timeline of events: strands, first year, choice and state."""

import pytest

from course.errors import CourseError
from course.widgets.platform_timeline import timeline


def test_a_state_shows_the_view_that_wrote_it() -> None:
    state = "strands=machine,hardware; since=2005; selected=T20"
    assert timeline(state).state == state
    assert timeline().state == ""


def test_strands_and_first_year_leave_fewer_events() -> None:
    view = timeline()
    every = view.picture.content.count("data-key")
    view._since.value = 2015
    fewer = view.picture.content.count("data-key")
    view._strands["security"].value = False
    assert every > fewer > view.picture.content.count("data-key") > 0


def test_without_a_strand_nothing_is_shown_and_that_is_said() -> None:
    view = timeline("strands=machine")
    view._strands["machine"].value = False
    assert view.picture.announcement == "No event is in this selection."


def test_choosing_an_event_tells_everything_about_it() -> None:
    view = timeline()
    view.picture.selected = "T04"
    view.picture.presses += 1
    assert "<h4>1974-07: Popek and Goldberg" in view.picture.content


@pytest.mark.parametrize("state", ["strands=machines", "since=1900", "since=2000,2001", "selected=T999"])
def test_a_setting_that_does_not_exist_is_refused(state: str) -> None:
    with pytest.raises(CourseError):
        timeline(state)


def test_other_readers_get_picture_table_and_text() -> None:
    bundle = timeline()._repr_mimebundle_()
    assert "<table>" in bundle["text/html"]
    assert "<img" in bundle["text/html"]
    assert "1964" in bundle["text/plain"]
