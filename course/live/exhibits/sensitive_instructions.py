"""Demonstration 1: sensitive is not privileged (lesson 02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit
from course.live.session import program_source

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

TRIES = (
    ("cli", "Switch interrupts off", "Privileged: the CPU refuses it outside the kernel, with a trap."),
    ("hlt", "Halt the CPU", "Privileged: a trap."),
    ("mov_cr0", "Read the control register that switches paging on", "Privileged: a trap."),
    (
        "popf",
        "Switch interrupts off by another instruction",
        "No trap, and no effect: the flag is still set. Sensitive, not privileged: a deprivileged guest kernel would be fooled in silence.",
    ),
    (
        "sidt",
        "Read where the kernel's interrupt table lies",
        "It did not trap, says the program, and was told an address. Who wrote that address?",
    ),
)
PROGRAM = "instruction.py"
LOG = "dmesg | grep 'umip:' || echo 'nothing: this processor has no UMIP'"


def run(stage: Stage) -> None:
    """Run machine code in user mode, one instruction after the other."""
    program = stage.program(PROGRAM)
    for name, title, reading in TRIES:
        stage.show(title, f"python3 {program} {name}", reading)
    stage.show(
        "What the kernel's log has of that",
        LOG,
        "It did trap, where the processor has UMIP. The kernel made the address up and let the program go on, which "
        "noticed nothing.",
    )
    _ask_an_older_processor(stage)


def _ask_an_older_processor(stage: Stage) -> None:
    """Run the last instruction again, on a machine whose processor lacks UMIP."""
    from course.live import Machine, MachineSpec

    with Machine(spec=MachineSpec(cpu="max,-umip"), state="boot") as older:
        older.put(f"/root/{PROGRAM}", program_source("instruction").encode())
        answer = older.run(f"python3 /root/{PROGRAM} sidt; {LOG}").stdout
    first = stage.observations[-2].output
    stage.seen(
        "The same on an older processor",
        "L1",
        f"python3 /root/{PROGRAM} sidt; {LOG}",
        answer,
        "A second machine, whose processor has no UMIP. Nothing trapped, nobody stepped in, and the program was told "
        "where the kernel's table really lies: a program learns about the machine below, and a hypervisor cannot lie.",
        same_answer=answer.splitlines()[0] == first.splitlines()[0],
    )


EXHIBIT = Exhibit(
    name="sensitive_instructions",
    title="Sensitive is not privileged",
    shows="Instructions that touch the state of the machine, run in user mode from Python.",
    question="A program in user mode clears the interrupt flag with popf. Does the CPU trap, obey, or do nothing?",
    reading="Nothing happens, without a trap. Trap and emulate needs the trap; this is why x86 resisted.",
    run=run,
)
