"""Write a bundle, the form in which a low-level runtime gets a container: a root file system and a config.json.

Run in the guest as root: `python3 bundle.py /rw/bundle sh -c 'hostname; ps'`. The container is that of container.py,
with three of root's capabilities and two limits. How config.json is written says the OCI runtime specification.
"""

import json
import os
import shutil
import sys

PROGRAMS = ["sh", "ls", "ps", "cat", "id", "hostname", "uname", "grep", "mount", "chown", "touch"]
KEPT = ["CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE"]


def configuration(command):
    return {
        "ociVersion": "1.0.2",
        "process": {
            "args": command,
            "cwd": "/",
            "env": ["PATH=/bin"],
            "user": {"uid": 0, "gid": 0},
            "capabilities": {"bounding": KEPT, "effective": KEPT, "permitted": KEPT},
        },
        "root": {"path": "rootfs"},
        "hostname": "box",
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
        "linux": {
            "namespaces": [{"type": kind} for kind in ("uts", "ipc", "network", "pid", "mount")],
            "resources": {"memory": {"limit": 50 << 20}, "pids": {"limit": 20}},
        },
    }


def layout(config):
    """Return the file's text, a line for each thing that is asked for."""
    parts = []
    for name, value in config.items():
        lines = value.items() if isinstance(value, dict) else ()
        inner = ",\n".join(f"  {json.dumps(key)}: {json.dumps(what)}" for key, what in lines)
        parts.append(f" {json.dumps(name)}: " + (f"{{\n{inner}\n }}" if inner else json.dumps(value)))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main():
    bundle, *command = sys.argv[1:]
    for folder in ("bin", "dev", "proc", "sys"):
        os.makedirs(f"{bundle}/rootfs/{folder}", exist_ok=True)
    shutil.copy("/bin/busybox", f"{bundle}/rootfs/bin")
    for name in PROGRAMS:
        if not os.path.exists(f"{bundle}/rootfs/bin/{name}"):
            os.symlink("busybox", f"{bundle}/rootfs/bin/{name}")
    with open(f"{bundle}/config.json", "w") as file:
        file.write(layout(configuration(command)))
    with open(f"{bundle}/config.json") as file:
        print(file.read(), end="")


if __name__ == "__main__":
    main()
