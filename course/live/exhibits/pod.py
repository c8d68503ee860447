"""A pod by hand: a process that pauses, and two containers in its network namespace (lesson 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

PAUSE = (
    "unshare --net --uts --ipc sh -c 'ip link set lo up; hostname pod; exec sleep 1000' >/dev/null 2>&1 & "
    "echo $! > /run/pause"
)
JOIN = "nsenter --net --uts --ipc --target $(cat /run/pause)"
CONTAINER = f"{JOIN} unshare --pid --fork --mount-proc"
SERVER = f"{CONTAINER} busybox httpd -f -p 8080 -h /srv/www"
# Asked until somebody answers: how long a start takes is the machine's affair.
ASK = f"until {JOIN} busybox wget -qO- 127.0.0.1:8080 2>/dev/null; do sleep 0.5; done"


def run(stage: Stage) -> None:
    """Start the process that pauses, join it twice, and take one of the containers away."""
    stage.quietly("mkdir -p /srv/www && echo 'hello from the first container' > /srv/www/index.html")
    stage.show(
        "The pause process",
        f"{PAUSE}; until pgrep --exact sleep >/dev/null; do sleep 0.2; done; ps -o pid,args -p $(cat /run/pause)",
        "It owns a network, a host name and an IPC namespace, and sleeps. This is the pod; there is nothing in it yet.",
    )
    stage.quietly(f"({SERVER} >/dev/null 2>&1 &); {ASK}")
    stage.seen(
        "The first container",
        "L1",
        f"{SERVER} &",
        "",
        "It joins three namespaces of the pause process and makes two of its own, for processes and mounts. It serves "
        "port 8080.",
    )
    stage.show(
        "The second container",
        f"{CONTAINER} sh -c 'hostname; busybox wget -qO- 127.0.0.1:8080; ps -e'",
        "It reaches the first by 127.0.0.1 and has the same host name; but it does not see the first one's process.",
        level="L2",
    )
    stage.show(
        "From outside",
        "busybox wget -qO- 127.0.0.1:8080 2>&1",
        "L1's own 127.0.0.1 is another one: nobody listens there.",
        expect=None,
    )
    shared = stage.show(
        "Shared or not",
        "for kind in net uts ipc mnt pid; do echo $kind $(for p in $(cat /run/pause) $(pgrep -x busybox); do readlink /proc/$p/ns/$kind; done); done",
        "Of the pause process and the server: network, host name and IPC are the same, mounts and processes are not.",
    )
    for line in shared.splitlines():
        kind, first, second = line.split()
        stage.value(**{f"shares_{kind}": first == second})
    stage.show(
        "Two servers on one port",
        f"{SERVER} 2>&1",
        "In a pod there is one port 8080 for all containers. In two pods there are two.",
        level="L2",
        expect=None,
    )
    stage.show(
        "The first container dies and comes back",
        f"kill -9 $(pgrep -x busybox); while pgrep -x busybox >/dev/null; do sleep 0.2; done; ({SERVER} >/dev/null 2>&1 &); {ASK}; {JOIN} hostname",
        "The pod outlived its container: the pause process has held its namespaces, and with them its address. It takes "
        "-9 to end the server, which is process 1 of its namespace and has no handler for less.",
        level="L2",
    )
    stage.show(
        "The pause process dies",
        f"kill $(cat /run/pause); while [ -e /proc/$(cat /run/pause) ]; do sleep 0.2; done; {JOIN} true 2>&1; pgrep -x busybox >/dev/null && echo 'the server still runs'",
        "Nothing stops, but nobody can join any more: the name by which the pod was found was a process.",
        expect=None,
    )


EXHIBITS = (
    Exhibit(
        name="pod",
        title="A pod by hand",
        shows="A sleeping process whose network, host name and IPC two containers share, made with unshare and nsenter.",
        question="Two containers of one pod: do they share the network, the processes, the files?",
        reading="A pod is namespaces that a process holds and others join: the network, the host name, IPC. Files and processes stay each container's own.",
        run=run,
    ),
)
