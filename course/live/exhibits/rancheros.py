"""RancherOS, reproduced: a container engine as process 1, and the system's services as its containers (lesson 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit, Provenance

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

# An engine whose containerd is there first: alone, dockerd gives it 15 s to start, which a slow machine may need.
ENGINE = """containerd --root $2/containerd --state /run/$1-containerd --address /run/$1-containerd.sock &
until [ -S /run/$1-containerd.sock ]; do sleep 0.5; done
exec dockerd --containerd /run/$1-containerd.sock --data-root $2 --exec-root /run/$1-docker \\
  --pidfile /run/$1-docker.pid --host unix:///run/$1-docker.sock --iptables=false --bridge=none
"""
# The first process of a PID namespace of its own: what it starts sees it as process 1, as it would on that system.
SYSTEM = "unshare --pid --fork --mount-proc sh /root/engine system /rw/system-docker"
USER = "sh /etc/engine user /var/lib/docker"
SYSTEM_DOCKER = "docker --host unix:///run/system-docker.sock"
USER_DOCKER = "docker --host unix:///run/user-docker.sock"
PATIENCE = 300.0
# A root file system that borrows the machine's programs: a container image of Docker itself would be 70 MB.
ENGINE_ROOT = """mkdir -p usr etc proc sys dev tmp run var/lib/docker root
for name in bin sbin lib lib64; do ln -sfn usr/$name $name; done
cp /etc/passwd /etc/group /root/engine etc/"""


def run(stage: Stage) -> None:
    """Start an engine as process 1, services and a second engine as its containers, and delete all that users have."""
    stage.uses("docker.io", "containerd", "runc")
    _system(stage)
    _services(stage)
    _user(stage)


def _system(stage: Stage) -> None:
    stage.machine.put("/root/engine", ENGINE)
    stage.quietly("modprobe -a overlay bridge; mkdir -p /rw/system-docker /rw/user-docker /rw/engine")
    stage.quietly(f"({SYSTEM} >/var/log/system-docker.log 2>&1 &); {_await(SYSTEM_DOCKER)}", deadline=PATIENCE)
    first = stage.show(
        "A container engine is process 1",
        "cat engine; nsenter --target $(pgrep --oldest --exact dockerd) --pid --mount ps -p 1 -o pid,comm",
        "In this PID namespace the first process is no init system but dockerd, called system Docker.",
    )
    stage.value(first=first.split()[-1])


def _services(stage: Stage) -> None:
    root = stage.busybox_root("/rw/tiny")
    stage.quietly(f"tar -C {root} -c . | {SYSTEM_DOCKER} import - service", deadline=PATIENCE)
    stage.quietly(f"cd /rw/engine && {ENGINE_ROOT} && tar -c . | {SYSTEM_DOCKER} import - engine", deadline=PATIENCE)
    for name, command in (("syslog", "busybox syslogd -n"), ("console", "sleep 1000000")):
        stage.quietly(
            f"{SYSTEM_DOCKER} run -d --name {name} --network host --restart always service {command}", deadline=PATIENCE
        )
    stage.quietly(
        f"{SYSTEM_DOCKER} run -d --name docker --network host --privileged --cgroupns host -e PATH=/usr/sbin:/usr/bin "
        "-v /usr:/usr:ro -v /run:/run -v /sys/fs/cgroup:/sys/fs/cgroup -v /rw/user-docker:/var/lib/docker "
        f"engine {USER} && {_await(USER_DOCKER)}",
        deadline=PATIENCE,
    )
    services = stage.show(
        "Services are containers",
        f"{SYSTEM_DOCKER} ps --format '{{{{.Names}}}}: {{{{.Command}}}}'",
        "A log, a console, and among them a second engine, the user's Docker.",
    )
    stage.value(services=sorted(line.partition(":")[0] for line in services.splitlines()))


def _user(stage: Stage) -> None:
    stage.quietly(f"tar -C /rw/tiny -c . | {USER_DOCKER} import - tiny", deadline=PATIENCE)
    stage.quietly(f"{USER_DOCKER} run -d --name mine --network host tiny sleep 1000", deadline=PATIENCE)
    stage.show(
        "Users see their own containers",
        f"{USER_DOCKER} ps --format '{{{{.Names}}}}'",
        "The engine that users talk to knows nothing of the services.",
    )
    left = stage.show(
        "Delete them all",
        f"{USER_DOCKER} rm --force $({USER_DOCKER} ps --all --quiet) >/dev/null; echo user: $({USER_DOCKER} ps --quiet | wc -l); echo system: $({SYSTEM_DOCKER} ps --quiet | wc -l)",
        "The system is still there. That is why there were two engines.",
        deadline=PATIENCE,
    )
    stage.value(left=left.splitlines())


def _await(client: str) -> str:
    """Return a command that waits until an engine answers, and else shows the end of its log."""
    return f"timeout {PATIENCE - 20:.0f} sh -c 'until {client} version >/dev/null 2>&1; do sleep 1; done' || {{ tail -3 /var/log/system-docker.log; exit 1; }}"


PROVENANCE = Provenance(
    original="the idea and the two engines: system Docker as process 1, services as its containers, the user's Docker as one of them.",
    ours="the machine around it: system Docker is the first process of a PID namespace here, not of the machine, and the services are two small ones.",
    lost="the boot itself, the system's own kernel and configuration file, its images, and Docker of that time.",
)

EXHIBIT = Exhibit(
    name="rancheros",
    title="RancherOS: an engine as process 1",
    shows="A container engine as the first process, services as its containers, and a second engine for users among them.",
    question="Somebody deletes all containers with the user's Docker. What is left of the system?",
    reading="All of it: services belong to the other engine. A container host is an operating system, with containers where others have units.",
    run=run,
    platform="rancheros",
    kind="reproduced",
    image="engines",
    machine={"state": "engines"},
    provenance=PROVENANCE,
)
