"""The hardware and the boot of a machine, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - the dataclass resolves it


@dataclass(frozen=True)
class MachineSpec:
    """What QEMU is told to be.

    Parameters
    ----------
    image
        The image set: base, engines or xen; `None` for no disk at all.
    memory
        The guest's memory in MiB.
    vcpus
        Virtual CPUs. One is the safe number under emulation, and shows no parallelism.
    machine
        QEMU's machine type: q35 (a PC with PCI Express), pc, microvm.
    cpu
        QEMU's CPU model with flags, such as `max,+svm`.
    accelerator
        "tcg" (emulation), "kvm", or "auto": KVM if a probe has proven it on this host, else TCG.
    kernel, initrd
        Files to boot instead of the image's own. With an `initrd` of its own the image's agent is not started.
    kernel_arguments
        Added to the kernel's command line.
    command_line
        The whole kernel command line, instead of ours: for a kernel that is not Linux, such as Xen.
    devices
        Values for `-device`, such as `vmxnet3` or `virtio-net-pci,netdev=n0`.
    extra
        Further arguments of QEMU, as they are. A network given here should say `restrict=on`.
    agent
        Whether the guest runs our agent; without it there are the console and QMP only.
    generation_id
        Whether the firmware tells the guest that it is a copy, so that its kernel draws its random numbers anew.
    verbose
        Whether the kernel writes all its boot messages to the console.

    """

    image: str | None = "base"
    memory: int = 512
    vcpus: int = 1
    machine: str = "q35"
    cpu: str = "max"
    accelerator: str = "auto"
    kernel: Path | None = None
    initrd: Path | None = None
    kernel_arguments: tuple[str, ...] = ()
    command_line: str | None = None
    devices: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    agent: bool = True
    generation_id: bool = True
    verbose: bool = False
