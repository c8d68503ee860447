"""KVM: a VMM in pure Python, and what makes a guest exit (lesson 02; demonstrations 2 and 3)."""

from __future__ import annotations

import re
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit
from course.live.spec import MachineSpec

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

# QEMU emulates the SVM extension of the processor, so KVM works in the guest wherever QEMU runs, whatever L0 has.
SVM = {"spec": MachineSpec(cpu="max,+svm", accelerator="tcg")}
COUNT = 1024


def _program(stage: Stage, title: str, name: str, count: int, reading: str) -> None:
    output = stage.show(title, f"python3 /root/machine.py {name} {count}", reading, level="L2")
    returns = re.search(r"KVM_RUN returned: (.*)", output)
    stage.value(**{f"{name}_returns": sum(map(int, re.findall(r"\d+", returns[1] if returns else "")))})


def run(stage: Stage) -> None:
    """Boot a machine of a few bytes and count its exits by reason."""
    stage.quietly("modprobe kvm-amd")
    stage.program("machine.py")
    stage.show("The door", "ls -l /dev/kvm", "KVM is a device file; all that a VMM does with it is ioctl.")
    _program(
        stage,
        "A machine says hello",
        "greeting",
        1,
        "One exit for each letter, one for the halt: this VMM sees nothing else.",
    )
    _program(
        stage, "Do nothing, many times", "nop", COUNT, "One exit, the halt. Ordinary instructions never come to us."
    )
    _program(
        stage,
        "Write to a port, as often",
        "out",
        COUNT,
        "An exit for each: a device access needs someone to play the device.",
    )
    _program(
        stage, "Write to memory that is not there", "mmio", COUNT, "Device registers in memory: an exit for each, too."
    )
    _on_the_host(stage)


def _on_the_host(stage: Stage) -> None:
    """Run the same program on L0, where the hardware's own extension is there and was proven to work."""
    from course.live import host

    if host.accelerator() != "kvm":
        return
    program = str(files("course.live").joinpath("programs", "machine.py"))
    for name, reading in (("nop", HOST_NOP), ("out", HOST_OUT)):
        output = stage.here(f"On L0 itself: {name}", [sys.executable, program, name, str(COUNT)], reading)
        stage.value(**{f"{name}_returns_on_the_host": sum(map(int, re.findall(r"\d+", output.rpartition(":")[2])))})


HOST_NOP = "The same program on the machine below, on the processor's own extension: one exit, the halt."
HOST_OUT = "And the same count here. What exits is decided by the architecture, not by who plays it."


def run_paging(stage: Stage) -> None:
    """Count exits for page table switches and for cpuid, with and without nested paging."""
    stage.quietly("mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug")
    stage.program("machine.py")
    for nested in (1, 0):
        stage.quietly(f"modprobe -r kvm-amd 2>/dev/null; modprobe kvm-amd npt={nested}")
        kind = "nested" if nested else "shadow"
        for name, what, reading in (
            ("cr3", "switches of the page table", NESTED if nested else SHADOW),
            ("cpuid", "cpuid instructions", CPUID),
        ):
            output = stage.show(
                f"{COUNT} {what}, {kind} paging", f"python3 /root/machine.py {name} {COUNT}", reading, level="L2"
            )
            # Interrupts add a few exits that differ from run to run: what is compared is exits for each instruction.
            stage.value(**{f"{name}_{kind}_each": round(int(output.split()[-1]) / COUNT)})


NESTED = "A handful of exits: the guest switches its own tables, and the hardware walks both."
SHADOW = "Two exits for each, one to read the register and one to write it: the hypervisor must follow every switch."
CPUID = "An exit for each, whatever the paging: KVM answers it in the kernel, and our program never hears of it."

EXHIBITS = (
    Exhibit(
        name="kvm",
        title="KVM in pure Python",
        shows="Machine code run through /dev/kvm by a page of Python, with the exits counted by reason.",
        question="A guest runs 1024 instructions that do nothing, then writes 1024 times to a port. How often is the VMM called?",
        reading="Never for the first, every time for the second. A VMM sees exits and nothing else; that is why it is fast.",
        run=run,
        platform="kvm",
        machine=SVM,
    ),
    Exhibit(
        name="nested_paging",
        title="What nested paging saves",
        shows="Exits for page table switches and for cpuid, with nested paging on and off.",
        question="Nested paging is switched off. Which exits become more: those of page table switches, those of cpuid, or both?",
        reading="Only those of paging. Hardware help removes the exits that it was made for; the others stay.",
        run=run_paging,
        machine=SVM,
    ),
)
