"""Docker: who starts whom, layers, limits, and who is in the path (lessons 05 and 11, demonstration 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

IMAGE = "tiny"
SERVE = "mkdir -p /tmp/www; echo answered > /tmp/www/index.html; exec httpd -f -p 80 -h /tmp/www"
FETCH = "busybox wget -T 5 -q -O-"
PROGRAMS = "dockerd,containerd,containerd-shim-runc-v2,runc,docker,docker-proxy,httpd"
# A file of a kilobyte goes into the image and is removed in the step after.
DOCKERFILE = f"FROM {IMAGE}\\nCOPY secret /secret\\nRUN rm /secret\\n"
# The builder that is part of the daemon; the newer one is a program of its own, which the image set leaves out.
BUILD = "DOCKER_BUILDKIT=0 docker build --quiet"
KILL_AT_ONCE = """program=$(pgrep --exact $1) children=$(pgrep --parent $program)
kill -9 $program
for one in $program $children; do while [ -e /proc/$one ]; do sleep 0.1; done; done
"""
FORK = "for i in $(seq 30); do sleep 2 & done; wait"


def make_image(stage: Stage) -> None:
    """Make an image out of one folder: a root file system with busybox, imported into Docker."""
    root = stage.busybox_root("/rw/tiny")
    stage.quietly(f"tar -C {root} -c . | docker import - {IMAGE}")


def serve(stage: Stage, options: str = "") -> str:
    """Start a container that serves a page on a published port, wait until it answers, and return its address."""
    stage.quietly(f"docker run -d --name web -p 8080:80 {options} {IMAGE} sh -c '{SERVE}'")
    return await_answer(stage)


def await_answer(stage: Stage) -> str:
    """Wait until the served page answers at the container's own address, and return the address."""
    address = stage.quietly("docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' web").strip()
    stage.quietly(f"for i in $(seq 60); do {FETCH} http://{address}/ && exit 0; sleep 0.5; done; exit 1")
    return address


def run(stage: Stage) -> None:
    """Make an image, look at its layers, run it, and look at the processes and the limits."""
    stage.uses("docker.io", "containerd", "runc")
    stage.show(
        "The parts of an engine",
        "docker version --format 'client {{.Client.Version}}"
        "{{range .Server.Components}}{{println}}{{.Name}} {{.Version}}{{end}}'",
        "What is called Docker is a client, a daemon (Engine), containerd and runc, each a program of its own.",
    )
    make_image(stage)
    _layers(stage)
    stage.show(
        "Run it",
        f"docker run --rm {IMAGE} sh -c 'uname -r; hostname; ps -o pid,comm; grep -E \"CapEff|Seccomp:\" /proc/self/status'; uname -r",
        "The kernel is the machine's; the name and the process list are the container's. Docker's own profile: some of "
        "root's capabilities are kept, and a filter is on (2).",
        level="L2",
    )
    _processes(stage)
    _limits(stage)
    stage.quietly("docker rm -f web greedy")


def _layers(stage: Stage) -> None:
    stage.show(
        "An image in three steps",
        f"cd /rw && mkdir app && head -c 1000 /dev/zero > app/secret && printf '{DOCKERFILE}' > app/Dockerfile && "
        f"cat app/Dockerfile && {BUILD} --tag app app 2>/dev/null",
        "A folder, a file copied over it, and the same file removed.",
    )
    history = stage.show(
        "Each step is a layer",
        "docker history --format '{{.Size}}\t{{.CreatedBy}}' app",
        "The newest is on top. Removing took nothing away: the layer with the file is still there, and still 1 kB.",
    )
    stage.value(layers=len(history.splitlines()))
    saved = stage.show(
        "What was removed is in the image",
        "mkdir /rw/saved && docker save app | tar -C /rw/saved -x && cd /rw/saved/blobs/sha256 && "
        "for blob in *; do tar -tf $blob 2>/dev/null | grep secret; done | sort",
        "One layer holds the file, another a mark that hides it (.wh., whiteout). Who has the image has the secret.",
    )
    stage.value(hidden_by_a_mark=".wh.secret" in saved.split(), still_there="secret" in saved.split())


def _processes(stage: Stage) -> None:
    tree = f"python3 {stage.program('tree.py')}"
    caught = stage.show(
        "Who starts whom, while it happens",
        f"{tree} --when runc {PROGRAMS} docker run -d --name web --memory 64m --pids-limit 20 {IMAGE} sh -c '{SERVE}'",
        "The client and the daemon have no child here: containerd started a shim, and the shim started runc.",
    )
    stage.value(runc_seen_during="runc " in caught)
    await_answer(stage)
    after = stage.show(
        "Who is there afterwards",
        f"{tree} {PROGRAMS}",
        "The container's process hangs below the shim, whose parent is process 1. runc is gone: it has done its work.",
    )
    parent = stage.quietly("ps -o comm= -p $(ps -o ppid= -p $(pgrep --exact httpd))").strip()
    stage.value(parent=parent, runc_seen_after="runc " in after)


def _limits(stage: Stage) -> None:
    stage.show(
        "The limits are files",
        "cd /sys/fs/cgroup/docker/$(docker inspect -f '{{.Id}}' web) && grep . memory.max pids.max",
        "What --memory 64m and --pids-limit 20 asked for stands in files of the container's control group.",
    )
    refused = stage.show(
        "Too many processes",
        f"docker exec web sh -c '{FORK}'",
        "The kernel refuses to fork in that group; the machine around it has room.",
        level="L2",
        expect=None,
    )
    stage.value(fork_refused="can't fork" in refused)
    stage.show(
        "Too much memory",
        f"docker run --name greedy --memory 32m {IMAGE} dd if=/dev/zero of=/dev/null bs=60M count=1 2>/dev/null",
        "137 is 128 and signal 9: the kernel killed the process in the moment when its group had no page left.",
        level="L2",
        expect=137,
    )
    killed = stage.show(
        "Who noticed",
        "docker inspect -f 'killed for memory: {{.State.OOMKilled}}' greedy; docker inspect -f 'web runs: {{.State.Running}}' web",
        "The engine only reports what the kernel did; the container beside it runs on.",
    )
    stage.value(killed_for_memory="memory: true" in killed, other_runs_on="runs: true" in killed)


def run_path(stage: Stage) -> None:
    """Kill the daemons under a running container and see which way to it still works."""
    stage.uses("docker.io", "containerd", "runc")
    make_image(stage)
    address = serve(stage)
    ways = {"address": f"http://{address}/", "loopback_port": "http://127.0.0.1:8080/"}
    stage.machine.put("/root/ask", "".join(f"{FETCH} {url} || echo no answer from {url}\n" for url in ways.values()))
    stage.machine.put("/root/kill-at-once", KILL_AT_ONCE)

    def answers(when: str) -> dict[str, bool]:
        lines = stage.observations[-1].output.splitlines()
        return {f"{name}_{when}": f"no answer from {url}" not in lines for name, url in ways.items()}

    stage.show(
        "Before",
        "cat ask; sh ask",
        "The container answers at its own address and at the port that was published on the loopback.",
    )
    stage.value(**answers("before"))
    stage.show(
        "Who is there",
        f"python3 {stage.program('tree.py')} {PROGRAMS}",
        "docker-proxy holds the published port, once for each IP version; the daemons stand beside.",
    )
    stage.show(
        "Kill the daemon",
        "cat kill-at-once; sh kill-at-once dockerd; sh ask",
        "The address still answers: no packet to it ever passed the daemon. The loopback port went with docker-proxy.",
    )
    stage.value(**answers("without_dockerd"))
    stage.show(
        "Kill containerd too",
        "sh kill-at-once containerd; sh ask",
        "Still there. The path is kernel and process; what sets up and supervises stands beside it.",
    )
    stage.value(**answers("without_containerd"))


EXHIBITS = (
    Exhibit(
        name="docker",
        title="Docker: an engine is many programs",
        shows="An image made from a folder and its layers, a container run from it, the processes while it starts and afterwards, and two limits that are hit.",
        question="Whose child is the process in a Docker container: the client's, the daemon's, containerd's, or another's?",
        reading="It is the child of containerd's shim. The client asked the daemon, the daemon asked containerd, runc set it up and left.",
        run=run,
        platform="docker",
        image="engines",
        machine={"state": "docker"},
    ),
    Exhibit(
        name="who_is_in_the_path",
        title="Who is in the path",
        shows="A container that serves a page at its address and at a published port, while the daemons are killed one by one.",
        question="You kill dockerd. Does the container still answer at its address? And at the published loopback port?",
        reading="The address answers, the loopback port does not: docker-proxy carried that traffic. The daemons never did.",
        run=run_path,
        image="engines",
        machine={"state": "docker"},
    ),
)
