"""Demonstration 8: a weight shares exactly, a quota makes gaps (lessons 05 and 07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

GROUPS = "/sys/fs/cgroup"
SPIN = "while :; do :; done"
GAPS = (
    "import time\n"
    "end, last, gaps = time.monotonic() + 3, time.monotonic(), []\n"
    "while last < end:\n"
    "    now = time.monotonic()\n"
    "    gaps.append(now - last)\n"
    "    last = now\n"
    "gaps = sorted(gaps)\n"
    "print(sum(gap > 0.02 for gap in gaps), 'gaps above 20 ms in 3 s; the longest', round(gaps[-1] * 1000), 'ms')\n"
)
WATCH = (
    f"sh -c 'echo $$ > {GROUPS}/capped/cgroup.procs; exec python3 /tmp/gaps.py'; "
    f"grep nr_throttled {GROUPS}/capped/cpu.stat"
)


def _usage(stage: Stage, name: str) -> int:
    lines = stage.quietly(f"cat {GROUPS}/{name}/cpu.stat").splitlines()
    return int(dict(line.split() for line in lines)["usage_usec"])


def run(stage: Stage) -> None:
    """Let two groups compete by weight, then let one run under a quota."""
    stage.quietly(
        f"echo +cpu > {GROUPS}/cgroup.subtree_control; mkdir -p {GROUPS}/light {GROUPS}/heavy {GROUPS}/capped"
    )
    stage.quietly(f"echo 100 > {GROUPS}/light/cpu.weight; echo 400 > {GROUPS}/heavy/cpu.weight")
    for name in ("light", "heavy"):
        stage.quietly(f"sh -c 'echo $$ > {GROUPS}/{name}/cgroup.procs; {SPIN}' >/dev/null 2>&1 & true")
    stage.quietly("sleep 5")
    light, heavy = _usage(stage, "light"), _usage(stage, "heavy")
    stage.show(
        "Two spinners, weights 100 and 400",
        f"grep usage_usec {GROUPS}/light/cpu.stat {GROUPS}/heavy/cpu.stat",
        "CPU time in the ratio of the weights: nobody is refused anything while the CPU is free.",
        ratio=round(heavy / light, 2),
    )
    stage.quietly(f"for group in light heavy; do echo 1 > {GROUPS}/$group/cgroup.kill; done")
    stage.machine.put("/tmp/gaps.py", GAPS.encode())
    stage.show(
        "A loop that watches the clock, without a quota",
        WATCH,
        "Never throttled: the kernel of L1 did not stop it. Gaps that it saw all the same are noise of L0.",
    )
    stage.quietly(f"echo '20000 100000' > {GROUPS}/capped/cpu.max")
    stage.show(
        "The same loop with 20 ms of CPU in each 100 ms",
        WATCH,
        "It runs for its share of each period, then stands still until the next: a request that falls into the gap waits.",
    )


EXHIBIT = Exhibit(
    name="weights_and_quotas",
    title="Weights and quotas",
    shows="Two busy groups that share a CPU by weight, and one that is held to a fifth of it by a quota.",
    question="A program may use a fifth of a CPU. For how long does it stand still at a time?",
    reading="For most of each period. A weight shares what there is; a quota stops the program although the CPU is free.",
    run=run,
)
