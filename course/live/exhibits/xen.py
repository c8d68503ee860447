"""Xen: a hypervisor below Linux, its first guest with the drivers, and a second one without any (lesson 09)."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from course.errors import CourseError
from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage
    from course.live.spec import MachineSpec

HYPERVISOR_WORDS: Final = "dom0_mem=512M console=com1 com1=115200,8n1 noreboot loglvl=warning"
DOM0_WORDS: Final = "console=hvc0 rdinit=/init panic=-1 quiet loglevel=4 random.trust_cpu=on"
PATIENCE: Final = 600
# What the packages' own service would do at boot. The tools stand in a folder named after their version.
START_TOOLS: Final = """
modprobe -a xen-evtchn xen-privcmd xen-gntdev xen-gntalloc xenfs
mkdir -p /proc/xen /run/xen /var/run/xen /var/run/xenstored /var/log/xen/console /var/lib/xen /var/lib/xenstored
mountpoint -q /proc/xen || mount -t xenfs xenfs /proc/xen
ln -s /usr/lib/xen-*/bin/* /usr/sbin/
xenstored && xen-init-dom0 && xenconsoled --log=all
"""
FOLDER: Final = "/rw/domu"
# The guest's first program looks at its own machine, then waits.
DOMU_INIT: Final = """#!/bin/busybox sh
/bin/busybox --install /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
echo "hypervisor: $(cat /sys/hypervisor/type), guest type: $(cat /sys/hypervisor/guest_type)"
echo "kernel: $(uname -r)"
grep MemTotal /proc/meminfo
echo "PCI devices: $(ls /sys/bus/pci/devices 2>/dev/null | wc -l)"
echo "devices of Xen: $(ls /sys/bus/xen/devices | wc -l)"
echo "the second guest is up"
exec sleep 100000
"""


class XenMachine(Mapping[str, Any]):
    """Arguments of a machine that boots Xen, put together when they are asked for: then the image must be here."""

    def __getitem__(self, key: str) -> Any:
        """Return one argument; raises KeyError for another name, CourseError where the image is not built."""
        return specification() if key == "spec" else {"state": "boot", "patience": PATIENCE}[key]

    def __iter__(self) -> Iterator[str]:
        """Return the names of the arguments."""
        return iter(("state", "spec", "patience"))

    def __len__(self) -> int:
        """Return how many there are."""
        return 3


def specification() -> MachineSpec:
    """Return the machine that boots Xen with Linux as its first guest; raises CourseError without the image xen."""
    from course.live import MachineSpec, image
    from course.live.state import boot_files

    found = image.find("xen")
    first_guest = boot_files(MachineSpec(image="xen"), found)
    # QEMU takes what a multiboot kernel is given as one word: a file, its command line, a comma, the next file.
    modules = f"{_plain(first_guest.kernel)} {DOM0_WORDS},{_plain(first_guest.initrd)}"
    return MachineSpec(
        image="xen",
        memory=1024,
        # The richer models have what Xen stumbles over when it is emulated.
        cpu="qemu64,+svm,+smep",
        accelerator="tcg",
        kernel=_hypervisor(found.file("xen.gz")),
        initrd=Path(modules),
        command_line=HYPERVISOR_WORDS,
    )


def run(stage: Stage) -> None:
    """Look at the hypervisor from its first guest, then make a second one."""
    stage.quietly(START_TOOLS)
    stage.uses("xen-hypervisor-4.20-amd64", "xen-utils-4.20")
    stage.show(
        "Who is below",
        "cat /sys/hypervisor/type; uname -r; dmesg | grep -E 'Booting kernel on|Xen version'",
        "You are root in Linux, and Linux is a guest: dom0. Below it runs Xen, which has no shell and no drivers.",
    )
    stage.show(
        "What Xen says of itself",
        "xl info | grep -E '^(release|xen_version|xen_caps|total_memory|free_memory|nr_cpus|virt_caps)'",
        "A hypercall answered this. total_memory is the machine's; Linux was given a part, the rest is for other guests.",
    )
    stage.show("One guest", "xl list", "Domain 0, made at boot: it has the devices and the tools.")
    _prepare_guest(stage)
    _refuse_pvh(stage)
    stage.show(
        "A second guest",
        f"cat {FOLDER}/guest.cfg; xl create -q {FOLDER}/guest.cfg; xl list",
        "A kernel, a ramdisk and some memory: no firmware and no board. Its kernel knows that it is a guest and asks Xen.",
        level="L2",
        deadline=PATIENCE,
    )
    stage.value(domains=len(stage.observations[-1].output.partition("Name ")[2].splitlines()) - 1)
    stage.quietly(
        f"for second in $(seq {PATIENCE}); do grep -q 'guest is up' {LOG} && exit 0; sleep 1; done; tail -5 {LOG}; exit 1",
        deadline=PATIENCE + 10,
    )
    stage.show(
        "The second guest about itself",
        f"grep -aA9 '^hypervisor' {LOG} | tr -d '\\r'",
        "No PCI bus and no device but the console that you read this on, a ring of shared memory with dom0 at the other "
        "end. A disk or a card would be one more such ring, never a part that someone has to play.",
        level="L2",
    )
    stage.show(
        "Where the two meet",
        "xenstore-ls -f /local/domain | grep -E '/(name|domid|memory/target|console/type) '",
        "XenStore, a small tree that dom0 keeps: here the tools of dom0 and the drivers of the guests find each other.",
    )
    stage.show(
        "Gone",
        "xl destroy guest && xl list",
        "dom0 asked, Xen took the memory back.",
    )


LOG: Final = "/var/log/xen/console/guest-guest.log"


def _prepare_guest(stage: Stage) -> None:
    from course.live import image

    stage.quietly(f"mkdir -p {FOLDER}/root/bin {FOLDER}/root/proc {FOLDER}/root/sys {FOLDER}/root/dev")
    # Another kernel than dom0's: one that can be a guest of Xen and nothing more.
    stage.machine.put(f"{FOLDER}/vmlinuz", image.find("base").kernel.read_bytes())
    stage.machine.put(f"{FOLDER}/root/init", DOMU_INIT, 0o755)
    stage.quietly(
        f"cp /usr/bin/busybox {FOLDER}/root/bin/ && cd {FOLDER}/root && "
        "find . | busybox cpio -o -H newc 2>/dev/null > ../ramdisk"
    )
    for kind in ("pv", "pvh"):
        stage.machine.put(f"{FOLDER}/{'guest' if kind == 'pv' else kind}.cfg", _configuration(kind))


def _configuration(kind: str) -> str:
    return f"""name = "guest"
type = "{kind}"
kernel = "{FOLDER}/vmlinuz"
ramdisk = "{FOLDER}/ramdisk"
memory = 192
extra = "console=hvc0 quiet"
"""


def _refuse_pvh(stage: Stage) -> None:
    refused = stage.show(
        "A guest that needs the processor's help",
        f"grep type {FOLDER}/pvh.cfg; xl create -q {FOLDER}/pvh.cfg",
        "Refused: this kind of guest switches its own page tables, and needs the hardware, or Xen, to follow it. The "
        "processor that QEMU plays here offers Xen neither. The older kind, paravirtualized, came before such help.",
        level="L2",
        expect=None,
        deadline=PATIENCE,
    )
    if "paging" not in refused:
        raise CourseError(f"A PVH guest was to be refused for want of paging; xl said: {refused}")


def _plain(file: Path | None) -> Path:
    """Return a file as it may stand in that word; raises CourseError where its path would end it too early."""
    if file is None or set(str(file)) & {" ", ","}:
        raise CourseError(
            f"Xen cannot be started with {file}: a space or a comma in that path has a meaning of its own. Set "
            "COURSE_IMAGES to a folder without them, and build the images there."
        )
    return file


def _hypervisor(packed: Path) -> Path:
    """Return Xen unpacked, as QEMU loads it; the file is named after its content and made once."""
    from course.live import folders

    content = gzip.decompress(packed.read_bytes())
    target = folders.writable_folder() / "states" / f"{hashlib.sha256(content).hexdigest()[:20]}.xen"
    if not target.exists() or target.stat().st_size != len(content):
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_bytes(content)
        part.replace(target)
    return target


EXHIBIT = Exhibit(
    name="xen",
    title="A hypervisor below Linux",
    shows="Xen with Linux as its first guest, and a second guest made without any emulated hardware.",
    question="You are root in Linux, and xl list shows one entry already, before you have made any guest. Who is it?",
    reading="It is the Linux that you are typing in. Xen runs below it and leaves drivers and tools to this first guest; every other guest reaches a device through it.",
    run=run,
    platform="xen",
    image="xen",
    machine=XenMachine(),
)
