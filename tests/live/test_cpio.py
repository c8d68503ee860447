from __future__ import annotations

import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from course.live import cpio

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = [
    cpio.folder("bin"),
    cpio.program("bin/tool", b"#!/bin/sh\n"),
    cpio.Entry("bin/odd", stat.S_IFREG | 0o644, b"x"),
]


def test_an_archive_has_the_same_bytes_each_time() -> None:
    assert cpio.archive(ENTRIES) == cpio.archive(list(ENTRIES))


def test_archives_can_follow_each_other() -> None:
    assert len(cpio.archive(ENTRIES)) % 512 == 0


@pytest.mark.skipif(shutil.which("cpio") is None, reason="the program cpio is not installed")
def test_the_program_cpio_reads_it(tmp_path: Path) -> None:
    command = ["cpio", "--extract", "--quiet", "--no-absolute-filenames"]
    subprocess.run(command, input=cpio.archive(ENTRIES), cwd=tmp_path, check=True)
    assert (tmp_path / "bin/tool").read_bytes() == b"#!/bin/sh\n"
    assert (tmp_path / "bin/tool").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "bin/odd").read_bytes() == b"x"
