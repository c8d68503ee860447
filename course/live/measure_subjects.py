"""What is started to be measured: a process, a process apart, and a container of each engine (lesson 07).

Each is prepared on the stage of the exhibits and then started by one command that prints one line. So what differs
between two subjects is who starts the program, not the program.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
from typing import TYPE_CHECKING, Final

from course.live.exhibits import runtimes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from course.live.exhibits import Stage

__all__ = ["GUEST", "INSIDE", "RETURNING", "native", "prepare", "starting", "staying"]

ROOT: Final = "/rw/measured"
IMAGE: Final = "measured"
INSIDE: Final = "/bin/busybox echo here"
STAY: Final = "/bin/busybox sleep 100000"
# Where the guest has room, and without what only a system with systemd and a network needs.
_PODMAN: Final = (
    "podman --root /rw/podman --runroot /run/podman --storage-driver vfs --cgroup-manager cgroupfs "
    "--events-backend none --runtime crun run --network none"
)
_NSPAWN: Final = f"systemd-nspawn --quiet --register=no --keep-unit --pipe -D {ROOT}"
_UNSHARE: Final = "unshare --fork --pid --mount-proc --uts --ipc --net"
_RUNSC: Final = "runsc --platform=systrap --network=none do"
_LXC: Final = "/var/lib/lxc"


def _detached(runtime: str) -> str:
    """Return the line that starts a bundle and returns; what is left of one whose process was killed goes first."""
    return (
        f"sh -c '{runtime} delete --force measured >/dev/null 2>&1; "
        f"exec {runtime} run --detach --bundle /rw/bundle-sleep measured'"
    )


# How each runs one program to its end, and how it runs one that stays. {} is the program with its arguments.
GUEST: Final = {
    "process": ("{}", "{}"),
    "unshare": (f"{_UNSHARE} {{}}", f"{_UNSHARE} {{}}"),
    "crun": ("crun run --bundle /rw/bundle-echo measured", _detached("crun")),
    "runc": ("runc run --bundle /rw/bundle-echo measured", _detached("runc")),
    "Podman": (f"{_PODMAN} --rm --rootfs {ROOT} {{}}", f"{_PODMAN} --rm -d --rootfs {ROOT} {{}}"),
    "Docker": (f"docker run --rm {IMAGE} {{}}", f"docker run --rm -d {IMAGE} {{}}"),
    "LXC": ("lxc-start -F -n echo", "lxc-start -n sleep"),
    "nspawn": (f"{_NSPAWN} {{}}", f"{_NSPAWN} {{}}"),
    "gVisor": (f"{_RUNSC} {{}}", f"{_RUNSC} {{}}"),
}
RETURNING: Final = frozenset({"crun", "runc", "Podman", "Docker", "LXC"})
"""Those whose starter returns and leaves the program running; the others stay themselves."""


def prepare(stage: Stage, subjects: Mapping[str, object]) -> None:
    """Put into the guest what the subjects need: a root, bundles, an image, configurations."""
    stage.busybox_root(ROOT)
    if subjects.keys() & {"crun", "runc"}:
        _write_bundles(stage)
    if "Docker" in subjects:
        stage.quietly(f"tar -C {ROOT} -c . | docker import - {IMAGE}")
    if "nspawn" in subjects:
        # It wants a /usr, a file that names the system, and a number of this machine.
        stage.quietly(f"mkdir -p {ROOT}/usr/lib; echo ID=course > {ROOT}/usr/lib/os-release")
        stage.quietly("[ -s /etc/machine-id ] || systemd-machine-id-setup")
    if "LXC" in subjects:
        _configure_lxc(stage)


def starting(subjects: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    """Return the arguments by which each runs a program that prints one line and ends."""
    return {name: shlex.split(run.format(INSIDE)) for name, (run, _) in subjects.items()}


def staying(subjects: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    """Return the arguments by which each runs a program that sleeps."""
    return {name: shlex.split(run.format(STAY)) for name, (_, run) in subjects.items()}


def native(folder: Path, busybox: bytes) -> dict[str, list[str]]:
    """Return what L0 itself can start as an ordinary user, by subject; the bundle is written into the folder.

    `busybox` is the guest's own program, so that the same bytes run on both levels.
    """
    program = folder / "rootfs" / "bin" / "busybox"
    program.parent.mkdir(parents=True, exist_ok=True)
    for name in ("proc", "dev"):
        (folder / "rootfs" / name).mkdir(exist_ok=True)
    program.write_bytes(busybox)
    program.chmod(0o755)
    (folder / "config.json").write_text(json.dumps(_rootless(runtimes.configuration(*INSIDE.split()))), "utf-8")
    echo = [str(program), "echo", "here"]
    bundle = ["run", "--bundle", str(folder), "measured"]
    known: dict[str, Callable[[], list[str]]] = {
        "unshare": lambda: ["unshare", "--user", "--map-root-user", *_UNSHARE.split()[1:], *echo],
        "crun": lambda: ["crun", "--root", str(folder / "crun"), "--cgroup-manager=disabled", *bundle],
        "runc": lambda: ["runc", "--root", str(folder / "runc"), *bundle],
    }
    return {"process": echo, **{name: command() for name, command in known.items() if shutil.which(name)}}


def _write_bundles(stage: Stage) -> None:
    for name, program in (("echo", INSIDE), ("sleep", STAY)):
        folder = f"/rw/bundle-{name}"
        stage.busybox_root(f"{folder}/rootfs")
        content = json.dumps(runtimes.configuration(*program.split()))
        stage.machine.put(f"{folder}/config.json", content.encode())


def _configure_lxc(stage: Stage) -> None:
    for name, program in (("echo", INSIDE), ("sleep", STAY)):
        stage.quietly(f"mkdir -p {_LXC}/{name}")
        lines = (
            f"lxc.uts.name = {name}",
            f"lxc.rootfs.path = dir:{ROOT}",
            "lxc.net.0.type = empty",
            "lxc.apparmor.profile = unconfined",
            "lxc.mount.auto = proc:mixed",
            # The container keeps the starter's own output instead of a terminal of its own.
            "lxc.console.path = none",
            f"lxc.init.cmd = {program}",
        )
        stage.machine.put(f"{_LXC}/{name}/config", "\n".join((*lines, "")).encode())


def _rootless(configuration: dict[str, object]) -> dict[str, object]:
    """Return a bundle's configuration for an ordinary user: a user namespace, and no limits."""
    kinds = ("user", "pid", "mount", "uts", "ipc", "network")
    linux = {
        "namespaces": [{"type": kind} for kind in kinds],
        "uidMappings": [{"containerID": 0, "hostID": os.getuid(), "size": 1}],
        "gidMappings": [{"containerID": 0, "hostID": os.getgid(), "size": 1}],
    }
    return {**configuration, "linux": linux}
