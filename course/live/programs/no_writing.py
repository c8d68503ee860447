"""Have a security module of the kernel refuse to open files for writing, then become another program.

Run in the guest, also as root: `python3 no_writing.py sh -c 'id -u; echo new > /tmp/file'`. The module is Landlock,
which lets a process restrict itself and all that it starts. Numbers: landlock(7), x86-64 or any other processor.
"""

import ctypes
import os
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
CREATE_RULESET, RESTRICT_SELF = 444, 446
PR_SET_NO_NEW_PRIVS = 38
WRITE_FILE = 1 << 1


def call(number, *arguments):
    """Make a system call and return what it returns; an error becomes an OSError."""
    result = LIBC.syscall(number, *arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
handled = struct.pack("Q", WRITE_FILE)
rules = call(CREATE_RULESET, handled, len(handled), 0)  # handled, and no rule that allows it anywhere
call(RESTRICT_SELF, rules, 0)
os.execvp(sys.argv[1], sys.argv[1:])
