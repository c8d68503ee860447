"""What each default profile allows: the same question asked under a bundle, Docker and Podman (lesson 05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits import docker, podman
from course.live.exhibits.runtimes import write_bundle
from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

ASKED = "id -u; grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status"
MOUNT = "mount -t tmpfs none /tmp"
START = 600.0  # seconds that an engine may take for its first container, where others use the processor too


def run(stage: Stage) -> None:
    """Ask the same of root in four containers, and of root outside, then name what was taken away."""
    stage.uses("crun", "docker.io", "podman")
    asked = ASKED.replace("'", '"')
    docker.make_image(stage)
    stage.quietly("mkdir -p /etc/containers; modprobe overlay")
    stage.machine.put("/etc/containers/containers.conf", podman.CONFIGURATION)
    stage.quietly("tar -C /rw/tiny -c . | podman --log-level error import - tiny", deadline=START)
    bundle = write_bundle(stage, "sh", "-c", ASKED)
    outside = stage.show("Root outside", f"sh -c '{asked}'", "Every capability there is, and no filter.")
    bare = stage.show(
        "A bundle written by hand, under crun",
        f"cd {bundle} && crun run bare",
        "The file names one capability and no filter, so there is one and none.",
        level="L2",
    )
    by_docker = stage.show(
        "Docker's defaults",
        f"docker run --rm --network none tiny sh -c '{asked}'",
        "Some capabilities stay, and a filter is on (2).",
        level="L2",
        deadline=START,
    )
    by_podman = stage.show(
        "Podman's defaults",
        f"podman run --rm tiny sh -c '{asked}'",
        "The same idea, another list: fewer capabilities.",
        level="L2",
        deadline=START,
    )
    privileged = stage.show(
        "Docker, --privileged",
        f"docker run --rm --network none --privileged tiny sh -c '{asked}; {MOUNT} && echo mounted'",
        "One option, and all of it is back: this root may do what the root outside may.",
        level="L2",
        deadline=START,
    )
    stage.show(
        "What Docker's defaults keep",
        f"capsh --decode={_capabilities(by_docker)}",
        "A list that was made for programs as they are, not for the least that yours needs.",
    )
    stage.value(
        capabilities=[_count(one) for one in (outside, bare, by_docker, by_podman, privileged)],
        filters=["Seccomp:\t2" in one for one in (outside, bare, by_docker, by_podman, privileged)],
    )


def _capabilities(status: str) -> str:
    return next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))


def _count(status: str) -> int:
    return int(_capabilities(status), 16).bit_count()


EXHIBIT = Exhibit(
    name="default_profiles",
    title="What each default profile allows",
    shows="Root outside, under a bundle written by hand, and under Docker and Podman with their defaults: its capabilities and whether a filter is on.",
    question="Root in a container has how many of root's capabilities, and is a filter on?",
    reading="As many as its configuration says. A row names the engine and the profile, or it says nothing.",
    run=run,
    image="engines",
    machine={"state": "docker"},
)
