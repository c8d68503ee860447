"""What of the course can run on this machine, and what to do where something is missing (lesson 00)."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from course.live.host import Host

__all__ = ["Need", "needs"]

_OLDEST_PYTHON: Final = (3, 11)
# A machine takes about a quarter of a gigabyte; several of them, and the rest of the desktop, want room.
_PLENTY: Final = 2000


@dataclass(frozen=True)
class Need:
    """One thing that the course can use: its `name`, whether it is here, what was `found`, and what to do if it is not.

    `required` is True for what nothing works without; all else costs live results only.
    """

    name: str
    passed: bool
    found: str
    advice: str = ""
    required: bool = False


def needs(host: Host) -> tuple[Need, ...]:
    """Return every check in the order in which to mend: what all lessons need first, then what makes them live.

    `host` is what `course.live.probe` found.
    """
    return (
        _python(),
        _jupyterlab(),
        _qemu(host),
        _image(host),
        _kvm(host),
        _user_namespaces(host),
        _memory(host),
        _strace(),
    )


def _python() -> Need:
    oldest = ".".join(map(str, _OLDEST_PYTHON))
    advice = f"Run `make start` with Python {oldest} or newer on the path."
    return _need("Python", sys.version_info >= _OLDEST_PYTHON, platform.python_version(), advice, required=True)


def _jupyterlab() -> Need:
    try:
        return _need("JupyterLab", True, version("jupyterlab"), required=True)
    except PackageNotFoundError:
        return _need("JupyterLab", False, "not installed", "Run `make start` in the course's folder.", required=True)


def _qemu(host: Host) -> Need:
    return _need(
        "QEMU, to run machines",
        host.qemu is not None,
        host.qemu.version if host.qemu else "not here",
        host.qemu_missing,
    )


def _image(host: Host) -> Need:
    how = "build" if host.can_build else "import FILE, with a file exported on another machine"
    advice = f"Run: python -m course image {how}"
    return _need("an image for the machines", bool(host.images), ", ".join(host.images) or "not built", advice)


def _kvm(host: Host) -> Need:
    advice = "Nothing: the machines are emulated instead, and are slower."
    return _need("KVM, to run them on the processor", host.kvm.proven, host.kvm.reason, advice)


def _user_namespaces(host: Host) -> Need:
    found = {True: "allowed", False: "refused by this system", None: "cannot be tried here"}[host.user_namespaces]
    advice = "Nothing: containers run inside the live machine."
    return _need("user namespaces, for containers without root", bool(host.user_namespaces), found, advice)


def _memory(host: Host) -> Need:
    found = f"{host.available_memory} MB free" if host.memory else "not told by this system"
    advice = "Run one machine at a time, and stop each when you are done."
    return _need("memory for several machines at once", host.available_memory >= _PLENTY, found, advice)


def _strace() -> Need:
    found = shutil.which("strace") is not None
    advice = "Debian, Ubuntu: apt install strace. Without it, what is counted on L0 is shown recorded."
    return _need("strace, to count system calls on L0", found, "installed" if found else "not installed", advice)


def _need(name: str, passed: bool, found: str, advice: str = "", *, required: bool = False) -> Need:
    return Need(name, passed, found, "" if passed else advice, required)
