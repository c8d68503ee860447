"""An exported disk, booted here by EFI firmware: the proof that it boots, before anyone takes it home (lesson 06)."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Final

from course.errors import CourseError
from course.live import takehome_disk
from course.live.machine import Machine
from course.live.spec import MachineSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Where distributions put the open firmware for virtual machines; Debian's place first.
FIRMWARE: Final = tuple(
    map(
        Path,
        (
            "/usr/share/ovmf/OVMF.fd",
            "/usr/share/edk2/ovmf/OVMF.fd",
            "/usr/share/qemu/OVMF.fd",
            "/usr/share/edk2/x64/OVMF.4m.fd",
        ),
    )
)
# What is typed before the shell has opened the port is lost: only its prompt says that it listens.
PROMPT: Final = "course root / # "
# Firmware, loader and kernel, all emulated: half a minute on an idle core, several on a busy one.
PATIENCE: Final = 300.0
_numbers = itertools.count(1)


@contextlib.contextmanager
def booted(disk: Path, disk_format: str, devices: Sequence[str], patience: float = PATIENCE) -> Iterator[Machine]:
    """Boot a disk by EFI until its shell listens on the serial port, and stop the machine afterwards.

    `devices` say what the disk hangs on, as values of QEMU's `-device`; the disk's own name is `home`. A second drive,
    `efi`, is its EFI partition alone, for firmware that has no driver for that device. The file is only read.

    Raises CourseError where the firmware is missing, or with the last of the console where no shell comes.
    """
    with Machine(spec=specification(disk, disk_format, devices)) as machine:
        if not machine.console.wait_for(PROMPT, patience):
            last = machine.console.text.strip()[-600:]
            raise CourseError(f"{disk.name} did not boot within {patience:.0f} s. The console said last: {last}")
        yield machine


def ask(machine: Machine, command: str, patience: float = 60.0) -> str:
    """Type a command into a booted machine's serial console and return what it printed.

    Raises CourseError where it does not come back.
    """
    number = next(_numbers)
    before = len(machine.console.read())
    # The echo of what is typed has the sum unsolved, so only the output has the mark.
    machine.console.write(f"echo begin-$(({number}+0)); {command}; echo end-$(({number}+0))\n")
    if not machine.console.wait_for(f"end-{number}", patience, start=before):
        raise CourseError(f"The machine at home did not answer `{command}` within {patience:.0f} s.")
    text = machine.console.text
    return text[text.rindex(f"begin-{number}\n") :].partition("\n")[2].rpartition(f"end-{number}")[0].rstrip("\n")


def specification(disk: Path, disk_format: str, devices: Sequence[str]) -> MachineSpec:
    """Return a machine without kernel and image of ours: firmware, a disk, and what the disk hangs on."""
    firmware = next((file for file in FIRMWARE if file.is_file()), None)
    if firmware is None:
        raise CourseError("Booting by EFI needs OVMF, not found here. On Debian or Ubuntu: apt install ovmf.")
    name = str(disk).replace(",", ",,")
    window = f"format=raw,offset={takehome_disk.ALIGNMENT},size={takehome_disk.EFI_PARTITION_BYTES}"
    return MachineSpec(
        image=None,
        memory=640,
        agent=False,
        devices=tuple(devices),
        extra=(
            # A SATA disk cannot be read-only: what the guest writes goes to a file that is gone when QEMU ends.
            *("-drive", f"if=none,id=home,format={disk_format},snapshot=on,file={name}"),
            *("-drive", f"if=none,id=efi,{window},snapshot=on,file.driver={disk_format},file.file.filename={name}"),
            *("-bios", str(firmware)),
        ),
    )
