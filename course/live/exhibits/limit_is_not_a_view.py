"""Demonstration 7: a limit changes what a process may use, not what it sees (lesson 05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

GROUP = "/sys/fs/cgroup/small"
INSIDE = f"sh -c 'echo $$ > {GROUP}/cgroup.procs; "


def run(stage: Stage) -> None:
    """Limit a group to 50 MB, look at the memory from inside, then take more."""
    stage.quietly(
        f"echo +memory > /sys/fs/cgroup/cgroup.subtree_control; mkdir -p {GROUP}; echo 50M > {GROUP}/memory.max"
    )
    stage.show("The machine's memory", "grep MemTotal /proc/meminfo", "All that this machine has.")
    stage.show(
        "Seen from inside the limit",
        f"{INSIDE} grep MemTotal /proc/meminfo; cat {GROUP}/memory.max'",
        "The same number: /proc/meminfo knows nothing of control groups. The limit stands in a file of the group.",
    )
    stage.show(
        "Taking 200 MB",
        f'{INSIDE} python3 -c "print(len(bytearray(200 << 20)))"\'; grep oom_kill {GROUP}/memory.events',
        "Killed at the limit, without a word to the program; the group counts it.",
        expect=None,
    )
    events = dict(line.split() for line in stage.quietly(f"cat {GROUP}/memory.events").splitlines())
    stage.value(oom_kill=int(events["oom_kill"]))
    stage.show("The machine is well", "free -m | head -2", "Only the group paid.")


EXHIBIT = Exhibit(
    name="limit_is_not_a_view",
    title="A limit is not a view",
    shows="A control group with 50 MB: what free memory a process in it reads, and what happens when it takes more.",
    question="A process may use 50 MB. How much memory does it see in /proc/meminfo?",
    reading="All of the machine's. Programs that size themselves by it take too much and are killed by their group's limit.",
    run=run,
)
