"""From a machine's description to QEMU's command line: a pure function, so it can be read and tested (lesson 00)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from course.live.spec import MachineSpec

# What QEMU's own sandbox denies it: old system calls, more rights, new programs, changes of its own priority.
SANDBOX: Final = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"
PORT_NAME: Final = "course.agent"
# MiB of translated code that QEMU keeps under TCG; by default it may take a gigabyte.
TRANSLATION_BUFFER: Final = 256


@dataclass(frozen=True)
class Boot:
    """What a machine boots from: kernel and initramfs, and the layers of its disk, the lowest first."""

    kernel: Path | None
    initrd: Path | None
    layers: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Lines:
    """File descriptors that QEMU inherits: its ends of QMP, console and agent, and the pipe with a saved state."""

    qmp: int
    console: int
    agent: int
    incoming: int | None = None


def qemu_arguments(spec: MachineSpec, boot: Boot, accelerator: str, lines: Lines) -> list[str]:
    """Return the arguments of QEMU, without the program's name, in an order that depends on the description alone."""
    bus = "device" if spec.machine.startswith("microvm") else "pci"
    arguments = [
        *("-name", "live machine of the course"),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-sandbox", SANDBOX),
        *("-machine", spec.machine),
        *("-accel", _accelerator(accelerator)),
        *("-cpu", spec.cpu),
        *("-smp", str(spec.vcpus)),
        *("-m", f"{spec.memory}M"),
    ]
    for option, file in (("-kernel", boot.kernel), ("-initrd", boot.initrd)):
        arguments += [option, str(file)] if file else []
    if boot.kernel:
        arguments += ["-append", kernel_command_line(spec)]
    for number, layer in enumerate(boot.layers):
        arguments += [
            *("-drive", f"if=none,id=layer{number},file={_escape(layer)},format=raw,readonly=on"),
            *("-device", f"virtio-blk-{bus},drive=layer{number},serial=layer{number}"),
        ]
    arguments += [
        *("-chardev", f"socket,id=console,fd={lines.console}", "-serial", "chardev:console"),
        *("-chardev", f"socket,id=qmp,fd={lines.qmp}", "-mon", "chardev=qmp,mode=control"),
        *("-chardev", f"socket,id=agent,fd={lines.agent}", "-device", f"virtio-serial-{bus}"),
        *("-device", f"virtserialport,chardev=agent,name={PORT_NAME}"),
    ]
    if bus == "pci" and spec.generation_id:
        arguments += ["-device", "vmgenid,guid=auto"]
    for device in spec.devices:
        arguments += ["-device", device]
    arguments += spec.extra
    if lines.incoming is not None:
        arguments += ["-incoming", f"fd:{lines.incoming}"]
    return arguments


def kernel_command_line(spec: MachineSpec) -> str:
    """Return the kernel's command line: ours, or the description's own instead."""
    if spec.command_line is not None:
        return spec.command_line
    words = ["console=ttyS0", "rdinit=/init", "panic=-1", "no_timer_check", "random.trust_cpu=on"]
    words += ["loglevel=7"] if spec.verbose else ["quiet", "loglevel=4"]
    return " ".join([*words, *spec.kernel_arguments])


def _accelerator(name: str) -> str:
    return f"tcg,thread=multi,tb-size={TRANSLATION_BUFFER}" if name == "tcg" else name


def _escape(path: Path) -> str:
    # In QEMU's option strings a comma inside a value is written twice.
    return str(path).replace(",", ",,")
