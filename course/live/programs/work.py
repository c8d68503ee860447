"""Kinds of work as machine code of a few bytes, timed by the clock of the machine that runs them.

`python3 work.py integer,system_call` prints a line of JSON: nanoseconds for one operation of each kind. The bytes are
the same on every x86-64 machine, so what differs between two machines is the machines. `--rules 100` first puts a
seccomp filter with that many rules, none of which refuses anything, in front of every system call.
"""

import argparse
import ctypes
import functools
import json
import mmap
import os
import platform
import struct
import sys
import time

PAGE = 4096
LARGE = 32 << 20
# Each takes a number of operations (rdi) and a buffer (rsi), as a C function would.
CODE = {
    # imul eax,3; add eax,7; xor eax,edi; dec rdi; jnz: additions and multiplications of whole numbers
    "integer": "b8010000006bc00383c00731f848ffcf75f3c3",
    # mulsd xmm0,xmm1; addsd xmm0,xmm1; dec rdi; jnz: the same with fractions of double precision
    "double": "f20f1006f20f104e08f20f59c1f20f58c148ffcf75f3c3",
    # mov eax,110 (getppid); syscall; dec rbx; jnz: into the kernel and back
    "system_call": "534889fbb86e0000000f0548ffcb75f45bc3",
    # xor eax,eax; xor ecx,ecx; cpuid; dec r8; jnz: an instruction that a hypervisor must catch
    "cpuid": "534989f831c031c90fa249ffc875f55bc3",
    # four movdqu in, four out; 64 bytes an operation
    "copy": "4889fa48c1e2064801f2f30f6f06f30f6f4e10f30f6f5620f30f6f5e30f30f7f02f30f7f4a10f30f7f5220f30f7f5a30"
    "4883c6404883c24048ffcf75cdc3",
    # mov byte [rsi],1; add rsi,4096; dec rdi; jnz: the first write to each page of fresh memory
    "fresh_page": "c606014881c60010000048ffcf75f1c3",
    # a random address in 32 MiB, computed from the byte loaded before it
    "random_load": "b8010000004869c06d4ec6414805393000004889c148c1e90781e1ffffff010fb6140e4801d048ffcf75dac3",
    # fork; the child: exit; the parent: wait4; dec rbx; jnz
    "fork": "534889fbb8390000000f0585c0741789c731f631d24531d2b83d0000000f0548ffcb75e05bc331ffb83c0000000f05",
}
OPERATIONS = {
    "integer": 200_000,
    "double": 100_000,
    "system_call": 20_000,
    "cpuid": 500,
    "copy": 16_384,
    "fresh_page": 512,
    "random_load": 20_000,
    "fork": 20,
}
SIZES = {"copy": 2 << 20, "fresh_page": 2 << 20, "random_load": LARGE}


@functools.cache
def executable():
    """Return the functions by name; their code lies in one page of memory, kept as long as they are."""
    page = mmap.mmap(-1, PAGE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    start = ctypes.addressof(ctypes.c_char.from_buffer(page))
    kind = ctypes.CFUNCTYPE(None, ctypes.c_uint64, ctypes.c_uint64)
    functions = {}
    for name, code in CODE.items():
        functions[name] = kind(start + page.tell())
        functions[name].page = page
        page.write(bytes.fromhex(code))
    return functions


def buffer(size):
    """Return fresh memory in small pages, which a forked child does not get, and its address."""
    memory = mmap.mmap(-1, size)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    memory.madvise(mmap.MADV_DONTFORK)
    return memory, ctypes.addressof(ctypes.c_char.from_buffer(memory))


def touch_all(address, size):
    """Write to each page once, so that none is fresh any more."""
    executable()["fresh_page"](size // PAGE, address)


def nanoseconds(name, function):
    """Return what one operation took; a tenth of the operations goes before, unmeasured."""
    operations = OPERATIONS[name]
    memory, address = buffer(SIZES.get(name, PAGE))
    if name == "double":
        memory[:16] = struct.pack("dd", 1.1, 0.9)
    elif name == "fresh_page":
        _, elsewhere = buffer(operations * PAGE)
        function(operations // 10, elsewhere)
    else:
        touch_all(address, len(memory))
    if name != "fresh_page":
        function(max(1, operations // 10), address)
    began = time.perf_counter_ns()
    function(operations, address)
    return (time.perf_counter_ns() - began) / operations


def filter_system_calls(rules):
    """Put a seccomp filter in front of this process: one comparison for each rule, then everything is allowed."""
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
    allow = 0x7FFF0000
    steps = [(load, 0, 0, 0)]  # the number of the system call
    steps += [(equal, 0, 0, 10_000 + rule) for rule in range(rules)]  # numbers that no call has
    steps += [(give, 0, 0, allow)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    described = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    libc.prctl(38, 1, None, 0, 0)  # PR_SET_NO_NEW_PRIVS: a program started from here gains nothing
    if libc.prctl(22, 2, described, 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        sys.exit(f"The filter was refused: {os.strerror(ctypes.get_errno())}.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="?", default=",".join(CODE))
    parser.add_argument("--rules", type=int, default=0)
    options = parser.parse_args()
    if platform.machine() not in ("x86_64", "AMD64"):
        sys.exit(f"This is machine code of x86-64, and this machine is {platform.machine()}.")
    unknown = set(options.kinds.split(",")) - CODE.keys()
    if unknown:
        sys.exit(f"There is no kind of work {unknown.pop()!r}; there are: {', '.join(CODE)}.")
    if options.rules:
        filter_system_calls(options.rules)
    functions = executable()
    print(json.dumps({kind: nanoseconds(kind, functions[kind]) for kind in options.kinds.split(",")}))


if __name__ == "__main__":
    main()
