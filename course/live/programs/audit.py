"""Have the kernel's audit log note what is done, and read it back.

    python3 audit.py note /rw/planted/flag mount    from now on, note reads and writes of this file, and this call
    python3 audit.py show cat                       the notes in which this word appears, one line each

A daemon usually collects the notes. Without one they are in the kernel's log, where `dmesg` finds them.
"""

import os
import re
import socket
import struct
import subprocess
import sys

CALLS = {"mknod": (133, 259), "mount": (165,), "openat": (257,), "setns": (308,)}  # their numbers on x86-64
NETLINK_AUDIT = 9
SET_STATUS, ADD_RULE = 1001, 1011
ENABLED, MOST_WAITING = 1, 0x10
AT_THE_END_OF_A_CALL, ALWAYS = 4, 2
EQUAL = 0x40000000
WATCH, PERMISSION = 105, 106
READ_OR_WRITE = 4 | 2


def tell(kind, message):
    """Send one message to the kernel and raise the error that it answers with."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_AUDIT) as line:
        line.send(struct.pack("=IHHII", 16 + len(message), kind, 5, 1, 0) + message)
        (error,) = struct.unpack_from("=i", line.recv(8192), 16)
    if error:
        raise OSError(-error, os.strerror(-error))


def rule(calls, fields, text=b""):
    """Return a rule: the calls by number, what must be true of them, and the text that this refers to."""
    mask = [0] * 64
    for call in calls:
        mask[call // 32] |= 1 << call % 32
    kinds, values, operators = zip(*fields, *[(0, 0, 0)] * (64 - len(fields)), strict=True)
    words = [AT_THE_END_OF_A_CALL, ALWAYS, len(fields), *mask, *kinds, *values, *operators, len(text)]
    return struct.pack(f"={len(words)}I", *words) + text


def note(what):
    """Have a file or a call noted."""
    if not what.startswith("/"):
        return tell(ADD_RULE, rule(CALLS[what], []))
    path = what.encode()
    fields = [(WATCH, len(path), EQUAL), (PERMISSION, READ_OR_WRITE, EQUAL)]
    return tell(ADD_RULE, rule(range(2048), fields, path))


def show(word):
    """Print the notes that hold a word: what was called, by which program, on which file, and whether it was let."""
    events = {}
    for line in subprocess.run(["dmesg"], capture_output=True, text=True, check=True).stdout.splitlines():
        found = re.search(r"audit\(([0-9.:]+)\)", line)
        if found:
            events.setdefault(found[1], []).append(line)
    names = {str(number): name for name, numbers in CALLS.items() for number in numbers}
    for lines in events.values():
        event = " ".join(lines)
        call = re.search(r"syscall=(\d+) success=(\w+)", event)
        if call and word in event:
            program = re.search(r'comm="([^"]*)"', event)
            files = re.findall(r'name="([^"]*)"', event)
            done = "done" if call[2] == "yes" else "refused"
            print(f"{done}: {names.get(call[1], 'call ' + call[1])} by {program[1]}", *files[-1:])


if sys.argv[1] == "note":
    with open("/proc/sys/kernel/printk_ratelimit", "w") as limit:
        limit.write("0")
    tell(SET_STATUS, struct.pack("=11I", ENABLED | MOST_WAITING, 1, 0, 0, 0, 8192, *[0] * 5))
    for what in sys.argv[2:]:
        note(what)
        print("noted from now on:", what)
else:
    show(sys.argv[2])
