"""gVisor: whose kernel answers? (lesson 09, demonstration 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

RUNSC = "runsc --platform=systrap do"


def run(stage: Stage) -> None:
    """Ask the same question natively, under crun and under gVisor."""
    from course.live.exhibits.runtimes import write_bundle

    stage.uses("runsc", "crun")
    bundle = write_bundle(stage, "uname", "-r")
    machine = stage.show("The machine's kernel", "uname -r", "The kernel of L1.")
    crun = stage.show(
        "Under crun", f"cd {bundle} && crun run one", "The same: a container asks the machine's kernel.", level="L2"
    )
    gvisor = stage.show(
        "Under gVisor",
        f"{RUNSC} uname -r",
        "Another answer. The program's system calls end in a kernel written in Go that runs as a process.",
        level="L2",
    )
    stage.value(crun_same=crun == machine, gvisor_same=gvisor == machine)
    stage.show("Its boot messages", f"{RUNSC} dmesg", "It even has some; its authors had fun with them.", level="L2")
    stage.show(
        "The same CPU",
        f"grep -m1 vendor_id /proc/cpuinfo; {RUNSC} grep -m1 vendor_id /proc/cpuinfo; test -e /dev/kvm || echo no /dev/kvm",
        "No virtual machine is involved: the same processor, another interface to it.",
        level="L2",
    )


EXHIBIT = Exhibit(
    name="gvisor",
    title="Whose kernel answers?",
    shows="uname asked natively, under crun and under gVisor's runsc.",
    question="The same program asks for the kernel's version under crun and under gVisor. Does it get the same answer?",
    reading="No. Under crun the machine's kernel answers, under gVisor a kernel in user space: same CPU, no VM, another boundary.",
    run=run,
    platform="gvisor",
    image="engines",
    machine={"state": "engines"},
)
