"""Configurations that hand over the machine below, each opened, traced to its line, and closed (lesson 08).

All of it is authority that the configuration gives. No flaw is used, nothing is changed but a file that is put back,
and the guest is disposable: `require_marker` refuses to go on where the guest's marker is missing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from course.live.exhibits.docker import make_image
from course.live.exhibits.runtimes import configuration
from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.live.exhibits.stage import Stage

FLAG = "/rw/planted/flag"
PATTERN = "/proc/sys/kernel/core_pattern"
# What stands in one configuration and not in the other, and the other way round; either may be nothing.
DIFFERENCE = (
    "cd /rw; for pair in 'closed open' 'open closed'; do set -- $pair; grep -HvxFf $1/config.json $2/config.json; done; "
    "true"
)
# Seconds for one container that starts another by the engine, on a busy machine that is emulated.
TWO_STARTS = 600
CAPABILITY_SETS = ("bounding", "effective", "permitted")


def laid_out(value: Any, depth: int = 0) -> str:
    """Return a configuration as JSON in which each setting has a line of its own, so that two differ by lines."""
    if depth == 2 or not isinstance(value, (dict, list)):
        return json.dumps(value)
    inner = (
        [f"{json.dumps(key)}: {laid_out(one, depth + 1)}" for key, one in value.items()]
        if isinstance(value, dict)
        else [laid_out(one, depth + 1) for one in value]
    )
    left, right = "{}" if isinstance(value, dict) else "[]"
    between = ",\n" + " " * (depth + 1)
    return f"{left}\n{' ' * (depth + 1)}{between.join(inner)}\n{' ' * depth}{right}"


def with_mount(settings: dict[str, Any]) -> None:
    """Show the container the root of L1, as `-v /:/host:ro` does."""
    settings["mounts"].insert(0, {"destination": "/host", "source": "/", "options": ["rbind", "ro"]})


def with_capabilities(settings: dict[str, Any], *names: str) -> None:
    """Give the container's root some of root's powers, as `--cap-add` does."""
    settings["process"]["capabilities"] = {each: list(names) for each in CAPABILITY_SETS}


def without_namespace(settings: dict[str, Any], kind: str) -> None:
    """Leave a namespace out, as `--pid=host` does: the process stays in that of L1."""
    settings["linux"]["namespaces"] = [one for one in settings["linux"]["namespaces"] if one["type"] != kind]


def with_read_only_path(settings: dict[str, Any], path: str) -> None:
    """Have the runtime mount a path read-only over itself, as engines do with the kernel's settings."""
    settings["linux"] = {"readonlyPaths": [path], **settings["linux"]}


def run_bind_mount(stage: Stage) -> None:
    """Read a file of L1 through a mount that is too wide."""
    read = ("cat", f"/host{FLAG}")
    _prepare(stage, FLAG)
    _bundles(stage, read, opened=with_mount)
    stage.show("Open", "crun run --bundle /rw/open open", "The container reads a file of L1's root.", level="L2")
    _line(stage, "A mount of `/`. That it is read-only protects L1 from changes, and not its secrets from being read.")
    _closed(stage, "The same command. The path is not there: nothing has to be forbidden that cannot be named.")
    _log(
        stage,
        "cat",
        "An audit rule on the file names the reader. The container has no log of it: a read that was allowed is no error.",
    )


def run_disk(stage: Stage) -> None:
    """Make a device file for L1's disk, and mount it."""
    numbers = stage.quietly("stat --format '%Hr %Lr' /dev/vda").strip()
    mounting = "mount -t squashfs -o ro /dev/disk /tmp/disk; cat /tmp/disk/etc/debian_version"
    attempt = ("sh", "-c", f"rm -f /dev/disk; mkdir -p /tmp/disk; mknod /dev/disk b {numbers}; {mounting}")
    _prepare(stage, "mknod", "mount")
    _bundles(stage, attempt, opened=lambda settings: with_capabilities(settings, "CAP_MKNOD", "CAP_SYS_ADMIN"))
    stage.show(
        "The disk of L1",
        "stat --format '%n: %F, numbers %Hr and %Lr' /dev/vda",
        "A device file is a type and two numbers. The container's root has no such file.",
    )
    stage.show(
        "Open", "crun run --bundle /rw/open open", "It makes one, mounts L1's disk and reads from it.", level="L2"
    )
    _line(
        stage,
        "Two capabilities. CAP_MKNOD alone would do to read the disk's raw blocks, as this bundle has no list of "
        "devices; engines have one, in the control group.",
    )
    _closed(stage, "The same command. No device file, no mount, no file.", expect=1)
    _log(stage, "/disk", "Done in the first run, refused in the second: each by program and path.")


def run_host_processes(stage: Stage) -> None:
    """Enter the mount namespace of L1's process 1."""
    attempt = ("sh", "-c", f"echo $(ps | grep -c '^ ') processes; busybox nsenter --target 1 --mount cat {FLAG}")
    powers = ("CAP_SYS_ADMIN", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE")
    _prepare(stage, "setns")
    _bundles(
        stage,
        attempt,
        both=lambda settings: with_capabilities(settings, *powers),
        opened=lambda settings: without_namespace(settings, "pid"),
    )
    stage.show(
        "Open",
        "crun run --bundle /rw/open open",
        "It sees the processes of L1, takes the view of process 1 and reads a file that only that view has.",
        level="L2",
    )
    _line(stage, "No PID namespace of its own. The capabilities stand in both: many give them and rely on the view.")
    _closed(stage, "The same command. Process 1 is now its own, and so is the view that it takes.", expect=1)
    _log(
        stage,
        "busybox",
        "Both runs are allowed to take a view. Only what is number 1 has changed: a log of calls needs reading.",
    )


def run_core_pattern(stage: Stage) -> None:
    """Show that a setting of the whole kernel can be written, by writing what it says already."""
    attempt = ("sh", "-c", f'setting=$(cat {PATTERN}); echo "$setting" > {PATTERN} && echo written: $setting')
    _prepare(stage, "openat")
    _bundles(stage, attempt, closed=lambda settings: with_read_only_path(settings, "/proc/sys"))
    stage.show(
        "Open",
        "crun run --bundle /rw/open open",
        "It writes back what it found, the name of a file. A program may stand there instead, after a |: L1's kernel "
        "would run it outside of every container whenever a process crashes.",
        level="L2",
    )
    _line(stage, "Here a line is missing. The specification leaves it to the configuration; engines write it.")
    _closed(
        stage, "The same command. It reads and cannot write, although it is root: the mount is read-only.", expect=1
    )
    _log(
        stage,
        "core_pattern",
        "The opening for writing is noted by path. Without such a rule only a comparison of the setting shows it.",
    )


def run_engine_socket(stage: Stage) -> None:
    """Ask L1's engine, from a container that was given its socket, for another container."""
    _plant(stage)
    make_image(stage)
    stage.quietly("date +%s > /rw/began")
    client = "docker run --rm -v /usr:/usr:ro --entrypoint /bin/sh"
    asked = f"'ln -s /usr/lib64 /lib64; /usr/bin/docker run --rm -v /:/host tiny cat /host{FLAG}'"
    stage.show(
        "Open",
        f"{client} -v /var/run/docker.sock:/var/run/docker.sock:ro tiny -c {asked}",
        "The container has a client and the socket. It asks for a second container that mounts L1's root, and gets it.",
        level="L2",
        deadline=TWO_STARTS,
    )
    stage.show(
        "The line that allowed it",
        "echo '-v /var/run/docker.sock:/var/run/docker.sock:ro'",
        "Read-only is said of the file's name. What is said through the socket is a request to a daemon that is root.",
    )
    stage.show(
        "Closed",
        f"{client} tiny -c {asked} 2>&1",
        "The same command without the socket. There is nobody to ask.",
        level="L2",
        deadline=TWO_STARTS,
        expect=125,
    )
    stage.show(
        "Which log shows it",
        "docker events --since $(cat /rw/began) --until $(date +%s) --filter event=create --format '{{.Type}} {{.Action}}: {{.Actor.Attributes.image}}'",
        "The engine's own events: three containers were made, and only two of them by the one who typed.",
    )


def _prepare(stage: Stage, *noted: str) -> None:
    _plant(stage)
    stage.busybox_root("/rw/rootfs")
    program = stage.program("audit.py")
    stage.quietly(f"python3 {program} note {' '.join(noted)}")


def _plant(stage: Stage) -> None:
    """Put a flag where only L1 should find it; refuse on any machine that is not the course's own guest."""
    stage.require_marker()
    stage.quietly(f"mkdir -p $(dirname {FLAG}); echo the planted flag > {FLAG}; chmod 600 {FLAG}")


def _as_it_is(_settings: dict[str, Any]) -> None:
    """Change nothing."""


def _bundles(
    stage: Stage,
    arguments: tuple[str, ...],
    *,
    both: Callable[[dict[str, Any]], None] = _as_it_is,
    opened: Callable[[dict[str, Any]], None] = _as_it_is,
    closed: Callable[[dict[str, Any]], None] = _as_it_is,
) -> None:
    """Write two bundles with one root file system that differ in one line of config.json."""
    for name, change in (("open", opened), ("closed", closed)):
        settings = configuration(*arguments)
        settings["root"] = {"path": "/rw/rootfs"}
        with_capabilities(settings, "CAP_KILL")
        both(settings)
        change(settings)
        stage.quietly(f"mkdir -p /rw/{name}")
        stage.machine.put(f"/rw/{name}/config.json", laid_out(settings).encode() + b"\n")


def _line(stage: Stage, reading: str) -> None:
    stage.show("The line that allowed it", DIFFERENCE, reading, expect=None)


def _closed(stage: Stage, reading: str, expect: int = 1) -> None:
    stage.show("Closed", "crun run --bundle /rw/closed closed", reading, level="L2", expect=expect)


def _log(stage: Stage, word: str, reading: str) -> None:
    stage.show("Which log shows it", f"python3 /root/audit.py show {word}", reading)


EXHIBITS = (
    Exhibit(
        name="open_bind_mount",
        title="Opened and closed: a mount",
        shows="A container that was given L1's root as a folder, read-only, and the same container without it.",
        question="A container mounts the root of L1 read-only. Can it read a file that only root on L1 may read?",
        reading="What is mounted is shared. The container's root is L1's root, and the file's mode does not keep root out.",
        run=run_bind_mount,
    ),
    Exhibit(
        name="open_disk",
        title="Opened and closed: the disk",
        shows="A container with two capabilities more than usual, which makes a device file and mounts L1's disk.",
        question="A container has no device file for the disk and may make one and mount. What does it reach?",
        reading="A device file is only a name for a number. Who may make names and mount has the disk, whatever the view.",
        run=run_disk,
    ),
    Exhibit(
        name="open_host_processes",
        title="Opened and closed: the processes of L1",
        shows="A container with L1's process numbers and the power to take views, and the same one with numbers of its own.",
        question="A container sees L1's process 1. What else does it have, if it may take views?",
        reading="Views can be joined through any process that one can name. A namespace that is left out is a door.",
        run=run_host_processes,
    ),
    Exhibit(
        name="open_core_pattern",
        title="Opened and closed: a setting of the kernel",
        shows="A container in which the kernel's settings can be written, shown and not used, and one in which they cannot.",
        question="A container has every namespace of its own. Whose program is named in its core_pattern?",
        reading="L1's. No namespace divides this setting; only the line that makes it read-only stands in the way.",
        run=run_core_pattern,
    ),
    Exhibit(
        name="open_engine_socket",
        title="Opened and closed: the engine's socket",
        shows="A container that was given the engine's socket, read-only, and asks it for another container.",
        question="The engine's socket is mounted read-only. What can the container do with it?",
        reading="Everything that the engine can. The request is carried out by a daemon that is root and asks no further.",
        run=run_engine_socket,
        platform="",
        image="engines",
        machine={"state": "docker"},
    ),
)
