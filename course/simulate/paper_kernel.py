"""A kernel on paper for the exercise of lesson 05: it keeps account of what a runtime asks for, and does nothing.

Its calls bear the names of those in course/live/programs/own_runtime.py, which does the same for real.
"""

from __future__ import annotations

from typing import Final

from course.errors import unknown

__all__ = ["KINDS", "ExecutedError", "PaperKernel"]

KINDS: Final = ("uts", "ipc", "network", "pid", "mount")


class ExecutedError(Exception):
    """The runtime has become another program: nothing that stands after it is carried out."""


class PaperKernel:
    """What a process has become so far, and what its runtime did to the machine around it by mistake."""

    def __init__(self) -> None:
        self.own: list[str] = []
        self.is_first = False
        self.limits: tuple[int, int] | None = None
        self.host_name = ""
        self.root = ""
        self.proc = ""
        self.capabilities: frozenset[str] | None = None
        self.command: tuple[str, ...] = ()
        self.damage = ""

    def join_group(self, memory: int, processes: int) -> None:
        """Make a control group with these limits and put this process into it."""
        if self.root:
            raise FileNotFoundError("No such file or directory: '/sys/fs/cgroup'")
        self.limits = (int(memory), int(processes))

    def unshare(self, kind: str) -> None:
        """Give this process, or in the case of "pid" its next child, a namespace of its own."""
        if kind not in KINDS:
            raise unknown("kind of namespace", kind, KINDS)
        self._needs("CAP_SYS_ADMIN")
        self.own.append(kind)

    def fork(self) -> None:
        """Go on in a child; the parent waits for it."""
        self.is_first = self.is_first or "pid" in self.own

    def set_host_name(self, name: str) -> None:
        """Set the host name of this process's UTS namespace."""
        self._needs("CAP_SYS_ADMIN")
        self._spoils("uts", "the host name of the whole machine is changed")
        self.host_name = str(name)

    def enter_root(self, path: str) -> None:
        """Make this folder, below a writable layer, the root, and leave the old one."""
        self._needs("CAP_SYS_ADMIN")
        self._spoils("mount", "the whole machine gets the container's root")
        self.root = str(path)
        self.proc = ""

    def mount_proc(self) -> None:
        """Mount a /proc that shows the process numbers of this process."""
        self._needs("CAP_SYS_ADMIN")
        self._spoils("mount", "the whole machine's `/proc` is covered")
        self.proc = "own" if self.is_first else "the machine's"

    def keep_capabilities(self, names: list[str]) -> None:
        """Give up all capabilities but these."""
        self.capabilities = frozenset(names)

    def execute(self, arguments: list[str]) -> None:
        """Become another program. This does not return."""
        self.command = tuple(arguments)
        raise ExecutedError

    def _needs(self, capability: str) -> None:
        if self.capabilities is not None and capability not in self.capabilities:
            raise PermissionError("Operation not permitted")

    def _spoils(self, kind: str, damage: str) -> None:
        if kind not in self.own and not self.damage:
            self.damage = damage
