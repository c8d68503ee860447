"""The two panels of lesson 00: live they tell of this machine, recorded of the one that was recorded."""

from __future__ import annotations

import pytest

from course.live import recordings
from course.live.recordings import Recording
from course.live.where import Clue, Place
from course.widgets.environment import check_environment, where_am_i


@pytest.fixture
def tapes(tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "folder", lambda: tmp_path)
    place = Place("virtual machine", "Xen", "Podman", (Clue("/sys/hypervisor/type", "xen", "a guest of Xen"),))
    checks = [{"name": "QEMU", "passed": False, "found": "not here", "advice": "Install it."}]
    results = {
        "where_am_i": {"place": place.as_json(), "second_opinion": "A second opinion."},
        "check_environment": {"sentence": "One thing is missing.", "checks": checks},
    }
    for name, result in results.items():
        recordings.save((Recording(name, f"{name}()", result, "2026-11-24", "L0", "none", {}, "", "x86_64"),))


def test_recorded_panels_show_nothing_of_this_machine(tapes, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "recorded")
    where, check = where_am_i(), check_environment()
    assert where.text.splitlines() == [
        "[RECORDED on L0] x86_64; 2026-11-24",
        "This process runs in a container (Podman) in a virtual machine (Xen).",
        "- /sys/hypervisor/type; xen; a guest of Xen",
        "A second opinion.",
    ]
    assert "- QEMU; no; not here; Install it." in check.text
    for shown in (where, check):
        assert "RECORDED on L0" in shown.html
        assert "<table>" in shown.html


def test_the_live_place_is_kept_while_recording(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LIVE", "required")
    monkeypatch.setenv("COURSE_RECORD", str(tmp_path))
    assert "[LIVE on L0]" in where_am_i().text
    assert (tmp_path / "where_am_i.json").is_file()
