"""What this machine offers for live machines (lesson 00): QEMU, KVM if it is proven, memory, and where we are."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from course.errors import CourseError

PROGRAM = "qemu-system-x86_64"


@dataclass(frozen=True)
class QemuProgram:
    """QEMU on this machine: its path and version, such as 7.2.22."""

    path: str
    version: str


def find_qemu() -> QemuProgram:
    """Return QEMU's path and version; raises CourseError with how to install it where it is missing or does not run."""
    path = shutil.which(PROGRAM)
    if path is None:
        raise CourseError(
            f"{PROGRAM} is not on this machine, so nothing runs live. Install it (Debian, Ubuntu: apt install "
            "qemu-system-x86; Fedora: dnf install qemu-system-x86; macOS: brew install qemu) and restart the kernel."
        )
    return QemuProgram(path, _version(path))


@cache
def _version(path: str) -> str:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CourseError(f"{path} does not run: {error}. Install QEMU again.") from None
    match = re.search(r"version (\d+(?:\.\d+)+)", said)
    if match is None:
        raise CourseError(f"{path} does not say its version. Install QEMU again.")
    return match.group(1)


def accelerator() -> str:
    return "tcg"


def cpu_model() -> str:
    return ""
