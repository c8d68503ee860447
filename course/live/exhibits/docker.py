"""Docker: who starts whom, an image of its own, a run, limits, and who is in the path (lesson 05, demonstration 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

IMAGE = "tiny"
SERVE = "mkdir -p /tmp/www; echo answered > /tmp/www/index.html; exec httpd -f -p 80 -h /tmp/www"
FETCH = "busybox wget -T 2 -q -O-"
PROCESSES = (
    "ps -eo pid,ppid,args --forest | grep -E 'dockerd|containerd|shim|docker-proxy|httpd' | grep -v grep | cut -c1-100"
)


def make_image(stage: Stage) -> None:
    """Make an image out of one folder: a root file system with busybox, imported into Docker."""
    root = stage.busybox_root("/rw/tiny")
    stage.quietly(f"tar -C {root} -c . | docker import - {IMAGE}")


def run(stage: Stage) -> None:
    """Make an image, run it, and look at the processes."""
    stage.show(
        "The parts of an engine",
        "docker version --format 'client {{.Client.Version}}, engine {{.Server.Version}}"
        "{{range .Server.Components}}, {{.Name}} {{.Version}}{{end}}'",
        "What is called Docker is a client, a daemon, containerd and runc, each a program of its own.",
    )
    make_image(stage)
    stage.show("An image from a folder", "docker images", "One layer, the folder with busybox. No kernel in it.")
    stage.show(
        "Run it",
        f"docker run --rm {IMAGE} sh -c 'uname -r; ps; hostname'",
        "The kernel is the machine's; the process list and the name are the container's.",
        level="L2",
    )
    stage.quietly(f"docker run -d --name web -p 8080:80 --memory 64m --pids-limit 50 {IMAGE} sh -c '{SERVE}'")
    stage.show(
        "Who starts whom",
        PROCESSES,
        "The container's process hangs below a shim, not below the daemon, and runc is gone: it has done its work.",
    )
    stage.show(
        "The limits are files",
        "find /sys/fs/cgroup -path '*docker*' \\( -name memory.max -o -name pids.max \\) -exec grep -H . {} \\; | sed 's/[0-9a-f]\\{60,\\}/ID/'",
        "What --memory and --pids-limit asked for stands in the control group's files.",
    )
    stage.show(
        "What the profile allows",
        "docker run --rm tiny grep -E 'CapEff|Seccomp:' /proc/self/status",
        "Docker's own profile: some of root's capabilities are kept, and a filter is on.",
        level="L2",
    )
    stage.quietly("docker rm -f web")


def run_path(stage: Stage) -> None:
    """Kill the daemons under a running container and see which way to it still works."""
    make_image(stage)
    stage.quietly(f"docker run -d --name web -p 8080:80 {IMAGE} sh -c '{SERVE}'")
    address = stage.quietly("docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' web").strip()
    both = f"{FETCH} http://{address}/ || echo no answer from the address; {FETCH} http://127.0.0.1:8080/ || echo no answer from the loopback port"
    stage.show(
        "Before", both, "The container answers at its own address and at the port that was published on the loopback."
    )
    stage.show("Who is there", PROCESSES, "docker-proxy holds the published port; the daemons stand beside.")
    stage.show(
        "Kill the daemon",
        f"kill -9 $(pgrep --exact dockerd); sleep 1; {both}",
        "The address still answers: no packet to it ever passed the daemon. The loopback port went with docker-proxy.",
    )
    stage.show(
        "Kill containerd too",
        f"kill -9 $(pgrep --exact containerd); sleep 1; {both}",
        "Still there. The path is kernel and process; what sets up and supervises stands beside it.",
    )


EXHIBITS = (
    Exhibit(
        name="docker",
        title="Docker: an engine is many programs",
        shows="An image made from a folder, a container run from it, the tree of processes, the limits as files, and the default profile.",
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
