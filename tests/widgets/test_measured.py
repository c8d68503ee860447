"""Measured values in a lesson: panels, ratios and refusals, and what emulation does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.live import measure, recordings
from course.widgets.measured import emulation, measured, ratio

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _nothing_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(measure, "own_folder", lambda: tmp_path)
    monkeypatch.setenv("COURSE_LIVE", "auto")


def test_each_level_and_clock_has_a_panel_of_its_own() -> None:
    text = measured("work").text
    assert "on L0, timed from L0, warm" in text
    assert "on L1, timed inside L1, warm" in text
    assert text.count("RECORDED") == 2
    assert measured("work").html.count("<img") == 4  # two badges, two drawings


def test_what_was_measured_here_stands_beside_the_recording_and_never_in_it(tmp_path: Path) -> None:
    own = tuple(replace(one, host="this machine") for one in measure.measured("work"))
    recordings.save(own, tmp_path)
    text = measured("work").text
    assert text.count("your own") == 2
    assert text.count("on L1, timed inside L1, warm") == 2


def test_emulation_is_told_in_factors_and_never_in_seconds() -> None:
    shown = emulation()
    assert "times faster" in shown.text.split("CPUID")[1].splitlines()[0]
    assert "times slower" in shown.text
    for unit in (" ns", " µs", " ms"):
        assert unit not in shown.text


def test_a_ratio_across_levels_is_refused_with_what_differs() -> None:
    refusal = ratio("work", "system call on L1", "system call on L0").text
    assert refusal.startswith("Refused.")
    assert "level L1 and L0" in refusal
    assert "clock L1 and L0" in refusal


def test_a_count_has_a_ratio() -> None:
    assert "times, from" in ratio("counts", "runc", "crun").text


def test_an_unknown_value_names_the_nearest() -> None:
    with pytest.raises(CourseError, match="system call"):
        ratio("work", "sistem call", "fork")


def test_published_numbers_follow_in_panels_of_their_own() -> None:
    shown = measured("startup", published="container_start_time")
    own, theirs = shown.text.split("[PUBLISHED")
    assert "gVisor guide" not in own
    assert "empty Alpine container" in theirs
    with pytest.raises(CourseError, match="no metric"):
        measured("startup", published="speed")
