"""Count the system calls of this kernel, and those that a profile for seccomp leaves.

    python3 profile.py /usr/share/containers/seccomp.json

A profile is a list of rules: names, an action, and when the rule holds. Rules that ask for a capability count only if
containers have it by default.
"""

import ctypes
import json
import re
import sys

X86_64 = 0xC000003E
USUAL = "CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT"
DEFAULT = {f"CAP_{name}" for name in USUAL.split()}


def known():
    """Return the names of the calls that have a number on this processor, as the library for filters knows them."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_syscall_resolve_num_arch.restype = ctypes.c_char_p
    names = (library.seccomp_syscall_resolve_num_arch(X86_64, number) for number in range(1024))
    return {name.decode() for name in names if name}


def in_kernel(names):
    """Return those of the names that this kernel has a function for; some functions bear an older or newer name."""
    with open("/proc/kallsyms") as symbols:
        functions = set(re.findall(r" T __x64_sys_(\w+)", symbols.read()))
    return {name for name in names if functions & {name, f"new{name}", f"{name}64", name.rstrip("2")}}


def allowed(profile):
    """Return the names that a profile lets through for a container with the usual capabilities."""
    names = set()
    for rule in profile["syscalls"]:
        capabilities = rule.get("includes", {}).get("caps")
        if rule["action"] == "SCMP_ACT_ALLOW" and (not capabilities or DEFAULT & set(capabilities)):
            names.update(rule["names"])
    return names


calls = in_kernel(known())
with open(sys.argv[1]) as file:
    left = calls & allowed(json.load(file))
print(f"system calls of this kernel: {len(calls)}")
print(f"left by the profile: {len(left)}, ioctl among them: {'ioctl' in left}")
print("taken away:", *sorted(calls - left))
