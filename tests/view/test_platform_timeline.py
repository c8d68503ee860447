"""Events by strand: every event in drawing, text and table, doubts marked in each."""

import re
from dataclasses import replace

from course.dataset import Citation
from course.history import Event
from course.view import platform_timeline as view

FIRST = Event(
    key="T1",
    date="1964",
    title="A machine & its <copy>",
    strand="machine",
    why="The first.",
    platform="",
    verified=True,
    unverified=("date",),
    citation=Citation("a", "A source", "https://example.org"),
)
SECOND = replace(FIRST, key="T2", date="1979-01", title="chroot", strand="container", verified=False, unverified=())
EVENTS = (FIRST, SECOND)


def test_the_same_events_are_always_the_same_drawing() -> None:
    assert view.draw(EVENTS, "T1") == view.draw(EVENTS, "T1")


def test_every_event_is_an_item_that_a_screen_reader_can_name() -> None:
    items = dict(re.findall(r'data-key="(\w+)" role="button" aria-label="([^"]+)"', view.draw(EVENTS)))
    assert set(items) == {"T1", "T2"}
    assert items["T1"].endswith("A machine &amp; its &lt;copy&gt;")
    assert items["T2"].endswith("chroot (unverified)")


def test_an_unverified_event_is_drawn_as_a_ring() -> None:
    assert 'class="hollow h-container"' in view.draw(EVENTS)


def test_text_and_table_hold_every_event_and_what_is_unverified() -> None:
    text, table = view.describe(EVENTS), view.listing(EVENTS)
    assert "A machine & its <copy>. The first. (unverified: date)" in text
    assert "chroot. The first. (unverified)" in text
    assert "A machine &amp; its &lt;copy&gt;" in table
    assert "(unverified: date)" in table
    assert "<style" not in table


def test_the_summary_names_span_and_strands() -> None:
    assert view.summary(EVENTS).startswith("2 events from 1964 to 1979: ")
    assert view.summary(()) == "No event is in this selection."
    assert view.draw(()).startswith("<svg")


def test_the_chosen_event_stands_out_and_is_told_in_full() -> None:
    assert 'class="band"' in view.draw(EVENTS, "T1")
    assert "https://example.org" in view.detail(FIRST)
