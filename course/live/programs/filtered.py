"""Make system calls under a filter and tell which are refused: each call in a child of its own (lesson 05).

Run in the guest as root: `python3 filtered.py /root/filter.json`. The file holds the filter as the kernel takes it, and
the numbers of calls for each of the two tables that an x86-64 kernel has. All arguments are 0, so that no call does
harm: one that the filter lets pass fails later, or changes nothing that outlives its child.
"""

import ctypes
import errno
import json
import mmap
import os
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
REFUSED = 77


def install(rules):
    """Put the filter on this process; the kernel checks it and may refuse it."""
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    header = struct.pack("HxxxxxxQ", len(rules), ctypes.addressof(program))
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) == -1:
        sys.exit(f"The kernel did not load the filter: {os.strerror(ctypes.get_errno())}.")


def by_x86_64(number):
    """Make a call in the usual way and return its error, 0 if there is none."""
    return ctypes.get_errno() if LIBC.syscall(number, 0, 0, 0, 0, 0) == -1 else 0


def by_i386(number):
    """Make a call as a 32-bit program does: int 0x80, with a number of the other table."""
    code = b"\x53\x31\xdb\x31\xc9\x31\xd2\x31\xf6\x31\xff\xb8" + struct.pack("I", number) + b"\xcd\x80\x5b\xc3"
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    result = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    return -result if result < 0 else 0


def attempt(rules, call, number):
    """Return what becomes of one call, tried in a child."""
    child = os.fork()
    if not child:
        install(rules)
        os._exit(REFUSED if call(number) == errno.EPERM else 0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status < 0:
        return "its process is killed"
    return {0: "let pass", REFUSED: "refused"}.get(status, "no filter")


def main():
    with open(sys.argv[1]) as file:
        asked = json.load(file)
    for table, call in (("x86-64", by_x86_64), ("i386", by_i386)):
        for name, number in asked["calls"][table].items():
            print(f"{name}, number {number} of {table}: {attempt(asked['filter'], call, number)}", flush=True)


if __name__ == "__main__":
    main()
