"""containerd, spoken to as a kubelet does: the container runtime interface over gRPC (lesson 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

IMAGE = "course.example/tiny:1"
PAUSE = "course.example/pause:1"
CONFIGURATION = f"""version = 2
root = "/rw/containerd"
state = "/run/containerd"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
"""


def start(stage: Stage) -> str:
    """Start containerd with two images of ours and return the command of the CRI client."""
    client = stage.program("cri.py")
    stage.quietly("mkdir -p /rw/containerd /etc/containerd")
    stage.machine.put("/etc/containerd/config.toml", CONFIGURATION.encode())
    stage.quietly(
        "modprobe overlay; (containerd >/var/log/containerd.log 2>&1 &) ; for i in $(seq 150); do ctr version >/dev/null 2>&1 && break; sleep 0.2; done; ctr version >/dev/null"
    )
    root = stage.busybox_root("/rw/tiny")
    stage.program("image.py")
    for name in (IMAGE, PAUSE):
        stage.quietly(
            f"python3 /root/image.py {root} {name} /tmp/image.tar && ctr -n k8s.io images import /tmp/image.tar"
        )
    return f"python3 {client}"


def run(stage: Stage) -> None:
    """Make a pod and a container in it, call by call."""
    client = start(stage)
    stage.show("Who answers", f"{client} Version", "The runtime names itself; a kubelet asks this first.")
    stage.show("Images it has", f"{client} ListImages", "Two, both put there from one folder.")
    sandbox = stage.show(
        "First the sandbox",
        f"{client} RunPodSandbox demo",
        "A pod starts with nothing in it but a process that does nothing and holds the namespaces.",
    )
    pod = sandbox.split()[-1]
    stage.show(
        "The process that pauses",
        "ps -eo pid,ppid,args --forest | grep -E 'shim|sleep' | grep -v grep | cut -c1-90",
        "A shim, and below it the pause process.",
    )
    created = stage.show(
        "Then a container in it",
        f"{client} CreateContainer {pod} {IMAGE} sh -c 'echo hello; ip -brief address 2>/dev/null; sleep 100'",
        "Created is not started: the root is prepared, the process waits.",
    )
    container = created.split()[-1]
    stage.show("Then it starts", f"{client} StartContainer {container}", "Two calls where a user of Docker types one.")
    stage.show(
        "One network for both",
        "for p in $(pgrep --exact sleep); do readlink /proc/$p/ns/net /proc/$p/ns/mnt | tr '\\n' ' '; echo; done",
        "Both processes are in the same network namespace, each has its own mounts: that is a pod.",
    )
    stage.show("What runs", f"{client} ListContainers", "What a kubelet compares with what it was told to run.")
    stage.show(
        "All away", f"{client} StopPodSandbox {pod} && {client} RemovePodSandbox {pod} && {client} ListContainers"
    )


EXHIBITS = (
    Exhibit(
        name="containerd",
        title="containerd over the CRI",
        shows="The calls by which a kubelet makes a pod: sandbox first, then a container created in it and started.",
        question="Which process is the first of a pod?",
        reading="One that does nothing. The sandbox comes first and holds the namespaces that the containers then share.",
        run=run,
        platform="containerd",
        image="engines",
        machine={"state": "engines"},
    ),
)
