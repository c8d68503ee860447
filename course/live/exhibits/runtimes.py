"""crun and runc: the low-level runtimes, on a bundle written by hand (lesson 05)."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

BUNDLE = "/rw/bundle"


def configuration(*arguments: str) -> dict[str, Any]:
    """Return the smallest useful config.json of the OCI runtime specification: a process, a root, namespaces."""
    return {
        "ociVersion": "1.0.2",
        "process": {
            "args": list(arguments),
            "cwd": "/",
            "user": {"uid": 0, "gid": 0},
            "env": ["PATH=/bin"],
            "capabilities": {name: ["CAP_KILL"] for name in ("bounding", "effective", "permitted")},
        },
        "root": {"path": "rootfs", "readonly": True},
        "hostname": "bundle",
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
        "linux": {
            "namespaces": [{"type": kind} for kind in ("pid", "mount", "uts", "ipc", "network")],
            "resources": {"memory": {"limit": 50 << 20}, "pids": {"limit": 20}},
        },
    }


def write_bundle(stage: Stage, *arguments: str) -> str:
    """Write a bundle into the guest, a root file system and a config.json, and return its folder."""
    stage.busybox_root(f"{BUNDLE}/rootfs")
    stage.machine.put(f"{BUNDLE}/config.json", json.dumps(configuration(*arguments), indent=1).encode())
    return BUNDLE


def run(stage: Stage, runtime: str) -> None:
    """Run the same bundle with one runtime and look for what stays behind."""
    stage.uses(runtime)
    bundle = write_bundle(
        stage, "sh", "-c", "hostname; ps -o pid,comm; id -u; grep -E 'CapEff|Seccomp:' /proc/self/status"
    )
    stage.show(
        "A bundle is two things",
        f"ls {bundle}; ls {bundle}/rootfs; grep -c . {bundle}/config.json",
        "A folder that becomes the root, and a config.json that says what to do with it. No image, no daemon.",
    )
    inside = stage.show(
        f"{runtime} runs it",
        f"cd {bundle} && {runtime} run hand-made",
        "Process 1, a name of its own, one capability, and no filter: the bundle did not ask for one.",
        level="L2",
    )
    stage.value(filter_on="Seccomp:\t0" not in inside)
    write_bundle(stage, "sleep", "100")
    stage.quietly(f"cd {bundle} && {runtime} run --detach hand-made </dev/null >/dev/null 2>&1")
    left = stage.show(
        "Who is left when it runs detached",
        f"{runtime} list; ps -eo pid,ppid,comm | grep -E '{runtime}|sleep'",
        f"The container's process is there, {runtime} is not: it set everything up, started the process and went away.",
    )
    stage.value(runtime_stays=any(line.split()[-1] == runtime for line in left.splitlines()))
    stage.quietly(f"{runtime} delete --force hand-made")


EXHIBITS = tuple(
    Exhibit(
        name=name,
        title=f"{name}: a low-level runtime",
        shows=f"A bundle written by hand, run by {name} alone: no image, no daemon, no registry.",
        question=f"While a detached container runs, is {name} running too?",
        reading=f"No. {name} reads config.json, asks the kernel for what it says, starts the process and ends.",
        run=partial(run, runtime=name),
        platform=name,
        image=image,
        machine={} if image == "base" else {"state": "engines"},
    )
    for name, image in (("crun", "base"), ("runc", "engines"))
)
