"""The museum as a widget: what it shows, choosing a system, and its state string."""

import pytest

from course.errors import CourseError
from course.live import recordings
from course.live.exhibits import exhibits
from course.widgets.museum import museum


def test_every_exhibit_of_a_system_stands_in_the_museum() -> None:
    text = repr(museum())
    for exhibit in exhibits().values():
        assert (f'course.exhibit("{exhibit.name}")' in text) == bool(exhibit.platform)


def test_what_has_no_recording_is_said_to_need_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "names", tuple)
    assert 'course.exhibit("docker") (only with a live machine)' in repr(museum("docker"))


def test_choosing_a_system_shows_its_card() -> None:
    shown = museum("article")
    assert "Often said" not in repr(shown)
    shown.picture.selected = "rkt"
    shown.picture.presses += 1
    assert "<h3>rkt" in shown.picture.content
    assert repr(shown).startswith("rkt: ")
    assert shown.state == "article; selected=rkt"


def test_a_view_is_prepared_by_its_state_and_gives_it_back() -> None:
    for state in ("", "article; pictures=yes", "container_engine,xen; selected=xen"):
        assert museum(state).state == state


def test_a_bundle_survives_without_widgets() -> None:
    bundle = museum("article; pictures=yes; selected=xen")._repr_mimebundle_()
    assert "<h3>Xen" in bundle["text/html"]
    assert "<style" not in bundle["text/html"]
    assert "12 systems" in bundle["text/plain"]


@pytest.mark.parametrize("state", ["dokcer", "docker; selected=xen", "pictures=maybe"])
def test_what_does_not_exist_is_refused(state: str) -> None:
    with pytest.raises(CourseError):
        museum(state)
