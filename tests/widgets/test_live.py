"""What a lesson's live cells show, replayed from a tape."""

from __future__ import annotations

import pytest

from course import CourseError
from course.live import recordings
from course.live.recordings import Recording
from course.live.session import RESET
from course.widgets import live


@pytest.fixture(autouse=True)
def tape(tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path)
    monkeypatch.setattr(live, "_machines", {})
    monkeypatch.setenv("COURSE_LIVE", "recorded")

    def recorded(command, level, stdout):
        result = {"exit_status": 0, "stdout": stdout, "stderr": "", "seconds": 0.31}
        accelerator = "none" if level == "L0" else "tcg"
        return Recording("first", command, result, "2026-11-24", level, accelerator, {"QEMU": "7.2"}, "sha256:1", "L0")

    tapes = (recorded("uname -r", "L0", "6.1\n"), recorded("uname -r", "L1", "6.12\n"), recorded(RESET, "L1", ""))
    recordings.save(tapes)


def test_a_command_is_shown_with_its_badge():
    shown = live.machine("first").run("uname -r")
    assert "[RECORDED on L1] emulated by TCG, QEMU 7.2" in shown.text
    assert "L1 # uname -r\n6.12" in shown.text
    assert "RECORDED on L1" in shown.html


def test_both_levels_are_compared_in_one_result():
    text = live.machine("first").compare("uname -r").text
    assert text.index("L0 $ uname -r") < text.index("L1 # uname -r")


def test_a_reset_is_announced():
    assert "back in its saved state: it answered after 0.31 s" in live.machine("first").reset().text


def test_a_label_is_always_the_same_machine():
    assert live.machine("first") is live.machine("first", "base")
    with pytest.raises(CourseError, match="Choose another label"):
        live.machine("first", "engines")


def test_a_machine_alone_says_what_to_do_with_it():
    assert repr(live.machine("first")) == "machine('first'): say .run('uname -r') to ask it something"


def test_an_unknown_level_is_refused():
    with pytest.raises(CourseError, match="L1"):
        live.machine("first").run("uname -r", on="L7")


def test_an_unknown_exhibit_is_refused():
    with pytest.raises(CourseError, match="exhibit"):
        live.exhibit("kvmm")
