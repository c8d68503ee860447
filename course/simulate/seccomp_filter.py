"""A filter of system calls, run as the kernel runs one: an instruction at a time, jumps only forward (lesson 05).

A filter is a list of instructions:

    ("load", "architecture")  or  ("load", "number")
    ("equal", value, then, otherwise)   skip so many instructions if the loaded word is the value, or if it is not
    ("return", "allow")  or  "refuse"  or  "kill"

A value is the name of an architecture or that of a call, which stands for its number in the table of x86-64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ARCHITECTURES", "I386", "TABLES", "VERDICTS", "X86_64", "NotLoadedError", "compiled", "load", "verdict"]

X86_64, I386 = "x86-64", "i386"
# The kernel's names for the two in <linux/audit.h>, AUDIT_ARCH_X86_64 and AUDIT_ARCH_I386.
ARCHITECTURES: Final = {X86_64: 0xC000003E, I386: 0x40000003}
# From <asm/unistd_64.h> and <asm/unistd_32.h>: one kernel, two tables.
TABLES: Final = {
    X86_64: {
        "read": 0,
        "getpid": 39,
        "ptrace": 101,
        "mount": 165,
        "swapon": 167,
        "reboot": 169,
        "sethostname": 170,
        "init_module": 175,
        "unshare": 272,
    },
    I386: {
        "read": 3,
        "getpid": 20,
        "ptrace": 26,
        "mount": 21,
        "swapon": 87,
        "reboot": 88,
        "sethostname": 74,
        "init_module": 128,
        "unshare": 310,
    },
}
_LOADS = {"number": 0, "architecture": 4}  # offsets in struct seccomp_data
_MOST = 4096  # BPF_MAXINSNS
_FARTHEST = 255  # a jump is one byte
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
# SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM; SECCOMP_RET_KILL_PROCESS
VERDICTS: Final = {"allow": 0x7FFF0000, "refuse": 0x00050000 | 1, "kill": 0x80000000}


class NotLoadedError(Exception):
    """The kernel refuses to load this filter, in a sentence."""


def load(program: Any) -> list[tuple[Any, ...]]:
    """Return a filter that the kernel would load.

    Raises NotLoadedError, which says why it would not, and CourseError for what is no instruction.
    """
    if not isinstance(program, (list, tuple)) or not program:
        raise CourseError("give a list of instructions")
    instructions = [_read(instruction) for instruction in program]
    if len(instructions) > _MOST:
        raise NotLoadedError(f"The kernel does not load it: a filter has at most {_MOST} instructions.")
    for place, instruction in enumerate(instructions):
        _check_jumps(place, instruction, len(instructions))
    if instructions[-1][0] != "return":
        raise NotLoadedError("The kernel does not load it: the last instruction has to be a return.")
    return instructions


def _read(instruction: Any) -> tuple[Any, ...]:
    match instruction:
        case ["load" | "return" as name, str(what)]:
            known = _LOADS if name == "load" else VERDICTS
            if what not in known:
                raise unknown(f"thing to {name}", what, known)
        case ["equal", str(what), int(then), int(otherwise)] if min(then, otherwise) >= 0:
            known = {**ARCHITECTURES, **TABLES[X86_64]}
            if what not in known:
                raise unknown("value to compare with", what, known)
        case _:
            raise CourseError(
                f"{instruction!r} is no instruction; there are ('load', what), ('equal', value, then, otherwise) and "
                "('return', what)"
            )
    return tuple(instruction)


def _check_jumps(place: int, instruction: tuple[Any, ...], length: int) -> None:
    if instruction[0] != "equal":
        return
    for skipped in instruction[2:]:
        if place + 1 + skipped >= length or skipped > _FARTHEST:
            raise NotLoadedError(
                f"The kernel does not load it: instruction {place} skips {skipped} and lands behind the end. Jumps are "
                "counted from the instruction after."
            )


def verdict(instructions: Sequence[tuple[Any, ...]], architecture: str, number: int) -> str:
    """Return what a loaded filter says of the call with this number under this architecture."""
    word, place = 0, 0
    while instructions[place][0] != "return":
        name, what, *jumps = instructions[place]
        if name == "load":
            word = number if what == "number" else ARCHITECTURES[architecture]
            place += 1
        else:
            place += 1 + jumps[0 if word == _value(what) else 1]
    return str(instructions[place][1])


def compiled(instructions: Sequence[tuple[Any, ...]]) -> list[tuple[int, int, int, int]]:
    """Return a loaded filter as the kernel takes it: operation, two jumps, a word."""
    found = []
    for name, what, *jumps in instructions:
        if name == "load":
            found.append((_LOAD, 0, 0, _LOADS[what]))
        elif name == "equal":
            found.append((_EQUAL, jumps[0], jumps[1], _value(what)))
        else:
            found.append((_RETURN, 0, 0, VERDICTS[what]))
    return found


def _value(name: str) -> int:
    return {**ARCHITECTURES, **TABLES[X86_64]}[name]
