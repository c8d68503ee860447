"""Two processes read one virtual address: what they find there, and in which physical page (lesson 01).

Run as root: the kernel shows the numbers of physical pages in /proc/self/pagemap to nobody else.
"""

import ctypes
import mmap
import os
import struct

PRESENT, FRAME = 1 << 63, (1 << 55) - 1


def physical_page(address):
    """Return the number of the physical page behind a virtual address, 0 if it is not shown."""
    with open("/proc/self/pagemap", "rb") as pagemap:
        pagemap.seek(address // mmap.PAGESIZE * 8)
        (entry,) = struct.unpack("Q", pagemap.read(8))
    return entry & FRAME if entry & PRESENT else 0


def report(who, cell):
    """Print what one process finds at the address of the cell."""
    address = ctypes.addressof(cell)
    print(f"{who}: at {address:#x} stands {cell.value}, in physical page {physical_page(address):#x}", flush=True)


memory = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
cell = ctypes.c_int.from_buffer(memory)
cell.value = 1
report("before the fork", cell)
if os.fork() == 0:
    report("child, reading ", cell)
    cell.value = 2
    report("child, written ", cell)
    os._exit(0)
os.wait()
report("parent         ", cell)
