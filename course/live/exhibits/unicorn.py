"""A machine in thirty lines: x86 code emulated in process, its port writes caught (lesson 02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

ENTRY = 0x1000


def emulate(code: bytes, most_instructions: int = 100_000) -> tuple[str, int]:
    """Run 16-bit x86 code in this process; return what it wrote to a port, and how many instructions ran.

    The processor is a library (Unicorn, made from QEMU's translator); memory is ours; the device is a function of ours.
    """
    from unicorn import UC_ARCH_X86, UC_HOOK_CODE, UC_HOOK_INSN, UC_MODE_16, Uc
    from unicorn.x86_const import UC_X86_INS_OUT

    printed: list[str] = []
    count = 0

    def port_written(_machine: Uc, _port: int, _size: int, value: int, _data: object) -> None:
        printed.append(chr(value))

    def instruction(machine: Uc, address: int, _size: int, _data: object) -> None:
        nonlocal count
        count += 1
        if machine.mem_read(address, 1) == b"\xf4":  # hlt
            machine.emu_stop()

    machine = Uc(UC_ARCH_X86, UC_MODE_16)
    machine.mem_map(0, 0x10000)
    machine.mem_write(ENTRY, code)
    machine.hook_add(UC_HOOK_INSN, port_written, None, 1, 0, UC_X86_INS_OUT)
    machine.hook_add(UC_HOOK_CODE, instruction)
    machine.emu_start(ENTRY, 0x10000, count=most_instructions)
    return "".join(printed), count


HELLO = b"\xba\xf8\x03" + b"".join(b"\xb0" + bytes([letter]) + b"\xee" for letter in b"Hello\n") + b"\xf4"


def run(stage: Stage) -> None:
    """Emulate the greeting on L0, inside this Python process."""
    printed, count = emulate(HELLO)
    stage.seen(
        "The machine code",
        "L0",
        "HELLO.hex(' ')",
        HELLO.hex(" "),
        "Load a port's number, then for each letter: load it, write it to the port. Then halt.",
    )
    stage.seen(
        "Run it in this process",
        "L0",
        "emulate(HELLO)",
        printed,
        "Processor, memory and serial port are all software here; no privilege was needed.",
        instructions=count,
    )


EXHIBIT = Exhibit(
    name="unicorn",
    title="A machine in thirty lines",
    shows="x86 machine code run by an emulator inside this very Python process, its device a Python function.",
    question="The code writes to a serial port. No serial port exists. Where does the letter go?",
    reading="To a function of ours. A device is whatever answers when the guest reads or writes; an emulator sees every instruction.",
    run=run,
)
