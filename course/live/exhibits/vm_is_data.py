"""Demonstrations 6 and 13: a machine is data, and who has the data has the machine (lessons 03 and 08)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live import MachineSpec
    from course.live.exhibits.stage import Stage

SECRET = "the-password-is-swordfish"  # noqa: S105 - a planted word, to be found again


LAYOUT, FRESH, UPTIME = "grep '.stack.' /proc/1/maps", "cat /proc/sys/kernel/random/uuid", "cut -d' ' -f1 /proc/uptime"


def run_clones(stage: Stage) -> None:
    """Restore one saved state twice and compare what should never be equal, with and without the device that tells."""
    from course.live import MachineSpec

    same_layout, same_random = _compare(stage, "", MachineSpec(generation_id=False))
    stage.seen(
        "Compared",
        "L0",
        "first == second",
        f"addresses of process 1 equal: {same_layout}\nnew random number equal: {same_random}",
        "The addresses were drawn at random at boot, to be unguessable, and every copy has them. The random number was "
        "asked for after the restore, and is the same all the same: what the kernel draws from was copied as well. A "
        "key made now in either clone is known to the other.",
        same_layout=same_layout,
        same_random=same_random,
    )
    same_layout, same_random = _compare(stage, ", told that it is a copy", MachineSpec())
    stage.seen(
        "Compared again",
        "L0",
        "first == second",
        f"addresses of process 1 equal: {same_layout}\nnew random number equal: {same_random}",
        "This machine has one device more (vmgenid), by which the firmware tells the kernel of a copy; the kernel then "
        "stirs its random numbers. What was drawn before stays equal. The time of day was set by the course's own agent; "
        "the uptime goes on from the moment of saving, whenever that was.",
        told_same_layout=same_layout,
        told_same_random=same_random,
    )


def _compare(stage: Stage, which: str, spec: MachineSpec) -> tuple[bool, bool]:
    """Show what two clones of one saved state answer; return whether their addresses and random numbers are equal."""
    from course.live import Machine

    answers = []
    for number in (1, 2):
        with Machine(spec=spec) as clone:
            answers.append([clone.run(command).stdout.strip() for command in (LAYOUT, FRESH, UPTIME)])
        stage.seen(f"Clone {number}{which}", "L1", f"{LAYOUT}; {FRESH}; {UPTIME}", "\n".join(answers[-1]))
    first, second = answers
    return first[0] == second[0], first[1] == second[1]


def run_owner(stage: Stage) -> None:
    """Hold a secret in a process of the guest, then read the guest's memory from L0."""
    stage.quietly(
        f"(python3 -c \"import time; secret = '{SECRET}'.encode() * 64; open('/tmp/held', 'w'); time.sleep(1000)\" "
        ">/dev/null 2>&1 &); until [ -e /tmp/held ]; do sleep 0.2; done"
    )
    stage.show(
        "In the guest",
        "ps -eo pid,user,comm | grep python3 | tail -1",
        "A process holds a secret in its memory and nowhere else.",
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "memory"
        stage.machine.qmp("pmemsave", val=0, size=256 << 20, filename=str(file))
        memory = file.read_bytes()
    at = memory.find(SECRET.encode() * 2)
    stage.seen(
        "From L0",
        "L0",
        "pmemsave, then search for the secret",
        f"{len(memory) >> 20} MiB read; " + (f"found: {SECRET}" if at >= 0 else "not found"),
        "L0 reads L1's memory as it reads any file. No escape is needed in this direction: the boundary protects L0 from L1.",
        found=at >= 0,
    )


EXHIBITS = (
    Exhibit(
        name="vm_is_data",
        title="A machine is data",
        shows="One saved state restored twice, and what the two copies share.",
        question="Two machines are restored from one saved state. Which of their identities and random numbers are equal?",
        reading="Whatever was in memory is copied, secrets and all. Only what the guest renews after it is told can differ.",
        run=run_clones,
    ),
    Exhibit(
        name="owner_sees_all",
        title="The owner sees all",
        shows="A secret in a guest's process, found by reading the guest's memory from L0.",
        question="A secret lies only in the memory of a process in a virtual machine. Can L0 read it?",
        reading="Yes. Isolation protects the machine below from the guest, not the guest from the machine below; that is what confidential VMs are for.",
        run=run_owner,
    ),
)
