"""One machine instruction, run in user mode from Python: it traps, obeys, or does nothing.

`python3 instruction.py cli`. The code lies in memory of this process and is called as a C function would be.
"""

import ctypes
import mmap
import os
import signal
import sys

BODIES = {
    "nop": b"\x90",
    "cli": b"\xfa",  # switch interrupts off
    "hlt": b"\xf4",  # halt the CPU
    "mov_cr0": b"\x0f\x20\xc0",  # read control register 0
    # pushf; clear the interrupt flag in the copy; popf; then give back the flags as they are
    "popf": b"\x9c\x48\x81\x24\x24\xff\xfd\xff\xff\x9d\x9c\x58",
    # sidt [rsp-16]; then give back the address that it stored
    "sidt": b"\x0f\x01\x4c\x24\xf0\x48\x8b\x44\x24\xf2",
}


def execute(body):
    """Return what the code leaves in the register rax."""
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(body + b"\xc3")  # ret
    function = ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
    return function()


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "nop"
    if name not in BODIES:
        sys.exit(f"There is no instruction {name!r}; there are: {', '.join(BODIES)}.")
    child = os.fork()  # a trap ends the child, not us
    if child == 0:
        value = execute(BODIES[name])
        if name == "popf":
            print(f"{name}: no trap; interrupts are", "still on" if value & 0x200 else "off", flush=True)
        elif name == "sidt":
            print(f"{name}: no trap; the table is said to lie at {value:#x}", flush=True)
        else:
            print(f"{name}: no trap", flush=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        print(f"{name}: trapped; the kernel ended the process with {signal.Signals(os.WTERMSIG(status)).name}")


if __name__ == "__main__":
    main()
