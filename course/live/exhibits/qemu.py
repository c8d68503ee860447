"""QEMU: the hardware that a guest believes it has, seen from both sides, and how much of it is needed (lesson 02)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from course.live.exhibits.shape import Exhibit
from course.live.spec import MachineSpec

if TYPE_CHECKING:
    from course.live import Machine
    from course.live.exhibits.stage import Stage

# Booted rather than restored: the messages of the boot are what is read.
VERBOSE = {"state": "boot", "spec": MachineSpec(verbose=True)}
# Where QEMU keeps the parts of a machine: those of the board, and those that were plugged in by `-device`.
PARTS = ("/machine/unattached", "/machine/peripheral-anon")


def run(stage: Stage) -> None:
    """Read a boot, then ask the guest and QEMU about the same hardware."""
    _from_inside(stage)
    machine = stage.machine
    stage.seen(
        "The processor, as QEMU sees it",
        "L0",
        'machine.qmp("query-cpus-fast")',
        json.dumps(machine.qmp("query-cpus-fast"), indent=1),
        "The guest's processor is a thread of an ordinary program on L0; `thread-id` is its number there.",
    )
    parts = components(machine)
    stage.seen(
        "The machine, as QEMU sees it",
        "L0",
        "\n".join(f'machine.qmp("qom-list", path="{path}")' for path in PARTS),
        "\n".join(parts),
        "Every part is an object in QEMU's memory: a clock, an interrupt controller, a keyboard port, disks. Each is a "
        "piece of code that plays a device whenever the guest touches it.",
        components=len(parts),
    )
    buses = machine.qmp("query-pci")
    devices = [device for bus in buses for device in bus["devices"]]
    stage.seen(
        "The PCI bus, as QEMU sees it",
        "L0",
        'machine.qmp("query-pci")',
        "\n".join(map(_pci_line, devices)),
        "The same addresses and numbers that the guest listed: both look at one table, from two sides.",
        pci_seen_by_qemu=len(devices),
    )


def run_microvm(stage: Stage) -> None:
    """Boot the same image on a PC and on a machine made for virtual machines alone, and count."""
    from course.live import Machine

    _count(stage, stage.machine, "A PC with PCI Express", Q35)
    small_board = MachineSpec(machine="microvm", verbose=True, kernel_arguments=known_clock(stage.machine))
    with Machine(state="boot", spec=small_board) as small:
        _count(stage, small, "A machine without a past", MICROVM)


def known_clock(machine: Machine) -> tuple[str, ...]:
    """Return the argument that tells a microvm's kernel the rate of the processor's counter, as `machine` has measured it.

    A microvm has no second clock to measure it by: where L0 is busy, its kernel measures in vain and stands still.
    """
    found = re.search(r"cpu MHz\s*: (\d+)", machine.run("cat /proc/cpuinfo").stdout)
    return (f"tsc_early_khz={found[1]}000",) if found else ()


def components(machine: Machine) -> list[str]:
    """Return the types of the parts that a machine is made of, sorted, as QEMU names them."""
    listed = [entry for path in PARTS for entry in machine.qmp("qom-list", path=path)]
    return sorted(entry["type"][len("child<") : -1] for entry in listed if entry["name"].startswith("device["))


def _from_inside(stage: Stage) -> None:
    stage.show(
        "What the kernel finds at boot",
        "dmesg | grep -E 'DMI:|Command line|Booting paravirt|smpboot: CPU0|ACPI: (FACP|HPET|MCFG)|Memory:'",
        "Firmware, board, tables and memory: the kernel reads them as on any PC. The board has a name and a year.",
    )
    stage.show(
        "The devices",
        "lspci",
        "A chipset of 2009 next to devices that were never made of silicon: those of Red Hat are virtio.",
    )
    stage.value(pci_seen_by_guest=len(stage.observations[-1].output.splitlines()))
    stage.show(
        "How honest it is",
        "cat /sys/class/dmi/id/sys_vendor; grep -m1 'model name' /proc/cpuinfo; grep -m1 -ow hypervisor /proc/cpuinfo",
        "Nothing is hidden: the board says QEMU, and one bit of the processor says that a hypervisor is below.",
    )


def _pci_line(device: dict[str, Any]) -> str:
    number, description = device["id"], device["class_info"].get("desc", "other device")
    address = f"{device['bus']:02x}:{device['slot']:02x}.{device['function']}"
    return f"{address} [{number['vendor']:04x}:{number['device']:04x}] {description}"


def _count(stage: Stage, machine: Machine, title: str, reading: str) -> None:
    board = machine.spec.machine
    # A microvm has two dozen sockets for devices; nearly all are empty, so kinds of parts are counted.
    kinds = sorted(set(components(machine)))
    numbers = {what: int(machine.run(command).stdout) for what, command in COUNTED.items()}
    lines = [f"{len(kinds):5}  kinds of parts that QEMU built:", f"       {', '.join(kinds)}"]
    lines += [f"{number:5}  {what}" for what, number in numbers.items()]
    stage.seen(
        title,
        "L1",
        f'Machine(state="boot", spec=MachineSpec(machine="{board}", verbose=True))',
        "\n".join(lines),
        reading,
        **{f"{board}_kinds_of_parts": len(kinds)},
        **{f"{board}_{what.split()[0].lower()}": number for what, number in numbers.items() if what != MESSAGES},
    )


# How many there are depends on what the kernel found worth a word, so they are shown and not compared.
MESSAGES = "messages of the kernel"
# Counted in the guest; the first word names the value.
COUNTED = {
    "PCI devices that the guest lists": "lspci | wc -l",
    "ACPI objects that the firmware describes": "ls -d /sys/bus/acpi/devices/* | wc -l",
    "ports that are claimed": "wc -l < /proc/ioports",
    MESSAGES: "dmesg | wc -l",
}
Q35 = "Forty years of the PC, each part played by code: an interval timer, a keyboard controller, a speaker."
MICROVM = (
    "No PCI bus, no keyboard controller, hardly any legacy: virtio devices sit at addresses that the kernel is told. "
    "What is not there needs no code in the VMM and no time at boot. Firecracker is a VMM of this kind."
)

EXHIBITS = (
    Exhibit(
        name="qemu",
        title="A machine made of code",
        shows="A boot under QEMU, and its hardware as listed by the guest and by QEMU itself.",
        question="You ask the guest for its devices, and then QEMU. Does the guest find everything that QEMU plays?",
        reading="What is on the bus is the same from both sides. The guest drives it as if it were hardware; QEMU keeps an object for every part and runs code when the part is touched.",
        run=run,
        platform="qemu",
        machine=VERBOSE,
    ),
    Exhibit(
        name="microvm",
        title="How much machine does a kernel need?",
        shows="The same image booted on a PC and on microvm, with devices, interrupts and boot messages counted.",
        question="A machine for one workload needs a processor, memory, a disk and a console. How many of the PC's devices does the kernel miss?",
        reading="None: it boots with a fraction of the parts and no PCI bus. A smaller machine has less code to attack and less to set up.",
        run=run_microvm,
        machine=VERBOSE,
    ),
)
