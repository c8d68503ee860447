"""CRI-O, reproduced: what it does for each call of a kubelet, done with the same parts by hand (lesson 11)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from course.live.exhibits.containerd import NETWORK
from course.live.exhibits.runtimes import configuration
from course.live.exhibits.shape import Exhibit, Provenance

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

# How CRI-O starts each container: a monitor of its own, which calls the runtime and stays.
LAUNCH = """conmon --api-version 1 --cid $1 --cuuid $1 --runtime /usr/bin/crun --bundle /rw/$1 \\
  --container-pidfile /rw/$1/pid --log-path k8s-file:/rw/$1/log --exit-dir /rw/exits \\
  --socket-dir-path /run/crio
timeout 60 sh -c "until crun state $1 >/dev/null 2>&1; do sleep 0.2; done"
crun list | cut -c1-30
"""
PLUG_IN = "env CNI_COMMAND={} CNI_CONTAINERID=demo CNI_NETNS=/run/netns/demo CNI_IFNAME=eth0 CNI_PATH=/usr/lib/cni /usr/lib/cni/bridge < /root/network.json"


def run(stage: Stage) -> None:
    """Do by hand what CRI-O does for RunPodSandbox, CreateContainer, StartContainer, and for the way back."""
    stage.uses("conmon", "crun", "skopeo", "umoci", "containernetworking-plugins")
    _image(stage)
    _sandbox(stage)
    _container(stage)
    _away(stage)


def _image(stage: Stage) -> None:
    stage.busybox_root("/rw/tiny")
    stage.quietly(f"python3 {stage.program('image.py')} /rw/tiny tiny /tmp/tiny.tar && mkdir -p /rw/exits /run/crio")
    stage.machine.put("/root/launch", LAUNCH)
    plugin = json.loads(NETWORK)
    stage.machine.put("/root/network.json", json.dumps({**plugin["plugins"][0], "cniVersion": "0.4.0", "name": "pods"}))
    stage.show(
        "PullImage",
        "cd /rw && skopeo --insecure-policy copy --quiet oci-archive:/tmp/tiny.tar oci:images:tiny && umoci unpack --image images:tiny one && ls one",
        "skopeo copies an image, from a registry where there is one; umoci makes a folder and a config.json of its layers.",
    )


def _sandbox(stage: Stage) -> None:
    stage.show(
        "RunPodSandbox, first half: a network",
        "ip netns add demo && " + PLUG_IN.format("ADD"),
        "A network namespace, and one call to a plugin, which is a program: it made a bridge and gave an address.",
    )
    _bundle(stage, "pause", ["sleep", "1000000"], {"network": "/run/netns/demo"})
    stage.quietly("mkdir -p /rw/pause/rootfs && cp -a /rw/tiny/. /rw/pause/rootfs/")
    stage.show(
        "RunPodSandbox, second half: the process that pauses",
        "cat launch; sh launch pause && crun start pause",
        "The monitor called crun, crun made the container, and only crun start lets it run.",
    )


def _container(stage: Stage) -> None:
    pause = stage.quietly("cat /rw/pause/pid").strip()
    shared = {"network": "/run/netns/demo", **{kind: f"/proc/{pause}/ns/{kind}" for kind in ("ipc", "uts")}}
    _bundle(stage, "one", ["sh", "-c", "echo hello; hostname; exec sleep 1000"], shared)
    created = stage.show(
        "CreateContainer",
        "sh launch one",
        "Created is not running: its namespaces and its root are there, the process waits.",
    )
    stage.value(created="created" in created)
    stage.quietly("crun start one; timeout 60 sh -c 'until grep -q demo /rw/one/log; do sleep 0.2; done'")
    stage.show(
        "StartContainer",
        f"python3 {stage.program('tree.py')} conmon,crun,sleep,crio",
        "Two monitors, each with one container below; crun is gone. CRI-O itself would be a third process, beside.",
    )
    same = stage.show(
        "What makes it a pod",
        "for name in pause one; do readlink /proc/$(cat /rw/$name/pid)/ns/net; done; for name in pause one; do readlink /proc/$(cat /rw/$name/pid)/ns/mnt; done; crun exec one ip -4 -o address show eth0",
        "One network namespace for both, so one address; each has its own mounts.",
        level="L2",
    ).splitlines()
    stage.value(one_network=same[0] == same[1], own_mounts=same[2] != same[3])
    stage.show(
        "The log",
        "cat /rw/one/log",
        "conmon writes it, in the format of the CRI: time, stream, F for a full line, text. A kubelet reads this file.",
    )


def _away(stage: Stage) -> None:
    gone = stage.show(
        "StopContainer, RemoveContainer",
        "crun kill one KILL; timeout 60 sh -c 'until [ -s /rw/exits/one ]; do sleep 0.2; done'; cat /rw/exits/one; echo; crun delete --force one; crun list | cut -c1-30",
        "conmon noticed the end and wrote down the status, 128 and 9. The sandbox is untouched: a container can be started again in it.",
    )
    stage.value(exit_status=gone.splitlines()[0])
    stage.show(
        "StopPodSandbox, RemovePodSandbox",
        f"crun delete --force pause; {PLUG_IN.format('DEL')}; ip netns delete demo; crun list | wc -l",
        "The network goes last: one line is left, the heading.",
    )


def _bundle(stage: Stage, name: str, command: list[str], namespaces: dict[str, str]) -> None:
    """Write the config.json of a container that joins the given namespaces and has others of its own."""
    config: dict[str, Any] = configuration(*command)
    for namespace in config["linux"]["namespaces"]:
        if namespace["type"] in namespaces:
            namespace["path"] = namespaces[namespace["type"]]
    if "uts" in namespaces:
        del config["hostname"]  # it is the pod's
    else:
        config["hostname"] = "demo"
    stage.quietly(f"mkdir -p /rw/{name}")
    stage.machine.put(f"/rw/{name}/config.json", json.dumps(config, indent=1))


PROVENANCE = Provenance(
    original="the parts, each as the project ships or calls it: conmon, crun, the network plugins, the image format, and the order of the calls.",
    ours="the hands: what the daemon crio does between a call and its parts, we type.",
    lost="the daemon with its gRPC server and its storage library, pinned namespaces, security profiles, and the pull from a registry.",
)

EXHIBIT = Exhibit(
    name="crio",
    title="CRI-O, step by step",
    shows="The calls by which a kubelet makes a pod, each done by hand with the parts that CRI-O uses.",
    question="CRI-O serves Kubernetes only. How much of what it calls is its own?",
    reading="Little: images, network, monitor and runtime are programs that others use too. CRI-O is the order in which they are called.",
    run=run,
    platform="cri_o",
    kind="reproduced",
    image="engines",
    machine={"state": "engines"},
    provenance=PROVENANCE,
)
