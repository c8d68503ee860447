"""LXC: a system container with an init of its own (lesson 04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

ROOT = "/rw/system"
INSIDE = "lxc-attach -n system --"
# Busybox is an init too: it reads this table, starts what stands in it, and starts again what ends.
INITTAB = "::sysinit:/bin/hostname system\n::respawn:/bin/httpd -f -p 80 -h /tmp\n::respawn:/bin/sleep 1000\n"
CONFIGURATION = f"""lxc.uts.name = system
lxc.rootfs.path = dir:{ROOT}
lxc.net.0.type = empty
lxc.apparmor.profile = unconfined
lxc.mount.auto = proc:mixed sys:ro
lxc.init.cmd = /bin/init
"""
END_A_SERVICE = "old=$(pidof httpd); kill $old; until pidof httpd | grep -vx $old; do sleep 0.5; done; echo was $old"


def run(stage: Stage) -> None:
    """Start a whole system in a container, look into it, and end one of its services."""
    stage.uses("lxc")
    stage.busybox_root(ROOT)
    stage.machine.put(f"{ROOT}/etc/inittab", INITTAB.encode())
    stage.quietly(f"ln -sf busybox {ROOT}/bin/init; mkdir -p /var/lib/lxc/system {ROOT}/var {ROOT}/run")
    stage.machine.put("/var/lib/lxc/system/config", CONFIGURATION.encode())
    stage.show(
        "Start it",
        "lxc-start -n system && lxc-wait -n system -s RUNNING && lxc-ls -f",
        "It starts as a machine does, and stays up without a command of ours in it.",
    )
    stage.quietly(f"timeout 30 {INSIDE} /bin/sh -c 'until pidof httpd && pidof sleep; do sleep 0.2; done'")
    inside = stage.show(
        "What runs inside",
        f"{INSIDE} /bin/ps -o pid,args",
        "Process 1 is an init, with services below it: a system, not one application.",
        level="L2",
    )
    stage.value(services=sum(name in inside for name in ("httpd", "sleep")))
    ended = stage.show(
        "End a service",
        f"{INSIDE} /bin/sh -c '{END_A_SERVICE}'",
        "Another number: init noticed the end and started it again; that is what an init is for, and what an application container lacks.",
        level="L2",
    )
    now, _, before = ended.split()
    stage.value(restarted=now != before)
    kernels = stage.show(
        "Its kernel",
        f"{INSIDE} /bin/uname -r; uname -r",
        "The same line twice. A whole system, and still no kernel of its own.",
        level="L2",
    )
    stage.value(kernels=len(set(kernels.split())))
    stage.quietly("lxc-stop -n system -k")


EXHIBIT = Exhibit(
    name="lxc",
    title="LXC: a system container",
    shows="A container that boots an init with services, looked into and disturbed.",
    question="It has an init, services and a name. Does it have a kernel?",
    reading="No. A system container holds all of a system above the kernel; the kernel is the machine's.",
    run=run,
    platform="lxc",
    image="engines",
    machine={"state": "engines"},
)
