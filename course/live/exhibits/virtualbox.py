"""VirtualBox: the course's machine as an appliance to import at home, and its disk booted here by EFI (lesson 06)."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

BOARD = ("ide-hd,drive=home,bus=ide.0,bootindex=0",)


def run(stage: Stage) -> None:
    """Export the machine as OVA and VDI, look into them, and boot the VDI on a SATA controller."""
    from course.live import takehome, takehome_boot

    with tempfile.TemporaryDirectory(prefix="course-export-") as scratch:
        folder = Path(scratch)
        (appliance,) = takehome.export("ova", folder)
        (disk,) = takehome.export("vdi", folder)
        with tarfile.open(appliance) as archive:
            members = archive.getmembers()
            descriptor, digests = (archive.extractfile(member) for member in members[:2])
            assert descriptor is not None  # noqa: S101 - both are files
            assert digests is not None  # noqa: S101
            described, digested = descriptor.read().decode(), digests.read().decode()
        stage.seen(
            "An appliance is a tar file",
            "L0",
            f"python -m course export ova FOLDER; tar -tf {appliance.name}",
            "\n".join(member.name for member in members),
            "A description first, so that an importer can read it before the disk has arrived; then digests, then the disk.",
            members=len(members),
        )
        stage.seen("Nobody may change it", "L0", f"{members[1].name}", digested, "An importer checks both.")
        stage.seen(
            "The description",
            "L0",
            f"{members[0].name}",
            described,
            "OVF, a standard of the DMTF: hardware by numbers that every vendor reads. That the firmware is EFI has no "
            "number there; this file says it in a word of VMware's, and in VirtualBox you set it once after the import: "
            f"VBoxManage modifyvm {takehome.NAME} --firmware efi",
        )
        stage.here(
            "The disk, as VirtualBox stores it",
            ["qemu-img", "info", "--output", "human", str(disk)],
            "Only blocks that hold something take space. The guest sees the virtual size.",
        )
        with takehome_boot.booted(disk, "vdi", BOARD) as home:
            for title, command, reading in (
                ("Booted on a SATA disk", "uname -r; cat /sys/class/dmi/id/bios_vendor; ls /sys/firmware", EFI),
                ("Where its root lies", "lspci | grep SATA; grep -h PARTNAME /sys/class/block/sd*/uevent", SATA),
            ):
                stage.seen(title, "L1", command, takehome_boot.ask(home, command), reading)
    stage.value(booted="course-root" in stage.observations[-1].output)


EFI = "The same kernel as in every cell, this time started by firmware from a disk, as at home. VirtualBox itself is not here: QEMU plays the PC."
SATA = "Two partitions: the firmware's, with loader, kernel and initramfs, and the course's root, read-only."

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
