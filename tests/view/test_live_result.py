"""Live results as text and as HTML: the badge says what is live, the terminal says what came out."""

from __future__ import annotations

import base64
import re

import pytest

from course.view import live_result, theme
from course.view.live_result import Badge, Observed

RECORDED = Badge(False, "L1", "tcg", "2026-11-24", (("QEMU", "7.2"),), "x86_64, 2 CPUs")
LIVE = Badge(True, "L0", "none")


def test_a_recorded_result_says_where_when_and_under_what_it_ran():
    text = live_result.badge_text(RECORDED)
    assert text == "[RECORDED on L1] emulated by TCG, QEMU 7.2; x86_64, 2 CPUs; 2026-11-24"


def test_a_live_result_needs_no_date():
    assert live_result.badge_text(LIVE) == "[LIVE on L0]"


def test_the_badge_is_a_picture_with_a_name():
    html = live_result.badge_html(RECORDED)
    assert 'alt="RECORDED on L1"' in html
    drawing = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode()
    assert "<title>RECORDED on L1</title>" in drawing


@pytest.mark.parametrize("color", [*live_result._STATE_COLORS.values(), *live_result._LEVEL_COLORS.values()])
def test_white_on_every_badge_can_be_read(color):
    assert theme.contrast("#ffffff", color) >= 4.5


def test_every_label_fits_its_badge():
    for label, width in live_result._WIDTHS.items():
        assert theme.text_width(label, 12, bold=True) <= width - 4


def test_a_command_of_several_lines_is_told_from_its_output():
    shown = live_result.transcript(LIVE, "true\necho two", "two\n", "", 0, 0.1)
    assert "L0 $ true\n   > echo two\ntwo" in shown.text


def test_a_transcript_reads_as_a_terminal_does():
    shown = live_result.transcript(RECORDED, "cat /none", "", "cat: /none: No such file\n", 1, 0.021)
    assert shown.text.splitlines()[1:] == [
        "L1 # cat /none",
        "cat: /none: No such file",
        "(exit status 1)",
        "(0.02 s, timed from L0.)",
    ]
    assert "<pre>L1 # cat /none" in shown.html


def test_output_is_escaped():
    shown = live_result.transcript(LIVE, "echo '<b>'", "<script>alert(1)</script>\n", "", 0, 0.0)
    assert "<script>" not in shown.html
    assert "&lt;script&gt;" in shown.html


def test_long_output_is_cut_and_says_by_how_much():
    output = "".join(f"line {number}\n" for number in range(live_result.LINES + 5))
    assert "... and 5 more lines" in live_result.transcript(LIVE, "seq", output, "", 0, 0.0).text


@pytest.mark.parametrize("output", ["", "\n", "\n\n"])
def test_a_command_that_prints_nothing_shows_its_prompt_alone(output):
    assert live_result.transcript(LIVE, "true", output, "", 0, 0.0).text.splitlines()[1:] == [
        "L0 $ true",
        "(0.00 s, timed from L0.)",
    ]


def test_an_exhibit_asks_first_and_shows_each_observation_with_its_reading():
    seen = Observed("Inside", "L2", "uname -r", "6.12", "The kernel is L1's.")
    asked = "Whose kernel answers?"
    shown = live_result.exhibit(RECORDED, "Kernels", "Asks for the kernel.", asked, [seen], "One kernel for both.")
    for form in (shown.text, shown.html):
        parts = ("Kernels", asked, "L2 # uname -r", "The kernel is L1's.", "One kernel for both.")
        places = [form.index(part) for part in parts]
        assert places == sorted(places)


def test_results_stand_together_in_order():
    both = live_result.together(live_result.announcement(LIVE, "First."), live_result.announcement(RECORDED, "Second."))
    assert both.text.index("First.") < both.text.index("Second.")
    assert both.html.index("First.") < both.html.index("Second.")
