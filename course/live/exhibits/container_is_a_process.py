"""Demonstration 4: a container is a process, and being process 1 is special (lesson 04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

START = "unshare --fork --pid --mount-proc sleep 1000 >/dev/null 2>&1 & sleep 1"
# A process 1 that starts a shell, which starts a sleep and ends: the sleep becomes an orphan.
NEVER_WAITS = "import os, time; os.system('sleep 0.3 &'); time.sleep(1); os.system('ps -eo pid,ppid,stat,comm')"
FIND = "pgrep --exact sleep"


def run(stage: Stage) -> None:
    """Start a process in a PID namespace of its own and find it from outside."""
    stage.quietly(START)
    numbers = stage.show(
        "One process, two numbers",
        f"grep NSpid /proc/$({FIND})/status",
        "The first number is the one outside, the last the one inside.",
    )
    outside, inside = numbers.split()[1:3]
    stage.value(inside=int(inside), another_outside=outside != inside)
    stage.show(
        "The machine sees it",
        f"ps -o pid,ppid,comm -p $({FIND}); ls /proc/$({FIND})/root | head -4",
        "It stands in the process list like any other, and even its root can be looked into.",
    )
    stage.show(
        "Process 1 survives its own kill",
        "unshare --fork --pid --mount-proc sh -c 'kill -9 1; echo still here as process $$'",
        "The kernel drops signals that process 1 of a namespace sends to itself and has no handler for, even the ninth.",
        level="L2",
    )
    stage.show(
        "Orphans become its children",
        f'unshare --fork --pid --mount-proc python3 -c "{NEVER_WAITS}"',
        "The orphan ended and nobody asked for its status: it stays a zombie, because this process 1 never waits.",
        level="L2",
    )
    stage.show(
        "Killed from outside",
        f"kill -9 $({FIND}); sleep 0.5; {FIND} || echo gone",
        "From outside it is an ordinary process: when process 1 of a namespace ends, all of the namespace ends.",
    )


EXHIBIT = Exhibit(
    name="container_is_a_process",
    title="A container is a process",
    shows="A process in a PID namespace, seen from outside and from inside, and what being process 1 means.",
    question="Inside a container, process 1 runs kill -9 1. What happens?",
    reading="Nothing: the kernel protects process 1 of a namespace from its own signals. Outside it has another number and dies as any process does.",
    run=run,
)
