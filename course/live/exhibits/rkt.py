"""rkt, reproduced: an image in its format, checked by its rules, and run by what its stage 1 used (lessons 10 and 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit, Provenance
from course.live.exhibits.systemd_nspawn import usr_root

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

PROGRAMS = "systemd-nspawn,sleep"


def run(stage: Stage) -> None:
    """Build an image, check it, have a wrong one refused, run it, and look who supervises it."""
    stage.uses("systemd-container")
    root = usr_root(stage, "/rw/rkt")
    aci = f"python3 {stage.program('aci.py')}"
    built = stage.show(
        "An image is a tar of two entries",
        f"cd /rw && {aci} build {root} course.example/tiny tiny.aci /bin/sh -c 'uname -r; ps -o pid,comm'",
        "A manifest that says what to run, and a root file system: no layers, no index, no registry.",
    )
    stage.value(entries=built.split())
    stage.show(
        "It is checked before it runs",
        f"{aci} check /rw/tiny.aci",
        "The last line is its image ID: the digest of the whole tar, so the same bytes have the same name everywhere.",
    )
    refused = stage.show(
        "A wrong one is refused",
        f"cd /rw && cp tiny.aci wrong.aci && tar -rf wrong.aci --directory /etc hosts && {aci} check wrong.aci",
        "A file beside manifest and rootfs: by the specification this is no image.",
        expect=1,
    )
    stage.value(refused="hosts stands beside" in refused)
    inside = stage.show(
        "Run it",
        f"{aci} run /rw/tiny.aci",
        "The machine's kernel, and a list of processes that begins with 1. rkt's default stage 1 was systemd-nspawn too.",
        level="L2",
    )
    stage.value(own_processes="    1 " in inside)
    _supervision(stage, aci, root)


def _supervision(stage: Stage, aci: str, root: str) -> None:
    stage.quietly(
        f"cd /rw && {aci} build {root} course.example/sleeper sleeper.aci /bin/sleep 1000 && "
        f"({aci} run sleeper.aci </dev/null >/dev/null 2>&1 &) && timeout 60 sh -c 'until pgrep --exact sleep; do sleep 0.2; done'"
    )
    tree = stage.show(
        "Who supervises it",
        f"python3 {stage.program('tree.py')} {PROGRAMS}",
        "The program that was called became systemd-nspawn; no daemon stands behind. So rkt left supervision to who called it, such as systemd.",
    )
    launcher = stage.quietly("pgrep --full --count 'aci.py [r]un' || true").strip()
    stage.value(launchers_left=int(launcher), nspawn_stays="systemd-nspawn " in tree)
    stage.quietly("pkill -KILL --exact sleep")


PROVENANCE = Provenance(
    original="the image format with its rules, and systemd-nspawn as the mechanism of the default stage 1.",
    ours="the 100 lines that build, check and unpack an image and then become systemd-nspawn.",
    lost="rkt itself: fetching with signatures, pods of several apps under a systemd of their own, the other stages 1 (a fly without isolation, a virtual machine), and the collection of what pods leave behind.",
)

EXHIBIT = Exhibit(
    name="rkt",
    title="rkt: an image and no daemon",
    shows="An App Container Image built by hand, checked, refused where it breaks a rule, and run by systemd-nspawn.",
    question="The command that started the container has not returned. Which daemon holds the container?",
    reading="None. The command turned into the supervisor: what rkt called stages are programs that hand over to each other.",
    run=run,
    platform="rkt",
    kind="reproduced",
    image="engines",
    machine={"state": "engines"},
    provenance=PROVENANCE,
)
