"""VirtualBox: the course's machine as an appliance to import at home, and its disk booted here by EFI (lesson 06)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from course.errors import CourseError
from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

BOARD: Final = ("ide-hd,drive=home,bus=ide.0,bootindex=0",)
# Of the description what says where the disk is, what hardware there is, and how it starts.
TOLD: Final = "ovf:File|ovf:Disk |ElementName|ResourceType|ResourceSubType|VirtualQuantity|vmw:Config"


def run(stage: Stage) -> None:
    """Export the machine as OVA and VDI, look into them, and boot the VDI on a SATA controller."""
    from course.live import takehome, takehome_boot

    ova, ovf, digests = (f"{takehome.NAME}.{kind}" for kind in ("ova", "ovf", "mf"))
    with tempfile.TemporaryDirectory(prefix="course-export-") as scratch:
        folder = Path(scratch)
        takehome.export("ova", folder)
        (disk,) = takehome.export("vdi", folder)
        members = _see(
            stage,
            folder,
            "An appliance is a tar file",
            f"tar -tf {ova}",
            "A description first, so that an importer can read it before the disk has arrived; then digests, then the disk. "
            "It was written by: python -m course export ova FOLDER",
        )
        stage.value(members=len(members.splitlines()))
        _see(
            stage,
            folder,
            "Nobody may change it unseen",
            f"tar -xOf {ova} {digests} | cut -c1-70",
            "The digests of the other two, here cut short. An importer computes both and compares.",
        )
        told = _see(
            stage,
            folder,
            "The description",
            f"tar -xOf {ova} {ovf} | grep -E '{TOLD}' | sed 's/^ *//'",
            "The lines that matter of an OVF, a standard of the DMTF: hardware by numbers that every vendor reads, 3 for a "
            "processor and 17 for a disk. For EFI firmware there is no number; the last line says it in a word of "
            f"VMware's. In VirtualBox you set it once, after the import: VBoxManage modifyvm {takehome.NAME} --firmware efi",
        )
        stage.value(hardware=told.count("<rasd:ResourceType>"))
        _see(
            stage,
            folder,
            "The disk, as VirtualBox stores it",
            f"qemu-img info {disk.name} | head -n 4",
            "The guest sees the virtual size. The file holds those parts of it in which something was written.",
        )
        with takehome_boot.booted(disk, "vdi", BOARD) as home:
            for title, command, reading in SEEN:
                stage.seen(title, "L1", command, takehome_boot.ask(home, command), reading)
    stage.value(booted="course-root" in stage.observations[-1].output)


def _see(stage: Stage, folder: Path, title: str, command: str, reading: str) -> str:
    """Run a command on L0 in the folder of the exported files, keep it as an observation, and return its output."""
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S602 - the commands above
    if done.returncode:
        raise CourseError(f"On L0, `{command}` ended with status {done.returncode}: {done.stderr.strip()}")
    stage.seen(title, "L0", command, done.stdout, reading)
    return done.stdout


SEEN: Final = (
    (
        "Booted on a SATA disk",
        "uname -r; cat /sys/class/dmi/id/bios_vendor; ls -d /sys/firmware/efi",
        "The kernel of every cell, started by firmware from a disk, as at home: the last folder is there only where EFI did it. VirtualBox itself is not here; QEMU plays a PC with the same kind of disk controller.",
    ),
    (
        "Where its root lies",
        "lspci | grep SATA; grep -h PARTNAME /sys/class/block/sd*/uevent",
        "Two partitions: the firmware's, with loader, kernel and initramfs, and the course's root, read-only.",
    ),
)

EXHIBIT = Exhibit(
    name="virtualbox",
    title="Take the machine home: VirtualBox",
    shows="The course's machine exported as an appliance and as a VDI, and the disk booted by EFI on a SATA controller.",
    question="You send a colleague a virtual machine as one file. What must be in it beside the disk?",
    reading="A description of the hardware, and digests. A machine is data: what one hypervisor ran, another can import, if the guest has drivers for what it finds there.",
    run=run,
    platform="virtualbox",
    kind="taken_home",
)
