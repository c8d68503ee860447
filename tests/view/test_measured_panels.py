"""Panels of measured values: units that suit, ranges, axes that hold every bar, and the same in text and table."""

from __future__ import annotations

import pytest

from course.view import measured_panels as view
from course.view.measured_panels import Bar, Effect, Panel


@pytest.mark.parametrize(
    ("bar", "text"),
    [
        (Bar("runc", 3.5e9, 3.7e9, 5e9, "ns", 15), "3.7 s (3.5 to 5)"),
        (Bar("a call", 150.0, 199.4, 230.0, "ns", 15), "199 ns (150 to 230)"),
        (Bar("shim", 2.1e7, 2.1e7, 2.1e7, "bytes", 1), "21 MB"),
        (Bar("one", 1.0, 1.0, 1.0, "processes", 4), "1 process"),
        (Bar("many", 3356.0, 3743.0, 3962.0, "calls", 4), "3,743 calls (3,356 to 3,962)"),
        (Bar("filter", 480.0, 488.2, 490.0, "instructions", 4), "488 instructions (480 to 490)"),
    ],
)
def test_a_value_has_the_unit_that_suits_it_and_its_range(bar: Bar, text: str) -> None:
    assert bar.text == text


def test_text_table_and_drawing_hold_every_value() -> None:
    panel = Panel(
        "start a program",
        "on L1, timed inside L1, warm",
        (Bar("crun", 3e8, 4e8, 5e8, "ns", 15), Bar("runc", 4e9, 5e9, 6e9, "ns", 5, 1)),
    )
    for shown in (view.describe([panel]), view.table([panel]), view.draw([panel])):
        assert "400 ms (300 to 500)" in shown
        assert "5 s (4 to 6)" in shown
    assert "5 repeats, 1 rejected" in view.describe([panel])
    assert "Compare inside one panel only." in view.describe([panel])


def test_an_axis_holds_a_single_value() -> None:
    assert "<circle" in view.draw([Panel("size", "on L0, counted", (Bar("root", 100.0, 100.0, 100.0, "bytes", 1),))])


def test_an_effect_is_slower_faster_or_near() -> None:
    slow = Effect("fractions", 6.5, 13.4, 17.3, "slower")
    fast = Effect("CPUID", 0.0047, 0.0098, 0.029, "faster")
    assert (slow.text, slow.span) == ("13 times slower", "6.5 to 17")
    assert fast.text == "102 times faster"
    for shown in (view.effects_text([slow, fast]), view.effects_table([slow, fast])):
        assert "13 times slower" in shown
        assert "102 times faster" in shown


def test_a_long_unit_stands_in_the_heading_and_not_beside_every_value() -> None:
    panel = Panel("one call", "on L1, counted", (Bar("filter", 477.0, 478.0, 479.0, "instructions", 4),))
    assert "one call, in instructions; on L1" in view.draw([panel])
    assert ">478 (477 to 479)<" in view.draw([panel])
    assert "478 instructions" in view.describe([panel])
