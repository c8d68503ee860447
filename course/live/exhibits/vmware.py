"""VMware: the course's machine as a VMX and a VMDK, and its disk booted here on VMware's hardware (lesson 06)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

# The card without its own firmware, and the disk first: or the machine looks for a network to boot from.
BOARD = ("pvscsi,id=scsi", "scsi-hd,drive=home,bus=scsi.0,bootindex=0", "vmxnet3,romfile=")


def run(stage: Stage) -> None:
    """Export the machine for VMware, read its description, and boot the disk on the devices that VMware invented."""
    from course.live import takehome, takehome_boot

    with tempfile.TemporaryDirectory(prefix="course-export-") as scratch:
        description, disk = takehome.export("vmx", Path(scratch))
        stage.seen(
            "The description",
            "L0",
            f"python -m course export vmx FOLDER; cat {description.name}",
            description.read_text("utf-8"),
            "One setting a line. Two devices are VMware's own: pvscsi, a disk controller, and vmxnet3, a network card.",
        )
        with takehome_boot.booted(disk, "vmdk", BOARD) as home:
            for title, command, reading in SEEN:
                stage.seen(title, "L1", command, takehome_boot.ask(home, command), reading)
    stage.value(booted="scsi" in stage.observations[-2].output)


SEEN = (
    (
        "The hardware that it finds",
        "lspci | grep -i vmware",
        "Vendor VMware, on a machine without VMware: a device is what it does. QEMU plays these two as well.",
    ),
    (
        "The driver at work",
        "dmesg | grep -iE 'pvscsi|vmware' | head -8",
        "The guest's kernel has a driver for the vendor's device: paravirtual, like virtio, and older.",
    ),
    (
        "Who it believes is below",
        "cat /sys/class/dmi/id/sys_vendor; dmesg | grep -i 'hypervisor detected' || echo 'no hypervisor that it knows'",
        "Devices can be played; the rest of the board says QEMU. On VMware you read VMware here. Look at home.",
    ),
)

EXHIBIT = Exhibit(
    name="vmware",
    title="Take the machine home: VMware",
    shows="The course's machine exported as VMX and VMDK, and the disk booted by EFI on emulated pvscsi and vmxnet3.",
    question="A disk made here is booted on a controller that VMware invented. What must its initramfs have had in it?",
    reading="The driver of that controller: before the root is mounted there is nowhere else to load it from. This is why some machines do not boot after a move.",
    run=run,
    platform="vmware_workstation",
    kind="taken_home",
)
