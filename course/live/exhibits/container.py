"""A container built step by step, each step seen from inside and from outside (lessons 04 and 05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

SHOWN = "hostname,ipc,network,pid,mounts,root,proc"
ALLOWED = "limits,capabilities,seccomp"


def _prepare(stage: Stage) -> str:
    program = stage.program("container.py")
    stage.busybox_root("/rw/container/image")
    return f"python3 {program}"


def run(stage: Stage) -> None:
    """Add one step after the other and look at what changed."""
    build = _prepare(stage)
    stage.show(
        "No step at all",
        f"{build} sh -c 'hostname; ls /; ps -e | wc -l'",
        "A process like any other: the machine's own name, root and all of its processes.",
    )
    stage.show(
        "A name of its own",
        f"{build} --steps hostname sh -c 'hostname'; echo outside: $(hostname)",
        "The UTS namespace: inside it says box, outside nothing changed.",
        level="L2",
    )
    stage.show(
        "A network of its own",
        f"{build} --steps network ip -brief address",
        "The network namespace: one loopback and nothing else, until somebody connects it.",
        level="L2",
    )
    processes = stage.show(
        "Process numbers of its own",
        f"{build} --steps pid,mounts,proc ps -e",
        "The PID namespace with a /proc of its own: the command is process 1.",
        level="L2",
    )
    stage.value(processes=len(processes.splitlines()) - 1)
    stage.show(
        "A root file system of its own",
        f"{build} --steps mounts,root,proc sh -c 'ls /; echo new > /file; ls /'",
        "An overlay over the image, made the root by pivot_root: the machine's files are out of reach.",
        level="L2",
    )
    stage.show(
        "What was written, seen from outside",
        "find /rw/container/upper /rw/container/image -name file",
        "The image below is untouched; what was written lies in the upper layer.",
    )
    stage.show(
        "Limits",
        f"{build} --steps limits sh -c 'cat /proc/self/cgroup /sys/fs/cgroup/container/memory.max; grep MemTotal /proc/meminfo'",
        "The control group limits memory; /proc/meminfo still shows all of the machine's.",
        level="L2",
    )
    stage.show(
        "Fewer powers",
        f"{build} --steps capabilities sh -c 'grep CapEff /proc/self/status; id -u; date -s 12:00'",
        "Still user 0, yet it may not set the clock: that power was taken away.",
        level="L2",
        expect=1,
    )
    stage.show(
        "Fewer system calls",
        f"{build} --steps seccomp sh -c 'grep Seccomp: /proc/self/status; mount -t tmpfs none /mnt; echo status $?'",
        "All capabilities are there, and mount is refused all the same: the filter runs before the call.",
        level="L2",
        expect=None,
    )
    stage.show(
        "All steps together",
        f"{build} --steps {SHOWN},{ALLOWED} sh -c 'hostname; ps; ls /; cat /proc/self/cgroup; grep -E \"CapEff|Seccomp:\" /proc/self/status'",
        "This is what is called a container: no object of the kernel, a process after a list of steps.",
        level="L2",
    )


EXHIBIT = Exhibit(
    name="container",
    title="A container, step by step",
    shows="Namespaces, a root of its own, a control group, capabilities and a filter, each added alone and looked at from both sides.",
    question="After which of the steps does the kernel hold an object called a container?",
    reading="After none. Each step changes one thing about a process; the sum of them is what people call a container.",
    run=run,
)
