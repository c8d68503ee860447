"""The page before a class: green where all is here, red where a lesson could not run, and always with what to do."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from course.live import host, preflight
from course.live.preflight import Check, Report

if TYPE_CHECKING:
    from pathlib import Path

    from course.live.image import Image


def lines(report: Report) -> dict[str, Check]:
    return {check.what.split(" (")[0]: check for check in report.checks}


@pytest.mark.live
def test_a_machine_that_answers_is_ready(base_image: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "memory", lambda: (16_000, 12_000))
    report = preflight.preflight()
    found = lines(report)
    assert report.ready
    assert str(report).endswith("ok    Ready.")
    assert found["QEMU"].passed
    assert found["image base"].passed
    assert "cloud-amd64 answered" in found["a machine"].found
    assert "500 MB for the base machine" in found["memory"].found


@pytest.mark.live
def test_a_class_that_does_not_fit_into_memory_is_red(base_image: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "memory", lambda: (16_000, 12_000))
    monkeypatch.setattr(preflight, "_machine", lambda: Check("a machine", True, "not asked here"))
    for learners, passed in ((10, True), (20, True), (30, False)):
        report = preflight.preflight(learners)
        assert report.ready is passed
        assert f"Preflight for a class of {learners}" in str(report)
    assert lines(report)["memory"].passed is False
    assert "FAIL  Not ready" in str(report)


def test_without_qemu_and_image_it_is_red_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("COURSE_IMAGES", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    report = preflight.preflight()
    found = lines(report)
    assert not report.ready
    assert "apt install" in found["QEMU"].found
    assert "image build --set base" in found["image base"].found
    assert found["without a network"].passed is None
    assert "a machine" not in found
    assert not [name for name in found if name.startswith("state")]


def test_colors_are_for_a_terminal_alone() -> None:
    report = Report(1, (Check("QEMU", True, "8.2"), Check("KVM", None, "no"), Check("memory", False, "none")))
    assert "\x1b" not in str(report)
    for shade in (31, 32, 33):
        assert f"\x1b[1;{shade}m" in report.text(color=True)


@pytest.mark.parametrize("word", ["0", "-1", "many"])
def test_a_class_of_nobody_is_refused(word: str) -> None:
    command = [sys.executable, "-m", "course", "preflight", f"--class={word}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--class" in done.stderr
