"""Real machines: the host they run on, their images, and what is shown on them. Nothing below the widgets."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.live.commands import CommandResult, MachineEndedError
    from course.live.host import Host, probe
    from course.live.machine import Machine, machines, stop_all
    from course.live.spec import MachineSpec

__all__ = ["CommandResult", "Host", "Machine", "MachineEndedError", "MachineSpec", "machines", "probe", "stop_all"]

_HOME = {
    "CommandResult": "commands",
    "Host": "host",
    "Machine": "machine",
    "MachineEndedError": "commands",
    "MachineSpec": "spec",
    "machines": "machine",
    "probe": "host",
    "stop_all": "machine",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'course.live' has no attribute {name!r}; public names: {', '.join(__all__)}")
    return getattr(import_module(f"course.live.{_HOME[name]}"), name)
