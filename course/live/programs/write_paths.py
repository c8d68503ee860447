"""The same blocks written in four ways; the kernel of this machine counts what its disk is asked (lesson 01).

Run as root on a machine whose disk may be overwritten: `python3 write_paths.py /dev/vdb 64`. The counters are those of
Documentation/block/stat.rst: write requests and flush requests that the disk has completed.
"""

import mmap
import os
import sys

BLOCK = 4096
WRITES, FLUSHES = 4, 15


def requests(disk):
    """Return how many writes of data and how many flushes the disk has completed."""
    with open(f"/sys/block/{os.path.basename(disk)}/stat") as stat:
        fields = stat.read().split()
    # The kernel counts the empty request that carries a flush among the writes as well.
    return int(fields[WRITES]) - int(fields[FLUSHES]), int(fields[FLUSHES])


def write_all(descriptor, block, count, synced=False):
    """Write a block `count` times, one after the other; if `synced`, wait for the disk each time."""
    for _ in range(count):
        os.write(descriptor, block)
        if synced:
            os.fsync(descriptor)


def to_page_cache(disk, block, count):
    """Write as programs do: done when the kernel has the data."""
    descriptor = os.open(disk, os.O_WRONLY)
    write_all(descriptor, block, count)
    yield "page cache"
    os.fsync(descriptor)
    yield "  then one fsync"
    os.close(descriptor)


def with_fsync(disk, block, count):
    """Follow each write with fsync: done when the disk says that it has the data."""
    descriptor = os.open(disk, os.O_WRONLY)
    write_all(descriptor, block, count, synced=True)
    yield "each with fsync"
    os.close(descriptor)


def with_o_direct(disk, block, count):
    """Write around the page cache, straight to the disk's driver."""
    descriptor = os.open(disk, os.O_WRONLY | os.O_DIRECT)
    write_all(descriptor, block, count)
    yield "each with O_DIRECT"
    os.close(descriptor)


def to_pipe(_disk, block, count):
    """Write into memory of the kernel, from which another process reads."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(writer)
        while os.read(reader, BLOCK):
            pass
        os._exit(0)
    write_all(writer, block, count)
    os.close(writer)
    os.wait()
    yield "into a pipe"


def main(disk, count):
    """Print, for each way, what the disk was asked since the line before."""
    block = mmap.mmap(-1, BLOCK)  # O_DIRECT wants memory that begins at a page
    print(f"{count} writes of {BLOCK} bytes    write requests  flush requests")
    for way in (to_page_cache, with_fsync, with_o_direct, to_pipe):
        before = requests(disk)
        for label in way(disk, block, count):
            now = requests(disk)
            writes, flushes = (after - earlier for after, earlier in zip(now, before, strict=True))
            print(f"{label:26}{writes:14}{flushes:16}")
            before = now


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
