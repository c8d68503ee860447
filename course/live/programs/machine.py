"""A VMM in pure Python on the KVM interface: it runs a few bytes of machine code and reports every exit.

Run where /dev/kvm works: on L0, or in a guest whose CPU has SVM. `python3 machine.py out 1024` runs a program by name.
The kernel's interface is documented in Documentation/virt/kvm/api.rst. Only the standard library is used.
"""

import ctypes
import fcntl
import mmap
import os
import struct
import sys
from collections import Counter

CREATE_VM, GET_VCPU_MMAP_SIZE, CREATE_VCPU, RUN = 0xAE01, 0xAE04, 0xAE41, 0xAE80
SET_USER_MEMORY_REGION, GET_REGS, SET_REGS, GET_SREGS, SET_SREGS = (
    0x4020AE46,
    0x8090AE81,
    0x4090AE82,
    0x8138AE83,
    0x4138AE84,
)
REASONS = {0: "unknown", 2: "io", 5: "hlt", 6: "mmio", 8: "shutdown", 9: "fail_entry", 17: "internal_error"}
MEMORY = 0x10000
MOST_EXITS = 1_000_000
PORT = 0x3F8

HLT = b"\xf4"


def loop(body, count):
    """Return 16-bit code that runs `body` count times, then halts: mov cx, count; body; loop; hlt."""
    return b"\xb9" + struct.pack("<H", count) + body + b"\xe2" + struct.pack("b", -(len(body) + 2)) + HLT


def greeting(_count):
    """Print a word to the serial port, letter by letter: mov dx, port; then mov al, letter; out dx, al for each."""
    letters = b"".join(b"\xb0" + bytes([letter]) + b"\xee" for letter in b"Hello, L2\n")
    return b"\xba" + struct.pack("<H", PORT) + letters + HLT


# Name -> machine code for a count of repetitions.
PROGRAMS = {
    "greeting": greeting,
    "nop": lambda count: loop(b"\x90", count),
    "out": lambda count: b"\xba" + struct.pack("<H", PORT) + loop(b"\xee", count),
    "in": lambda count: b"\xba" + struct.pack("<H", PORT) + loop(b"\xec", count),
    "cpuid": lambda count: loop(b"\x51\x66\x31\xc0\x0f\xa2\x59", count),  # push cx; xor eax, eax; cpuid; pop cx
    "cr3": lambda count: loop(b"\x0f\x20\xd8\x0f\x22\xd8", count),  # mov eax, cr3; mov cr3, eax
    "mmio": lambda count: (
        b"\xb8\x00\x90\x8e\xd8" + loop(b"\xa2\x00\x80", count)
    ),  # ds = 0x9000, so 0x98000: no memory there
    "triple_fault": lambda _count: b"\x0f\x01\x1e\x00\x00\x0f\x0b" + HLT,  # lidt [0] (all zero: no handlers); ud2
    "hlt": lambda _count: HLT,
}


class Machine:
    """One virtual machine with one virtual CPU in real mode and 64 KiB of memory."""

    def __init__(self, code, entry=0x1000):
        kvm = os.open("/dev/kvm", os.O_RDWR | os.O_CLOEXEC)
        self.vm = fcntl.ioctl(kvm, CREATE_VM, 0)
        self.memory = mmap.mmap(-1, MEMORY)
        self.memory[entry : entry + len(code)] = code
        address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        fcntl.ioctl(self.vm, SET_USER_MEMORY_REGION, struct.pack("IIQQQ", 0, 0, 0, MEMORY, address))
        self.vcpu = fcntl.ioctl(self.vm, CREATE_VCPU, 0)
        self.run_page = mmap.mmap(self.vcpu, fcntl.ioctl(kvm, GET_VCPU_MMAP_SIZE, 0))
        special = bytearray(312)
        fcntl.ioctl(self.vcpu, GET_SREGS, special)
        struct.pack_into("Q", special, 0, 0)  # code segment: base 0
        struct.pack_into("H", special, 12, 0)  # and selector 0
        fcntl.ioctl(self.vcpu, SET_SREGS, special)
        registers = bytearray(144)
        struct.pack_into("QQ", registers, 16 * 8, entry, 2)  # instruction pointer, flags
        fcntl.ioctl(self.vcpu, SET_REGS, registers)

    def step(self):
        """Let the guest run until the next exit; return its reason and what it wrote to a port."""
        fcntl.ioctl(self.vcpu, RUN, 0)
        reason = struct.unpack_from("I", self.run_page, 8)[0]
        if reason != 2:
            return REASONS.get(reason, str(reason)), b""
        direction, size, _port, count, offset = struct.unpack_from("BBHIQ", self.run_page, 32)
        if direction == 0:  # the guest reads: answer it with a letter
            self.run_page[offset : offset + size] = b"x" * size
            return "io", b""
        return "io", self.run_page[offset : offset + size * count]


def exits_of_kvm():
    """Return how many exits KVM itself has seen, or None where its counters are not mounted."""
    try:
        with open("/sys/kernel/debug/kvm/exits") as file:
            return int(file.read())
    except OSError:
        return None


def run(name, count):
    """Run a program; return the returns of KVM_RUN by reason, what it printed, and the exits that KVM counted."""
    machine, exits, printed = Machine(PROGRAMS[name](count)), Counter(), bytearray()
    before = exits_of_kvm()
    while sum(exits.values()) < MOST_EXITS:
        reason, output = machine.step()
        exits[reason] += 1
        printed += output
        if reason not in ("io", "mmio"):
            break
    return exits, printed.decode("latin-1").strip("\0"), None if before is None else exits_of_kvm() - before


def main():
    name, count = [*sys.argv[1:3], "1"][:2] if len(sys.argv) > 1 else ("greeting", "1")
    if name not in PROGRAMS:
        sys.exit(f"There is no program {name!r}; there are: {', '.join(PROGRAMS)}.")
    exits, printed, counted = run(name, int(count))
    if printed:
        print("the guest wrote:", printed.rstrip())
    print("KVM_RUN returned:", ", ".join(f"{reason} {times}" for reason, times in exits.items()))
    if counted is not None:
        print("KVM saw exits:", counted)


if __name__ == "__main__":
    main()
