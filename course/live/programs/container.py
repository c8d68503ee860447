"""A container, built step by step: each step is one function of a few lines around the kernel's own calls.

Run in the guest as root: `python3 container.py --steps hostname,pid,root sh -c 'hostname; ps'`.
There is no step "create a container": what is called one is a process after the steps of its list.
Only the standard library is used. The first half is what a process is shown, the second what it is allowed.
"""

import argparse
import ctypes
import os
import socket
import struct
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)

# mount(2)
MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV, MS_NOEXEC = 4096, 16384, 1 << 18, 2, 4, 8
MNT_DETACH = 2
# prctl(2)
PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 22, 24, 38
SECCOMP_MODE_FILTER = 2
SYS_PIVOT_ROOT, SYS_CAPSET = 155, 126  # x86-64
LAST_CAPABILITY = 40

ROOT = "/rw/container"
GROUP = "/sys/fs/cgroup/container"
KEPT_CAPABILITIES = {0, 5, 10}  # chown, kill, net_bind_service: numbers of capability(7)
# Numbers of the x86-64 system call table: mount and its newer parts (open_tree, move_mount, fsopen, fsconfig, fsmount),
# init_module, reboot. A list of what is refused ages with the kernel; engines list what is allowed instead.
REFUSED_CALLS = [165, 428, 429, 430, 431, 432, 175, 169]


def call(name, *arguments):
    """Make a C library call; an error becomes an OSError that names the call."""
    if getattr(LIBC, name)(*arguments) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, options=None):
    """Attach a file system at a path."""
    encode = lambda text: text.encode() if text is not None else None  # noqa: E731
    call("mount", encode(source), encode(target), encode(kind), ctypes.c_ulong(flags), encode(options))


# What the process is shown


def hostname():
    """Give it a host name of its own (UTS namespace)."""
    os.unshare(os.CLONE_NEWUTS)
    socket.sethostname("box")


def ipc():
    """Give it message queues and shared memory of its own (IPC namespace)."""
    os.unshare(os.CLONE_NEWIPC)


def network():
    """Give it network interfaces of its own: only a loopback, switched on (network namespace)."""
    os.unshare(os.CLONE_NEWNET)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def pid():
    """Give it process numbers of its own: the next child is process 1 (PID namespace)."""
    os.unshare(os.CLONE_NEWPID)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def mounts():
    """Give it a table of mounts of its own, cut off from the outside (mount namespace)."""
    os.unshare(os.CLONE_NEWNS)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)


def root():
    """Give it a root file system of its own: an image below, a writable layer above, no way back to the old root."""
    lower, upper, work, merged = (f"{ROOT}/{name}" for name in ("image", "upper", "work", "merged"))
    for folder in (upper, work, merged):
        os.makedirs(folder, exist_ok=True)
    mount("overlay", merged, "overlay", options=f"lowerdir={lower},upperdir={upper},workdir={work}")
    os.chdir(merged)
    os.makedirs("old", exist_ok=True)
    if LIBC.syscall(SYS_PIVOT_ROOT, b".", b"old") == -1:
        raise OSError(ctypes.get_errno(), "pivot_root")
    os.chdir("/")
    call("umount2", b"/old", MNT_DETACH)
    os.rmdir("/old")


def proc():
    """Mount a /proc that shows its own process numbers."""
    os.makedirs("/proc", exist_ok=True)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)


# What the process is allowed


def limits():
    """Put it into a control group: memory, number of processes, share of a CPU (cgroup v2)."""
    os.makedirs(GROUP, exist_ok=True)
    write(f"{GROUP}/memory.max", "50M")
    write(f"{GROUP}/pids.max", "20")
    write(f"{GROUP}/cpu.max", "20000 100000")  # microseconds in each period of so many
    write(f"{GROUP}/cgroup.procs", str(os.getpid()))


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def capabilities():
    """Take away root's powers but three: from the bounding set, then from the process itself."""
    for number in range(LAST_CAPABILITY + 1):
        if number not in KEPT_CAPABILITIES:
            call("prctl", PR_CAPBSET_DROP, number, 0, 0, 0)
    kept = sum(1 << number for number in KEPT_CAPABILITIES)
    header = struct.pack("Ii", 0x20080522, 0)
    low, high = kept & 0xFFFFFFFF, kept >> 32
    data = struct.pack("6I", low, low, low, high, high, high)
    if LIBC.syscall(SYS_CAPSET, header, data) == -1:
        raise OSError(ctypes.get_errno(), "capset")


def seccomp():
    """Refuse some system calls outright: a filter that the kernel runs before each call (seccomp)."""
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    load, jump_equal, give_back = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | 1  # errno 1: operation not permitted
    rules = [(load, 0, 0, 0)]
    for index, number in enumerate(REFUSED_CALLS):
        rules.append((jump_equal, len(REFUSED_CALLS) - index, 0, number))
    rules += [(give_back, 0, 0, allow), (give_back, 0, 0, refuse)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    header = struct.pack("HxxxxxxQ", len(rules), ctypes.addressof(program))
    call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0)


# The order matters: a group can be joined only while the old root is there, powers are given up last.
STEPS = {
    step.__name__: step for step in (limits, hostname, ipc, network, pid, mounts, root, proc, capabilities, seccomp)
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", default="", help="comma separated, of: " + ", ".join(STEPS))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    chosen = [name for name in arguments.steps.split(",") if name]
    unknown = [name for name in chosen if name not in STEPS]
    if unknown:
        sys.exit(f"There is no step {unknown[0]!r}; there are: {', '.join(STEPS)}.")
    for name, step in STEPS.items():
        if name in chosen:
            step()
    os.execvp(arguments.command[0], arguments.command)


if __name__ == "__main__":
    main()
