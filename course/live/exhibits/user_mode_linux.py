"""User-mode Linux: a whole Linux kernel that is an ordinary process (lesson 09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

USER = "setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/dev/shm TMPDIR=/dev/shm"
KERNEL = (
    "linux.uml mem=64M rootfstype=hostfs rootflags=/ ro quiet init=/rw/first con=null con0=fd:0,fd:1 </dev/null 2>&1 "
    "| grep -E '^(kernel|processor|processes|reboot)'"
)
WATCH = "until pgrep linux.uml; do sleep 0.2; done; ps -eo user,comm | grep linux.uml | sort | uniq -c > /rw/seen"
FIRST = b"""#!/bin/bash
mount -t proc proc /proc
echo kernel: $(uname -r)
echo processor: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2)
echo processes: number 1 is "$(cat /proc/1/comm)", linux.uml among them: $(ps -e | grep -c linux.uml)
sleep 4
exec busybox poweroff -f
"""


def run(stage: Stage) -> None:
    """Start a kernel as an ordinary user, with the folders of L1 as its root, and look at it from both sides."""
    stage.machine.put("/rw/first", FIRST, mode=0o755)
    stage.show("The machine's kernel", "uname -r; grep -m1 -o 'model name.*' /proc/cpuinfo", "The kernel of L1.")
    stage.quietly(f"({WATCH}) >/dev/null 2>&1 &")
    inside = stage.show(
        "A kernel as a program",
        f"{USER} {KERNEL}",
        "It boots, has its own process 1, answers with its own version, and powers off. No root, no emulator, no help from the processor.",
        level="L2",
    )
    stage.value(booted="kernel: " in inside)
    stage.show("From outside", "cat /rw/seen", "While it ran, L1 saw processes of an ordinary user.")


EXHIBIT = Exhibit(
    name="user_mode_linux",
    title="A kernel is a program",
    shows="A Linux kernel started by an ordinary user as a process on L1, and a program that it runs.",
    question="Can an ordinary user start a second Linux kernel, without an emulator and without hardware virtualization?",
    reading="Yes, if the kernel was compiled for it: where another one uses the hardware, this one makes system calls. "
    "gVisor's makers name it as a forerunner.",
    run=run,
    platform="user_mode_linux",
    image="engines",
)
