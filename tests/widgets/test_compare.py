"""The comparison widget: state strings, controls and head clicks change what is shown, and its text with it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import course
from course.compare import chosen, facts
from course.errors import CourseError
from course.widgets.base import WIDGET_VIEW
from course.widgets.compare import Comparer, Ledger, compare, read, write


def shown(state: str) -> Comparer:
    widget = compare(state)
    assert isinstance(widget, Comparer)
    return widget


def test_a_state_string_prepares_the_view() -> None:
    widget = shown(
        "docker, kvm; properties=isolation; differences=yes; sort=-isolation_boundaries; where=own_kernel:yes"
    )
    assert widget.comparison == chosen(
        ("docker", "kvm"),
        ("isolation",),
        where=(("own_kernel", "yes"),),
        sort="isolation_boundaries",
        descending=True,
        differences="mark",
    )
    assert shown(widget.state).comparison == widget.comparison


@settings(deadline=None)
@given(
    systems=st.lists(st.sampled_from(sorted(facts().systems)), min_size=1, max_size=8, unique=True),
    properties=st.lists(st.sampled_from(sorted(facts().properties)), min_size=1, max_size=8, unique=True),
    search=st.sampled_from(["", "kernel", "two words", "one, two"]),
    order=st.sampled_from([("", False), ("name", True), ("use", False), ("layers_in_path", True)]),
    differences=st.sampled_from(["no", "mark", "only"]),
    verified=st.booleans(),
    pivot=st.booleans(),
)
def test_any_state_reads_back(order: tuple[str, bool], **settings: Any) -> None:
    comparison = chosen(**settings, sort=order[0], descending=order[1])
    assert read(write(comparison)) == comparison


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("dokcer", "did you mean 'docker'"),
        ("docker; propertys=isolation", "did you mean 'properties'"),
        ("docker; properties=isolatoin", "did you mean 'isolation'"),
        ("docker; where=own_kernel", "write property:value"),
        ("docker; pivot=maybe", "Known: yes, no"),
        ("docker; sort=name,use", "takes one value, and 2 are given"),
        ("docker; sort=", "has no value"),
    ],
)
def test_a_state_that_cannot_be_is_refused(state: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        compare(state)


def test_controls_change_what_is_shown() -> None:
    widget = shown("docker,kvm; properties=own_kernel,use")
    before = repr(widget)
    widget._systems.value = ("docker", "kvm", "gvisor")
    assert "gVisor" in repr(widget)
    assert widget.comparison.systems == ("docker", "kvm", "gvisor")
    widget._where.value = (("own_kernel", "no"),)
    assert "gVisor" not in repr(widget)
    widget._search.value = "nothing holds this"
    assert "Nothing is left" in repr(widget)
    assert widget.picture.announcement.endswith("are hidden.")
    widget._search.value, widget._where.value, widget._systems.value = "", (), ("docker", "kvm")
    assert repr(widget) == before
    widget._differences.value, widget._verified.value, widget._pivot.value = "mark", True, True
    assert (widget.grid.corner, widget.comparison.verified) == ("System", True)
    assert any(head.differs for head in widget.grid.columns)


def test_choosing_a_head_sorts_and_choosing_it_again_turns_around() -> None:
    widget = shown("docker,kvm,process; properties=isolation_boundaries")
    widget.picture.selected = "isolation_boundaries"
    for expected in (False, True, False):
        widget.picture.presses += 1
        assert (widget.comparison.sort, widget.comparison.descending) == ("isolation_boundaries", expected)


def test_the_bundle_has_text_plain_table_and_live_view() -> None:
    widget = course.compare("docker,kvm; properties=own_kernel")
    bundle = widget._repr_mimebundle_()
    assert bundle["text/plain"] == repr(widget)
    assert bundle["text/html"].startswith("<table>")
    assert WIDGET_VIEW in bundle


def test_what_is_shown_can_be_taken_away() -> None:
    widget = shown("docker,kvm; properties=own_kernel")
    assert widget.export("csv").startswith("Property,Docker Engine,KVM\r\n")
    widget._form.value = "latex"
    assert "comparison.tex" in widget.picture.content
    assert "comparison.tex" not in widget.still.html


def test_the_articles_own_table_is_a_prepared_view() -> None:
    widget = compare("article")
    assert isinstance(widget, Ledger)
    assert "Verdict: too simple" in repr(widget)
