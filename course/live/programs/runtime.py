"""The smallest OCI runtime: read a bundle's config.json, carry out what it asks for, become its process.

Run in the guest as root, beside container.py: `python3 runtime.py /rw/bundle`. It knows namespaces, the root, the host
name, a /proc, limits of memory and processes, and capabilities. What it does not know it refuses to leave out.
"""

import json
import os
import sys

import container

KNOWN = {
    "": {"ociVersion", "process", "root", "hostname", "mounts", "linux"},
    "process": {"args", "cwd", "env", "user", "capabilities"},
    "linux": {"namespaces", "resources"},
}
STEP_OF_NAMESPACE = {"uts": "hostname", "ipc": "ipc", "network": "network", "pid": "pid", "mount": "mounts"}
NUMBERS = {"CAP_CHOWN": 0, "CAP_KILL": 5, "CAP_NET_BIND_SERVICE": 10}


def steps(config):
    """Return the names of the steps that a config.json asks for."""
    asked = {STEP_OF_NAMESPACE[each["type"]] for each in config["linux"]["namespaces"]} | {"root"}
    if any(mount["type"] == "proc" for mount in config["mounts"]):
        asked.add("proc")
    if "resources" in config["linux"]:
        asked.add("limits")
    if "capabilities" in config["process"]:
        asked.add("capabilities")
    return asked


def refuse_the_unknown(config):
    """End with a message where the file asks for something that this program does not do, such as a filter."""
    for name, known in KNOWN.items():
        unknown = set(config[name] if name else config) - known
        if unknown:
            sys.exit(f"This runtime does not know {min(unknown)!r}, and will not run the bundle without it.")


def limits(resources):
    """Put the process into a control group with the limits of the file."""
    os.makedirs(container.GROUP, exist_ok=True)
    container.write(f"{container.GROUP}/memory.max", str(resources["memory"]["limit"]))
    container.write(f"{container.GROUP}/pids.max", str(resources["pids"]["limit"]))
    container.write(f"{container.GROUP}/cgroup.procs", str(os.getpid()))


def main():
    bundle = sys.argv[1]
    with open(f"{bundle}/config.json") as file:
        config = json.load(file)
    refuse_the_unknown(config)
    process = config["process"]
    container.ROOT = f"{bundle}/own"
    os.makedirs(container.ROOT, exist_ok=True)
    if not os.path.exists(f"{container.ROOT}/image"):
        os.symlink(f"{bundle}/{config['root']['path']}", f"{container.ROOT}/image")
    container.KEPT_CAPABILITIES = {NUMBERS[name] for name in process.get("capabilities", {}).get("effective", ())}
    asked = steps(config)
    for name, step in container.STEPS.items():  # the order is that of container.py
        if name not in asked:
            continue
        if name == "limits":
            limits(config["linux"]["resources"])
        else:
            step()
        if name == "hostname":
            container.socket.sethostname(config["hostname"])
    os.chdir(process["cwd"])
    environment = dict(pair.split("=", 1) for pair in process["env"])
    os.execvpe(process["args"][0], process["args"], environment)


if __name__ == "__main__":
    main()
