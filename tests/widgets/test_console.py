"""The console widget: what it carries, what it keeps out of saved state, and what a recording shows."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from course.live import recordings
from course.live.machine import Machine
from course.live.recordings import Recording
from course.widgets import console

XTERM = Path(console.__file__).with_name("static") / "xterm"


def test_the_terminal_is_what_its_page_says():
    listed = dict(re.findall(r"`([\w.-]+)` \|[^\n]*`([0-9a-f]{64})`", (XTERM / "README.md").read_text("utf-8")))
    assert set(listed) == {"xterm.mjs", "xterm.css", "addon-fit.mjs"}
    for name, digest in listed.items():
        assert hashlib.sha256((XTERM / name).read_bytes()).hexdigest() == digest


def test_the_saved_state_of_the_widget_holds_no_terminal():
    widget = console.ConsoleWidget(Machine("base"))
    assert sum(len(str(value)) for value in widget.get_state().values()) < 10_000
    assert "live machine" in repr(widget)
    widget.close()


def test_output_is_sent_in_pieces_and_keys_reach_the_machine(monkeypatch):
    machine = Machine("base")
    widget = console.ConsoleWidget(machine)
    sent, typed = [], []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append((content["kind"], buffers)))
    monkeypatch.setattr(machine.console, "write", typed.append)
    widget._on_message(widget, {"kind": "ready"}, [])
    widget._on_message(widget, {"kind": "keys", "data": "ls\n"}, [])
    assert [kind for kind, _ in sent] == ["sources", "output"]
    assert typed == ["ls\n"]
    widget.close()


def test_without_a_machine_the_recorded_boot_is_shown(monkeypatch, tmp_path):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path)
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    result = {"text": "Linux version 6.12\nL1 root ~ # "}
    recordings.save((Recording("boot", ":console", result, "2026-11-24", "L1", "tcg", {"QEMU": "7.2"}, "d", "L0"),))
    shown = console.console("boot")
    assert "RECORDED on L1" in shown.text
    assert "Linux version" in shown.text


def test_an_unknown_recording_names_the_nearest(monkeypatch, tmp_path):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path)
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    with pytest.raises(ValueError, match="no recording"):
        console.console("bot")
