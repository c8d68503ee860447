"""Demonstration 14: write() has no single path; the requests that reach the virtual disk are counted (lesson 01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit
from course.live.spec import MachineSpec

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

WRITES = 64
WAYS = ("page_cache", "then_fsync", "fsync", "o_direct", "pipe")

# A disk that takes everything and keeps nothing: no file of L0 is touched, and nothing but the counts is of interest.
_DISK = (
    "-blockdev",
    "driver=null-co,node-name=scratch,size=67108864,read-zeroes=on",
    "-device",
    "virtio-blk-pci,drive=scratch,serial=scratch",
)


def run(stage: Stage) -> None:
    """Write the same blocks in four ways and read the disk's counters after each."""
    program = stage.program("write_paths.py")
    disk = stage.quietly("grep -l scratch /sys/block/vd*/serial | cut -d/ -f4")
    output = stage.show(
        "What the virtual disk was asked",
        f"python3 {program} /dev/{disk} {WRITES}",
        "Each line counts what the disk completed since the line before. A request is a way out of the guest: each one "
        "leaves L1 for the program that plays the disk, and comes back.",
    )
    rows = [line.split()[-2:] for line in output.splitlines()[1:]]
    stage.value(
        **{f"{way}_writes": int(writes) for way, (writes, _) in zip(WAYS, rows, strict=True)},
        **{f"{way}_flushes": int(flushes) for way, (_, flushes) in zip(WAYS, rows, strict=True)},
    )


EXHIBIT = Exhibit(
    name="write_paths",
    title="A write has no single path",
    shows="The same blocks, written into the page cache, with fsync, with O_DIRECT and into a pipe, on a disk that counts.",
    question="Which way asks the virtual disk most often, and which never?",
    reading=(
        "Into the page cache, the writes ask for nothing, and one fsync sends them on together. With O_DIRECT each write is "
        "a request; with fsync each is a request and a flush. A pipe never meets a disk. The call was write() every time."
    ),
    run=run,
    machine={"spec": MachineSpec(extra=_DISK)},
)
