"""How many system calls there are, how many a program makes, and what a profile leaves (lesson 08)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from course.live.exhibits.runtimes import configuration
from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

PROFILE = "/usr/share/containers/seccomp.json"
# What crun itself still does between switching the filter on and starting the program.
STARTING = ("capget", "capset", "chdir", "futex", "getdents64", "prctl", "rt_sigaction", "rt_sigprocmask", "write")


def run(stage: Stage) -> None:
    """Count the calls of a program, of the kernel and of a profile; then leave the program its own and no more."""
    stage.show(
        "A small program",
        "strace -c -U calls,name busybox cat /etc/hostname",
        "Each line is one kind of call, with how often it was made. Most of it is getting started.",
    )
    made = stage.quietly("strace busybox cat /etc/hostname 2>&1 >/dev/null | grep -oE '^[a-z0-9_]+' | sort -u").split()
    stage.value(kinds=len(made))
    stage.show(
        "The kernel, and an engine's profile",
        f"python3 {stage.program('profile.py')} {PROFILE}",
        "The profile that comes with Podman. It takes away what hardly a program needs and leaves the rest to all.",
    )
    stage.quietly(f"echo L2 > {stage.busybox_root('/rw/rootfs')}/etc/hostname")
    for name, arguments in (("cat", ("cat", "/etc/hostname")), ("mkdir", ("mkdir", "/tmp/new"))):
        _narrow(stage, f"/rw/{name}", sorted({*made, *STARTING}), *arguments)
    stage.show(
        "Only its own calls",
        "crun run --bundle /rw/cat cat",
        "The same program works under a list that was made for it.",
        level="L2",
    )
    stage.show(
        "Another program under that list",
        "crun run --bundle /rw/mkdir mkdir",
        "The first call that is not on the list is answered with an error, and root cannot change that.",
        level="L2",
        expect=1,
    )
    stage.show(
        "Behind two of the calls",
        "find /proc/sys -type f -perm /u+w | wc -l",
        "So many settings of the kernel are files. To a filter, writing one of them is openat and write, as for any file.",
    )


def _narrow(stage: Stage, bundle: str, calls: list[str], *arguments: str) -> None:
    """Write a bundle whose filter lets the given calls through and answers all others with an error."""
    settings = configuration("busybox", *arguments)
    settings["root"] = {"path": "/rw/rootfs"}
    settings["process"]["noNewPrivileges"] = True  # then crun switches the filter on as its last act but one
    rule = {"names": calls, "action": "SCMP_ACT_ALLOW"}
    settings["linux"]["seccomp"] = {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [rule]}
    stage.quietly(f"mkdir -p {bundle}")
    stage.machine.put(f"{bundle}/config.json", json.dumps(settings, indent=1).encode())


EXHIBIT = Exhibit(
    name="system_calls",
    title="Counting system calls",
    shows="The calls that a small program makes, those that the kernel has, and those that a profile leaves.",
    question="A kernel has hundreds of system calls. How many kinds of them does a program need that prints a file?",
    reading="A few. A general profile leaves most of them, one made for the program almost none; and what lies behind "
    "one call can be larger than what lies behind a hundred others.",
    run=run,
    image="engines",
)
