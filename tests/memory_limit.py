"""A control group with as much memory as Binder gives, for what a test starts: made by root, with either version."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path("/sys/fs/cgroup")


class MemoryGroup(NamedTuple):
    """The group's folder, and its file that counts the processes killed for want of memory."""

    folder: Path
    events: Path

    @property
    def joining(self) -> list[str]:
        """The words before a command that make it a member."""
        return ["sh", "-c", f'echo $$ > {self.folder}/cgroup.procs && exec "$@"', "-"]

    @property
    def killed(self) -> int:
        """How many processes were killed because the group's memory was full."""
        lines = (line.split() for line in self.events.read_text().splitlines())
        return next(int(number) for name, number in lines if name == "oom_kill")


@contextmanager
def memory_group(size: int) -> Iterator[MemoryGroup]:
    """Yield a group that is limited to `size` bytes, without swap where that can be said."""
    if os.geteuid() != 0:
        pytest.skip("hardware: only root can take memory away, as a smaller machine would")
    folder = (ROOT if (ROOT / "cgroup.controllers").exists() else ROOT / "memory") / f"course-test-{os.getpid()}"
    second_version = folder.parent == ROOT
    if second_version:
        (ROOT / "cgroup.subtree_control").write_text("+memory")
    folder.mkdir()
    try:
        (folder / ("memory.max" if second_version else "memory.limit_in_bytes")).write_text(str(size))
        yield MemoryGroup(folder, folder / ("memory.events" if second_version else "memory.oom_control"))
    finally:
        folder.rmdir()
