"""VMware: the course's machine as a VMX and a VMDK, and its disk booted here on VMware's hardware (lesson 06)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

# The root hangs on VMware's controller. The open firmware that QEMU starts has no driver for that one, as VMware's has:
# it reads its own partition, and nothing else, over SATA. The card comes without firmware, or it looks for a network.
BOARD: Final = (
    *("pvscsi,id=scsi", "scsi-hd,drive=home,bus=scsi.0"),
    *("ide-hd,drive=efi,bus=ide.0,bootindex=0", "vmxnet3,romfile="),
)


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
    hardware, root = stage.observations[1], stage.observations[2]
    stage.value(devices=hardware.output.count("VMware"), root_on_pvscsi="vmw_pvscsi" in root.output)


SEEN: Final = (
    (
        "The hardware that it finds",
        "ls -d /sys/firmware/efi; lspci | grep -i vmware",
        "The firmware that the description asked for left that folder. And there are two devices of the vendor VMware, on a machine without VMware: a device is what it does, and QEMU plays these as well.",
    ),
    (
        "What stands between it and its root",
        "cd -P $(grep -l PARTNAME=course-root /sys/class/block/*/uevent | xargs dirname); pwd; cat ../../../../../scsi_host/*/proc_name; cd /",
        "The root hangs on VMware's controller, whose driver was in the initramfs. The firmware here has no such driver and read loader, kernel and initramfs from a copy of their partition on SATA; VMware's own has one and needs no copy.",
    ),
    (
        "Who it believes is below",
        "cat /sys/class/dmi/id/sys_vendor; dmesg | grep -i 'hypervisor detected' || echo 'no hypervisor that it knows'",
        "Devices can be played; the rest of the board says QEMU. On VMware you read VMware in both lines. Look at home.",
    ),
)

EXHIBIT = Exhibit(
    name="vmware",
    title="Take the machine home: VMware",
    shows="The course's machine exported as VMX and VMDK, and the disk booted by EFI with its root on pvscsi, beside a vmxnet3.",
    question="A disk made here is booted on a controller that VMware invented. What must its initramfs have had in it?",
    reading="The driver of that controller: before the root is mounted there is nowhere else to load it from. This is why some machines do not boot after a move.",
    run=run,
    platform="vmware_workstation",
    kind="taken_home",
)
