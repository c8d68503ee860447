"""The family tree as a widget: one line or all of it, choice and state."""

import pytest

from course.dataset import Citation
from course.errors import CourseError
from course.history import RELATIONS, Descent, Family, Member
from course.widgets import family_tree as widget

CITATION = Citation("a", "A source", "https://example.org")
RELATION = next(iter(RELATIONS))
MEMBERS = (
    Member("a", "Old", "container_engine", "2008", 0),
    Member("b", "Young", "container_engine", "2013", 1),
    Member("c", "Aside", "container_engine", "2020", 1),
)
EDGES = tuple(Descent("a", key, RELATION, "", verified=True, citation=CITATION) for key in "bc")


@pytest.fixture(autouse=True)
def small_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the dataset's tree by one of three systems."""
    trees = {"": Family(MEMBERS, EDGES), "b": Family(MEMBERS[:2], EDGES[:1])}
    monkeypatch.setattr(widget, "family", lambda around="": trees[around])


def test_a_state_shows_the_view_that_wrote_it() -> None:
    assert widget.family_tree("around=b; selected=a").state == "around=b; selected=a"
    assert widget.family_tree().state == ""


def test_one_line_leaves_the_others_out() -> None:
    view = widget.family_tree()
    assert "Aside" in view.picture.content
    view._around.value = "b"
    assert "Aside" not in view.picture.content


def test_choosing_a_system_tells_its_relations() -> None:
    view = widget.family_tree()
    view.picture.selected = "c"
    view.picture.presses += 1
    assert "<h4>Aside</h4>" in view.picture.content
    view._around.value = "b"
    assert "<h4>" not in view.picture.content


@pytest.mark.parametrize("state", ["around=x", "arond=b", "selected=a,b"])
def test_a_setting_that_does_not_exist_is_refused(state: str) -> None:
    with pytest.raises(CourseError):
        widget.family_tree(state)


def test_other_readers_get_picture_table_and_text() -> None:
    bundle = widget.family_tree()._repr_mimebundle_()
    assert "<table>" in bundle["text/html"]
    assert "<img" in bundle["text/html"]
    assert "Young" in bundle["text/plain"]
