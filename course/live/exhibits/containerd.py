"""containerd, spoken to as a kubelet does: the container runtime interface over gRPC (lesson 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

PROGRAMS = "containerd,containerd-shim-runc-v2,runc,sleep,httpd"
LOGS = "/var/log/pods/demo"
IMAGE = "course.example/tiny:1"
PAUSE = "course.example/pause:1"
CONFIGURATION = f"""version = 2
root = "/rw/containerd"
state = "/run/containerd"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
"""
# What a network plugin is told: a bridge of that name, and addresses from that range.
NETWORK = """{"cniVersion": "1.0.0", "name": "pods", "plugins": [{"type": "bridge", "bridge": "pods0", "isGateway": true,
 "ipam": {"type": "host-local", "subnet": "10.85.0.0/16"}}]}
"""


def start(stage: Stage) -> str:
    """Start containerd with two images of ours and return the command of the CRI client."""
    client = stage.program("cri.py")
    stage.quietly("mkdir -p /rw/containerd /etc/containerd /etc/cni/net.d")
    stage.machine.put("/etc/containerd/config.toml", CONFIGURATION)
    stage.machine.put("/etc/cni/net.d/10-pods.conflist", NETWORK)
    stage.quietly(
        "modprobe -a overlay bridge veth; (containerd >/var/log/containerd.log 2>&1 &) ; for i in $(seq 150); do ctr version >/dev/null 2>&1 && break; sleep 0.2; done; ctr version >/dev/null"
    )
    root = stage.busybox_root("/rw/tiny")
    stage.program("image.py")
    stage.quietly(
        f"python3 /root/image.py {root} {IMAGE} /tmp/image.tar && ctr -n k8s.io images import /tmp/image.tar && "
        f"ctr -n k8s.io images tag {IMAGE} {PAUSE}"
    )
    return f"python3 {client}"


def run(stage: Stage) -> None:
    """Make a pod and two containers in it, call by call, and remove them."""
    stage.uses("containerd", "runc", "containernetworking-plugins", "python3-grpcio")
    client = start(stage)
    stage.show("Who answers", f"{client} Version", "The runtime names itself; a kubelet asks this first.")
    stage.show(
        "Images it has",
        f"{client} ListImages",
        "One image under two names: the same content has the same digest. The name pause is the one that containerd looks for.",
    )
    pod = _sandbox(stage, client)
    containers = _containers(stage, client, pod)
    _away(stage, client, pod, containers[0])


def _sandbox(stage: Stage, client: str) -> str:
    tree = f"python3 {stage.program('tree.py')} {PROGRAMS}"
    sandbox = stage.show(
        "First the sandbox",
        f"{client} RunPodSandbox demo",
        "A pod starts with nothing in it but a process that does nothing and holds the namespaces.",
    )
    pod = sandbox.split()[-1]
    stage.show(
        "It has an address before it has a container",
        f"{client} PodSandboxStatus {pod}",
        "A network plugin made a bridge and gave the pod an address from its range.",
    )
    stage.show("The process that pauses", tree, "A shim, and below it the pause process.")
    return pod


def _containers(stage: Stage, client: str, pod: str) -> list[str]:
    serve = (
        "mkdir -p /tmp/www; echo hello from the other > /tmp/www/index.html; echo serving; exec httpd -f -h /tmp/www"
    )
    created = stage.show(
        "Then a container in it",
        f"{client} CreateContainer {pod} server {IMAGE} sh -c '{serve}' && {client} ListContainers",
        "Created is not started: the root is prepared, the process waits.",
    )
    server = created.split()[1]
    stage.show("Then it starts", f"{client} StartContainer {server}", "Two calls where a user of Docker types one.")
    ask = "until wget -q -O- http://127.0.0.1/; do sleep 1; done; exec sleep 100000"
    second = stage.quietly(f"{client} CreateContainer {pod} client {IMAGE} sh -c '{ask}'").split()[1]
    stage.quietly(
        f"{client} StartContainer {second} && timeout 60 sh -c 'until grep -q hello {LOGS}/client.log; do sleep 0.5; done'"
    )
    stage.show("What runs", f"{client} ListContainers", "What a kubelet compares with what it was told to run.")
    logs = stage.show(
        "The second asked the first, at 127.0.0.1",
        f"grep . {LOGS}/*.log",
        "Containers of a pod share its network, the loopback too. The logs are files in the CRI's format: time, stream, F for a full line, text.",
        level="L2",
    )
    stage.value(reached_at_loopback="hello from the other" in logs)
    namespaces = stage.show(
        "One network, several roots",
        "for p in $(pgrep --exact 'sleep|httpd'); do readlink /proc/$p/ns/net /proc/$p/ns/mnt | tr '\\n' ' '; cat /proc/$p/comm; done; "
        f"python3 /root/tree.py {PROGRAMS}",
        "Three processes in one network namespace, each with its own mounts, all below one shim: that is a pod.",
    )
    found = [line.split()[:2] for line in namespaces.splitlines() if line.startswith("net:")]
    stage.value(networks=len({net for net, _ in found}), mounts=len({mnt for _, mnt in found}))
    return [server, second]


def _away(stage: Stage, client: str, pod: str, container: str) -> None:
    stage.show(
        "One container away",
        f"{client} StopContainer {container} && {client} ListContainers && {client} RemoveContainer {container} && {client} PodSandboxStatus {pod}",
        "The pod is still there, with its address: a container can be replaced, its place stays.",
    )
    left = stage.show(
        "All away",
        f"{client} StopPodSandbox {pod} && {client} RemovePodSandbox {pod} && {client} ListContainers",
        "The sandbox goes last, and takes with it what is left.",
    )
    stage.value(left=left.splitlines()[-1])


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
