"""Run a bundle with a runtime that somebody else wrote: the function `answer` of /root/answer.py (lesson 05).

Run in the guest as root, beside container.py: `python3 own_runtime.py /rw/bundle`. The kernel's calls that the function
is given are here, each a few lines around a step of container.py.
"""

import json
import os
import socket
import sys

import container
from answer import answer

FLAGS = {
    "uts": os.CLONE_NEWUTS,
    "ipc": os.CLONE_NEWIPC,
    "network": os.CLONE_NEWNET,
    "pid": os.CLONE_NEWPID,
    "mount": os.CLONE_NEWNS,
}
NUMBERS = {"CAP_CHOWN": 0, "CAP_KILL": 5, "CAP_NET_BIND_SERVICE": 10}


class Kernel:
    """What a runtime may ask for, done for real."""

    def __init__(self, bundle):
        self.bundle = bundle

    def join_group(self, memory, processes):
        os.makedirs(container.GROUP, exist_ok=True)
        container.write(f"{container.GROUP}/memory.max", str(memory))
        container.write(f"{container.GROUP}/pids.max", str(processes))
        container.write(f"{container.GROUP}/cgroup.procs", str(os.getpid()))

    def unshare(self, kind):
        os.unshare(FLAGS[kind])
        if kind == "mount":
            container.mount("none", "/", flags=container.MS_REC | container.MS_PRIVATE)

    def fork(self):
        child = os.fork()
        if child:
            os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)

    def set_host_name(self, name):
        socket.sethostname(name)

    def enter_root(self, path):
        container.ROOT = f"{self.bundle}/own"
        os.makedirs(container.ROOT, exist_ok=True)
        if not os.path.exists(f"{container.ROOT}/image"):
            os.symlink(f"{self.bundle}/{path}", f"{container.ROOT}/image")
        container.root()

    def mount_proc(self):
        container.proc()

    def keep_capabilities(self, names):
        container.KEPT_CAPABILITIES = {NUMBERS[name] for name in names}
        container.capabilities()

    def execute(self, arguments):
        os.execvpe(arguments[0], arguments, {"PATH": "/bin"})


def main():
    with open(f"{sys.argv[1]}/config.json") as file:
        config = json.load(file)
    child = os.fork()
    if not child:
        answer(config, Kernel(sys.argv[1]))
        sys.exit("The runtime came to its end and executed nothing.")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(f"outside: status {status}, host name {socket.gethostname()}", flush=True)
    for name in ("memory.max", "pids.max"):
        if os.path.exists(f"{container.GROUP}/{name}"):
            with open(f"{container.GROUP}/{name}") as file:
                print(f"outside: {name} {file.read().strip()}")


if __name__ == "__main__":
    main()
