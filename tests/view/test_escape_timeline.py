"""Escapes on a time axis: every way in drawing, text and table, and what defenses leave of it."""

import re
from dataclasses import replace

from course.breakouts import Answer, Breakout, Defense
from course.dataset import Citation
from course.view import escape_timeline as view

SECCOMP = Defense("seccomp", "seccomp", "A filter of system calls.")
PATCH = Defense("patching", "patching", "The fixed version.")
KERNEL = Breakout(
    key="E1",
    cve="CVE-2022-0001",
    nickname="",
    component="Linux",
    kind="shared_kernel",
    boundary="system_call_interface",
    mechanism="memory_corruption",
    crossing="process to kernel",
    what_happened="Length < size & wrapped.",
    precondition="a user namespace",
    disclosed="2022-01-18",
    fixed_in="5.16.2",
    fixed_on="2022-01-20",
    score="8.4 (3.1, NVD)",
    exploited_on="2022-02-01",
    unverified=("fixed_on",),
    answers=(Answer(SECCOMP, "stops", "refuses the <call>", verified=False),),
    citation=Citation("nvd", "NVD", "https://example.org/?a=1&b=2"),
)
DEVICE = replace(
    KERNEL,
    key="E2",
    cve="CVE-2015-0002",
    nickname="VENOM",
    kind="vm_escape",
    boundary="device_model",
    disclosed="2015-05",
    exploited_on="",
    unverified=(),
    answers=(Answer(SECCOMP, "limits", "of the monitor", verified=True),),
)
WAYS = (DEVICE, KERNEL)


def test_the_same_ways_are_always_the_same_drawing() -> None:
    assert view.draw(WAYS, ["seccomp"], "E1") == view.draw(WAYS, ["seccomp"], "E1")


def test_every_way_is_an_item_that_a_screen_reader_can_name() -> None:
    items = re.findall(r'data-key="(\w+)" role="button" aria-label="([^"]+)"', view.draw(WAYS))
    assert {key for key, _ in items} == {"E1", "E2"}
    assert dict(items)["E1"] == "E1, CVE-2022-0001, 2022-01-18, process to kernel, known to be exploited"


def test_what_a_defense_leaves_is_drawn_spoken_and_written() -> None:
    drawn = view.draw(WAYS, ["seccomp"])
    assert 'class="way stopped"' in drawn
    assert 'class="way limited"' in drawn
    assert "process to kernel, known to be exploited, stopped" in drawn
    assert view.summary(WAYS, ["seccomp"]).endswith("With seccomp: 1 stopped, 1 limited, 0 open.")
    assert "With the defenses" in view.listing(WAYS, ["seccomp"])
    assert "With the defenses" not in view.listing(WAYS)


def test_text_and_table_hold_every_way_and_what_is_unverified() -> None:
    text, table = view.describe(WAYS), view.listing(WAYS)
    for name in ("CVE-2022-0001", "CVE-2015-0002 (VENOM)"):
        assert name in text
        assert name in table
    assert "(unverified: fixed on)" in text
    assert "(unverified: fixed on)" in table


def test_the_table_has_no_style_and_escapes_what_it_quotes() -> None:
    table = view.listing(WAYS)
    assert "<style" not in table
    assert "style=" not in table
    assert "Length &lt; size &amp; wrapped." in table
    assert "https://example.org/?a=1&amp;b=2" in table


def test_the_detail_names_the_days_to_the_fix_and_each_defense() -> None:
    detail = view.detail(KERNEL, ["seccomp"])
    assert "2 days after disclosure" in detail
    assert "[chosen]" in detail
    assert "refuses the &lt;call&gt; <em>(unverified)</em>" in detail


def test_an_empty_selection_is_still_a_drawing() -> None:
    assert view.draw(()).startswith("<svg")
    assert view.summary(()).startswith("0 published ways")


def test_a_defense_that_answers_nothing_leaves_all_open() -> None:
    assert "0 stopped, 0 limited, 2 open" in view.summary(WAYS, [PATCH.key])
