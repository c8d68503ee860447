"""Podman: an engine without a daemon, and without root (lessons 05 and 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

# What Podman would ask systemd for, it does itself; nothing is pulled, so a container needs no network here.
CONFIGURATION = """[engine]
runtime = "crun"
cgroup_manager = "cgroupfs"
events_logger = "none"
[containers]
netns = "none"
"""
PROGRAMS = "podman,conmon,crun,runc,sleep"
# An ordinary user of the guest, logged in by hand: with a folder at run time and a home with room.
AS_LEARNER = "setpriv --reuid learner --regid learner --init-groups env --chdir=/home/learner HOME=/home/learner XDG_RUNTIME_DIR=/run/learner"


def run(stage: Stage) -> None:
    """Run a container, look who stays behind, and run one as an ordinary user."""
    stage.uses("podman", "conmon", "crun")
    stage.quietly("mkdir -p /etc/containers; modprobe overlay")
    stage.machine.put("/etc/containers/containers.conf", CONFIGURATION)
    root = stage.busybox_root("/rw/tiny")
    stage.quietly(f"tar -C {root} -c . | podman --log-level error import - tiny")
    stage.show(
        "Run it",
        "pgrep --list-full podman; podman run --rm tiny sh -c 'uname -r; ps -o pid,comm; grep -E \"CapEff|Seccomp:\" /proc/self/status'",
        "No daemon runs before: podman itself asked crun. Fewer powers than root has, and a filter (2).",
        level="L2",
    )
    stage.quietly("podman run -d --name stays tiny sleep 1000")
    tree = stage.show(
        "Who stays",
        f"python3 {stage.program('tree.py')} {PROGRAMS}",
        "conmon, one for each container, holds its output and waits for its end. Podman and crun are gone.",
    )
    stage.value(conmon_stays="conmon " in tree, podman_stays="podman " in tree)
    stage.show(
        "Podman finds it again",
        "podman ps --format '{{.Names}}: {{.Command}}, {{.State}}'",
        "The state lies in files and in the kernel, not in a daemon.",
    )
    stage.quietly("podman rm -fa -t 0")
    _without_root(stage)


def _without_root(stage: Stage) -> None:
    stage.quietly(
        "install -d -o learner -g learner /run/learner /rw/learner && cp -a /rw/tiny /rw/learner/tiny && "
        "chown -R learner:learner /rw/learner && mount --bind /rw/learner /home/learner"
    )
    mapping = stage.show(
        "Without root",
        f"{AS_LEARNER} podman --log-level error run --rm --cgroups disabled --rootfs /home/learner/tiny sh -c 'id -u; cat /proc/self/uid_map; touch /bin/mine'; stat -c '%u %n' /home/learner/tiny/bin/mine",
        "User 0 inside is user 1000 outside, and the other numbers are those that the machine lends this user: a user namespace. What root inside makes belongs to 1000.",
        level="L2",
    ).splitlines()
    stage.value(root_inside=mapping[0] == "0", owner_outside=mapping[-1].split()[0])


EXHIBIT = Exhibit(
    name="podman",
    title="Podman: no daemon",
    shows="A container run without any daemon, the one small process that stays with it, and the same without root.",
    question="A container runs detached, and no daemon does. Who waits for it to end?",
    reading="conmon, a small monitor of its own. The engine is a program that ends; its knowledge lies in files.",
    run=run,
    platform="podman",
    image="engines",
    machine={"state": "engines"},
)
