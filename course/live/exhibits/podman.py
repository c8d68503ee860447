"""Podman: an engine without a daemon (lesson 05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

# Where the guest has room, and without what only a system with systemd and a registry needs.
PODMAN = "podman --root /rw/podman --runroot /run/podman --storage-driver vfs --cgroup-manager cgroupfs --events-backend none --runtime crun"
RUN = f"{PODMAN} run --network none"


def run(stage: Stage) -> None:
    """Run a container and look who stays behind."""
    root = stage.busybox_root("/rw/tiny")
    stage.show(
        "Run it",
        f"{RUN} --rm --rootfs {root} sh -c 'uname -r; ps'",
        "No daemon was started before: podman itself asked crun.",
        level="L2",
    )
    stage.quietly(f"{RUN} -d --rootfs {root} sleep 1000")
    stage.show(
        "Who stays",
        "ps -eo pid,ppid,args --forest | grep -E 'podman|conmon|crun|sleep 1000' | grep -v grep | cut -c1-70",
        "conmon, one for each container, holds its output and waits for its end. Podman and crun are gone.",
    )
    stage.show(
        "Podman finds it again",
        f"{PODMAN} ps --format '{{{{.Status}}}} {{{{.Command}}}}'",
        "The state lies in files, not in a daemon.",
    )
    stage.quietly(f"{PODMAN} rm -fa -t 0")


EXHIBIT = Exhibit(
    name="podman",
    title="Podman: no daemon",
    shows="A container run without any daemon, and the one small process that stays with it.",
    question="A container runs detached, and no daemon does. Who waits for it to end?",
    reading="conmon, a small monitor of its own. The engine is a program that ends; its knowledge lies in files.",
    run=run,
    platform="podman",
    image="engines",
    machine={"state": "engines"},
)
