"""Become another program that can make no namespace, as in a Docker build: `python3 without_namespaces.py COMMAND...`.

The rules are those of Docker's default filter for a process without CAP_SYS_ADMIN. Numbers: x86-64.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

UNSHARE, CLONE, CLONE3 = 272, 56, 435
NAMESPACES = 0x7E020000  # the flags CLONE_NEWNS to CLONE_NEWNET
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER, FIRST_ARGUMENT = 0, 16
ALLOW, ERROR = 0x7FFF0000, 0x00050000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2

# Each instruction: code, how far to jump if true and if false, and a number.
FILTER = (
    (LOAD, 0, 0, NUMBER),
    (EQUAL, 5, 0, CLONE3),
    (EQUAL, 1, 0, UNSHARE),
    (EQUAL, 0, 2, CLONE),
    (LOAD, 0, 0, FIRST_ARGUMENT),
    (ANY_BIT, 2, 0, NAMESPACES),
    (RETURN, 0, 0, ALLOW),
    (RETURN, 0, 0, ERROR | errno.ENOSYS),  # the C library then uses clone
    (RETURN, 0, 0, ERROR | errno.EPERM),
)


class Program(ctypes.Structure):
    """What prctl(2) takes: how many instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def forbid() -> None:
    """Install the filter in this process; what it starts inherits it."""
    if platform.machine() != "x86_64":
        sys.exit("The filter knows the numbers of x86-64 only.")
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(FILTER), b"".join(struct.pack("HBBI", *one) for one in FILTER))
    settings = ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program)))
    for setting in settings:
        if libc.prctl(*setting):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    forbid()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - this is what it is for
