"""systemd-nspawn: a container for a directory, from the init system (lesson 04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

NSPAWN = "systemd-nspawn --quiet --register=no --keep-unit --pipe"


def usr_root(stage: Stage, folder: str) -> str:
    """Make a busybox root that nspawn accepts: it wants a /usr and a file that names the system."""
    stage.busybox_root(folder)
    stage.quietly(
        f"mkdir -p {folder}/usr/lib; echo ID=course > {folder}/usr/lib/os-release; [ -s /etc/machine-id ] || systemd-machine-id-setup"
    )
    return folder


def run(stage: Stage) -> None:
    """Refuse a folder, then run one."""
    stage.uses("systemd-container")
    stage.show(
        "It looks before it starts",
        f"mkdir -p /rw/empty; {NSPAWN} -D /rw/empty true",
        "Refused: a folder without /usr is no system.",
        expect=None,
    )
    root = usr_root(stage, "/rw/nspawn")
    inside = stage.show(
        "Run a command in a folder",
        f"{NSPAWN} -D {root} sh -c 'ps -o pid,comm; hostname; grep -E \"CapEff|Seccomp:\" /proc/self/status'",
        "A PID namespace, a name taken from the folder, fewer powers, and a filter, without a word of configuration.",
        level="L2",
    )
    stage.value(filter_on="Seccomp:\t2" in inside)


EXHIBIT = Exhibit(
    name="systemd_nspawn",
    title="systemd-nspawn",
    shows="One command that turns a folder into a container, with an init system's defaults.",
    question="You name no limits and no profile. Is there a system call filter?",
    reading="Yes: nspawn brings one, and drops capabilities. Defaults differ from engine to engine; look, do not assume.",
    run=run,
    platform="systemd_nspawn",
    image="engines",
    machine={"state": "engines"},
)
