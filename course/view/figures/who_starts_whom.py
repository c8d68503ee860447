"""From a typed command to a process: who asks whom, and who is still there afterwards (lesson 05)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Who starts whom",
    width=860,
    height=400,
    regions=(Region("beside", 24, 16, 550, 238, "beside the path: sets up and supervises"),),
    boxes=(
        Box("client", 44, 56, 130, 64, "docker", "client", "runtime"),
        Box("daemon", 234, 56, 130, 64, "dockerd", "daemon", "runtime"),
        Box("containerd", 430, 56, 134, 64, "containerd", "daemon", "runtime"),
        Box("shim", 430, 180, 134, 64, "shim", "not started yet", "runtime"),
        Box("runc", 234, 180, 120, 64, "runc", "not started yet", "runtime"),
        Box("process", 640, 180, 196, 64, "process", "not started yet", "application"),
        Box("kernel", 44, 310, 792, 60, "kernel", "namespaces, control groups, capabilities, seccomp", "host_kernel"),
    ),
    arrows=(
        Arrow("ask", "client", "daemon", "HTTP"),
        Arrow("task", "daemon", "containerd", "gRPC"),
        Arrow("start", "containerd", "shim", "starts"),
        Arrow("create", "shim", "runc", "runs"),
        Arrow("prepare", "runc", "kernel", "unshare, mount, pivot_root, ..."),
        Arrow("child", "shim", "process", "is its parent"),
        Arrow("calls", "process", "kernel", "system calls"),
    ),
    steps=(
        Step(
            "You type docker run",
            "The client is a small program that speaks HTTP to a socket. It could run on another machine.",
            ("client", "ask"),
        ),
        Step(
            "The daemon delegates",
            "dockerd knows images, networks and volumes. For the container itself it asks containerd.",
            ("daemon", "task"),
        ),
        Step(
            "A shim for each container",
            "containerd starts a shim and can from now on be restarted: the shim holds the container's output and its exit status.",
            ("start", "shim"),
            {"shim": "running"},
        ),
        Step(
            "runc sets up and leaves",
            "The shim runs runc, runc reads config.json, asks the kernel for all of it, starts the process and ends.",
            ("create", "prepare"),
            {"runc": "ran, and is gone", "process": "running"},
        ),
        Step(
            "What remains",
            "The process hangs below the shim. Its system calls go straight to the kernel: nothing of what set it up stands in between.",
            ("child", "calls"),
        ),
        Step(
            "Kill the daemons",
            "The process does not notice, and its address still answers. Only what a daemon or its proxy carried itself is gone.",
            ("daemon", "containerd", "process"),
            {"daemon": "killed", "containerd": "killed"},
        ),
    ),
)
