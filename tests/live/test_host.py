"""What a host lacks is one sentence that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.live import Machine, host

if TYPE_CHECKING:
    from pathlib import Path


def say(folder: Path, said: str, status: int = 0) -> None:
    """Put a program of QEMU's name on its own into a folder: it prints a line and ends."""
    program = folder / host.PROGRAM
    program.write_text(f"#!/bin/sh\necho '{said}'\nexit {status}\n")
    program.chmod(0o755)


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_no_qemu_says_how_to_install_it(path: Path) -> None:
    with pytest.raises(CourseError, match=r"not on this machine.*apt install qemu-system-x86"):
        host.find_qemu()
    with pytest.raises(CourseError, match="not on this machine"):
        Machine().run("true")


@pytest.mark.parametrize("version", ["7.1.0", "6.2.0", "2.12.1"])
def test_an_old_qemu_is_refused_with_the_version_that_is_needed(path: Path, version: str) -> None:
    say(path, f"QEMU emulator version {version} (Debian 1:{version})")
    with pytest.raises(CourseError, match=rf"QEMU {version} is too old for live machines; 7\.2 or newer is needed"):
        host.find_qemu()


@pytest.mark.parametrize("version", ["7.2.22", "8.2.2", "10.0.2", "11.0"])
def test_newer_ones_are_taken(path: Path, version: str) -> None:
    say(path, f"QEMU emulator version {version}")
    assert host.find_qemu().version == version


def test_a_broken_qemu_says_so(path: Path) -> None:
    say(path, "error while loading shared libraries", 127)
    with pytest.raises(CourseError, match=r"does not say its version\. Install QEMU again"):
        host.find_qemu()


def test_what_is_missing_is_no_alarm_for_the_probe(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_IMAGES", str(path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(path / "none"))
    found = host.probe(prove=False)
    assert found.qemu is None
    assert not found.can_build
    assert found.user_namespaces is None
    assert "recorded results" in found.describe()
