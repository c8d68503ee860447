"""Demonstration 9: what falls with a kernel, and what does not (lessons 05 and 08)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from course.errors import CourseError
from course.live.exhibits.runtimes import BUNDLE, configuration
from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live import Machine
    from course.live.exhibits.stage import Stage

TRIGGER: Final = "/proc/sysrq-trigger"
WRITE: Final = f"crun run --bundle {BUNDLE} visitor"
NEIGHBOR: Final = "ps -e -o pid,comm | grep sleep"


def run(stage: Stage) -> None:
    """Let a container crash its kernel, after one that may not, with a second machine beside."""
    from course.live import Machine

    stage.require_marker()
    with Machine("base") as beside:
        _start_neighbor(stage.machine)
        _start_neighbor(beside)
        stage.show("A neighbor in the same kernel", NEIGHBOR, "Another program on this machine, minding its business.")
        _write_bundle(stage, protected=True)
        stage.show(
            "A container that may not",
            WRITE,
            f"Refused. One line of its configuration makes {TRIGGER} read-only in it; Docker and Podman write that "
            "line by default, and --privileged leaves it out.",
            level="L2",
            expect=None,
        )
        if stage.observations[-1].exit_status == 0:
            raise CourseError("The container was to be refused and was not.")
        _write_bundle(stage, protected=False)
        _crash(stage)
        neighbor = beside.run(NEIGHBOR).stdout
        stage.seen(
            "The machine beside",
            "L1",
            NEIGHBOR,
            neighbor,
            "It noticed nothing. It has a kernel of its own; the two share only QEMU's kernel, that of L0.",
            machine_beside_runs="sleep" in neighbor,
        )


def _start_neighbor(machine: Machine) -> None:
    machine.run("setsid sleep 10000 </dev/null >/dev/null 2>&1 & sleep 0.3")


def _write_bundle(stage: Stage, *, protected: bool) -> None:
    stage.busybox_root(f"{BUNDLE}/rootfs")
    content = configuration("sh", "-c", f"echo c > {TRIGGER}")
    content["linux"]["readonlyPaths"] = [TRIGGER] if protected else []
    stage.machine.put(f"{BUNDLE}/config.json", json.dumps(content, indent=1))


def _crash(stage: Stage) -> None:
    """Run the container that brings its kernel down, and keep what the machine said last."""
    from course.live import MachineEndedError

    try:
        said = stage.machine.run(WRITE, deadline=60)
    except MachineEndedError as ended:
        last = [
            line[line.index("[") :]  # without the prompt that stands before the first
            for line in stage.machine.console.text.splitlines()
            if "Trigger a crash" in line or "Kernel panic" in line
        ]
        stage.seen(
            "A container that may",
            "L2",
            WRITE,
            "\n".join([*last, str(ended)]),
            "One word written by one container, and its kernel stops: the container, its neighbor, and all that ran "
            "there. No escape was needed, only a kernel that is shared.",
            kernel_panicked="panicked" in str(ended),
        )
        return
    raise CourseError(f"The machine was to stop and did not: {said}")


EXHIBIT = Exhibit(
    name="blast_radius",
    title="What falls together",
    shows="A container that crashes the kernel it shares, and a virtual machine beside that does not notice.",
    question="A container may write to one file that crashes the kernel, and does. What stops: the container, the machine it is in, or every machine here?",
    reading="All that shares the kernel stops together, and nothing else. How far a failure reaches is decided by what is shared, not by what it is called.",
    run=run,
)
