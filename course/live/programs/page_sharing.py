"""Two memories with equal pages, which the kernel then holds once: page sharing, counted (lesson 03).

Run as root: `python3 page_sharing.py 256`. The counters are those of the kernel's document on KSM. A VMM marks the
memory of its guests in the same way, by madvise.
"""

import mmap
import os
import sys
import time

KSM = "/sys/kernel/mm/ksm"
PAGE = mmap.PAGESIZE


def counter(name):
    """Return one of the kernel's numbers on page sharing."""
    with open(f"{KSM}/{name}") as file:
        return int(file.read())


def write(name, value):
    """Set how the kernel goes about it."""
    with open(f"{KSM}/{name}", "w") as file:
        file.write(str(value))


def memory(pages):
    """Return memory in which each page differs from the others, and which may be shared."""
    area = mmap.mmap(-1, pages * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for number in range(pages):
        area[number * PAGE : number * PAGE + 8] = (number + 1).to_bytes(8, "little")
    area.madvise(mmap.MADV_MERGEABLE)
    return area


def report(when):
    """Print how many pages the kernel holds for how many places, once the numbers stand still."""
    before = None
    while before != (now := (counter("pages_shared"), counter("pages_sharing"))):
        before, goal = now, counter("full_scans") + 3
        while counter("full_scans") < goal:
            time.sleep(0.05)
    print(f"{when:24} kept {now[0]:4}   saved {now[1]:4}")


pages = int(sys.argv[1]) if len(sys.argv) > 1 else 256
write("pages_to_scan", 20_000)
write("sleep_millisecs", 10)
if os.path.exists(f"{KSM}/smart_scan"):
    write("smart_scan", 0)  # it would leave pages out that were not equal before
first, second = memory(pages), memory(pages)
print(f"{'two equal memories':24} {2 * pages} pages")
write("run", 1)
report("after the search")
for number in range(0, pages, 2):
    second[number * PAGE + 100] = 1
report("half of one written to")
write("run", 0)
