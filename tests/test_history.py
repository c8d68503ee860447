"""Events and descent as models."""

from dataclasses import replace

import pytest

from course import history
from course.dataset import Citation
from course.errors import CourseError
from course.history import Descent, events

EDGE = Descent("a", "b", "fork", "", verified=True, citation=Citation("k", "t", "https://example.org"))


def test_events_come_oldest_first_and_start_in_1964() -> None:
    days = [event.when for event in events()]
    assert days == sorted(days)
    assert events()[0].date == "1964"


def test_events_are_chosen_by_strand_year_and_system() -> None:
    assert {event.strand for event in events(["hardware"])} == {"hardware"}
    assert all(event.when >= 2015 for event in events(since=2015))
    assert all(event.platform == "rkt" for event in events(platform="rkt"))


def test_a_strand_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CourseError, match="no strand 'machines'; did you mean 'machine'"):
        events(["machines"])


def test_a_generation_is_the_longest_line_that_leads_to_a_system() -> None:
    edges = [EDGE, replace(EDGE, parent="b", child="c"), replace(EDGE, parent="a", child="c")]
    assert history._generations(edges) == {"a": 0, "b": 1, "c": 2}


def test_a_circle_of_descent_is_refused() -> None:
    with pytest.raises(CourseError, match="circle"):
        history._generations([EDGE, replace(EDGE, parent="b", child="a")])


def test_a_line_holds_ancestors_and_descendants_only() -> None:
    aside = replace(EDGE, parent="a", child="x")
    assert history._around("b", [EDGE, replace(EDGE, parent="b", child="c"), aside]) == (
        EDGE,
        replace(EDGE, parent="b", child="c"),
    )


def test_a_system_may_use_what_was_made_out_of_it() -> None:
    back = replace(EDGE, parent="c", child="a", relation="uses")
    edges = [EDGE, replace(EDGE, parent="b", child="c", relation="uses"), back]
    assert history._generations(edges) == {"a": 0, "b": 1, "c": 2}


def test_the_tree_of_the_dataset_stands() -> None:
    tree = history.family()
    assert {edge.child for edge in tree.descents} <= {member.key for member in tree.members}
    assert len(history.family("docker").members) < len(tree.members)
