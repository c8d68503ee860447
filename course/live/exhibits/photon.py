"""Photon OS, reproduced: a small host for containers on the hardware that VMware's hypervisors show (lesson 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits import containerd
from course.live.exhibits.shape import Exhibit, Provenance
from course.live.spec import MachineSpec

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

MACHINE = {
    "state": "boot",
    "patience": 600,
    "spec": MachineSpec(image="engines", memory=768, devices=("pvscsi,id=scsi", "vmxnet3")),
}


def run(stage: Stage) -> None:
    """Look at VMware's devices, ask for the hypervisor with VMware's own tools, and run a container."""
    stage.uses("open-vm-tools", "containerd", "runc")
    stage.quietly("modprobe -a vmw_pvscsi vmxnet3")
    stage.show(
        "The hardware is VMware's",
        "lspci | grep -i vmware; ls /sys/bus/pci/drivers/vmw_pvscsi /sys/bus/pci/drivers/vmxnet3 | grep 0000",
        "A disk controller and a network card that no workshop ever built, each with its driver. Photon OS is made for "
        "these, so its kernel can leave out nearly all others.",
    )
    stage.value(devices=stage.observations[-1].output.count("VMware"))
    stage.show(
        "VMware's tools ask who is below",
        "vmware-checkvm",
        "They refuse. Devices can be played, and the drivers never ask by whom; these tools talk to the hypervisor "
        "itself, and find that it is not VMware's. On the original they report the guest's state and take commands.",
        expect=1,
    )
    client = containerd.start(stage)
    programs = stage.show(
        "How little runs",
        "ps --ppid 2 -p 2 --deselect -o comm=",
        "All that runs outside of the kernel: process 1 (here the course's agent, on the original systemd), the engine, "
        "and the command that lists them. No desktop, no mail, no printer: what is not there needs no patch.",
    )
    stage.value(programs=len(programs.split()))
    stage.show(
        "What it is for",
        f"{client} Version && ctr -n k8s.io run --rm {containerd.IMAGE} hello sh -c 'echo hello from a container; uname -r'",
        "containerd and a container: all that such a host is asked to do.",
        level="L2",
    )


EXHIBIT = Exhibit(
    name="photon",
    title="Photon OS, reproduced: a host for containers on VMware's hardware",
    shows="VMware's paravirtual devices, VMware's tools in the guest, and containerd with one container.",
    question="A system only has to run containers on one vendor's hypervisor. What can it leave out?",
    reading="Drivers for all other hardware, and every service but the engine. A small host is quick to boot and has little to attack; it is tied to what it was made for.",
    run=run,
    platform="photon_os",
    kind="reproduced",
    image="engines",
    machine=MACHINE,
    provenance=Provenance(
        original="the idea: a minimal Linux for containers on VMware's hypervisors, with VMware's drivers and open-vm-tools, and containerd.",
        ours="everything that runs: Debian's kernel, open-vm-tools and containerd, on QEMU, which plays pvscsi and vmxnet3.",
        lost="Photon's own kernel and its tuning, tdnf and its signed packages, systemd as process 1, and a VMware hypervisor below.",
    ),
)
