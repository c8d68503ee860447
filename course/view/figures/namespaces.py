"""The same processes, seen from inside and from outside (lesson 04)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Seen from inside and from outside",
    width=860,
    height=440,
    regions=(
        Region("outside", 24, 16, 812, 334, "the first namespaces: what the machine sees"),
        Region("inside", 420, 50, 396, 284, "namespaces of the container: what its processes see"),
    ),
    boxes=(
        Box("init", 44, 84, 150, 66, "init", "PID 1", "runtime"),
        Box("runtime", 234, 84, 150, 66, "shim", "PID 170", "runtime"),
        Box("main", 440, 84, 170, 66, "server", "PID 175 outside", "application"),
        Box("child", 640, 84, 156, 66, "worker", "PID 176 outside", "application"),
        Box("root", 640, 176, 156, 60, "root directory", "/ is the image's", "libraries"),
        Box("network", 440, 176, 170, 60, "network", "eth0 and lo", "virtual_hardware"),
        Box("hostname", 440, 258, 170, 60, "host name", "box", "libraries"),
        Box("files", 44, 176, 150, 60, "root directory", "/ of the machine", "libraries"),
        Box("card", 234, 176, 150, 60, "network", "card, bridge, veth", "hardware"),
        Box("machine_name", 234, 258, 150, 60, "host name", "L1", "libraries"),
        Box("kernel", 24, 366, 812, 54, "one kernel", "keeps a table for each namespace", "host_kernel"),
    ),
    arrows=(
        Arrow("start", "init", "runtime"),
        Arrow("fork", "runtime", "main"),
        Arrow("work", "main", "child"),
        Arrow("cable", "card", "network", ""),
    ),
    steps=(
        Step(
            "Two ordinary processes",
            "A shim starts a server, the server starts a worker. The machine's process list holds all of them.",
            ("start", "fork", "work"),
        ),
        Step(
            "Other numbers inside",
            "In their PID namespace the same two processes are 1 and 2, and nothing else exists.",
            ("main", "child"),
            {"main": "175 outside, 1 inside", "child": "176 outside, 2 inside"},
        ),
        Step(
            "Another root",
            "Their mount namespace has its own table; its root is the image's. The machine sees the same files under a longer path.",
            ("root", "files"),
            {"files": "image under /proc/175/root"},
        ),
        Step(
            "Another network",
            "Their interfaces, addresses, routes and ports are their own. A veth pair leads out, as a cable would.",
            ("network", "cable", "card"),
        ),
        Step(
            "Another name",
            "A host name of their own, and so on: users, message queues, control groups, clocks.",
            ("hostname", "machine_name"),
        ),
        Step(
            "One kernel",
            "Every call of every process ends in this one kernel. It looks up the caller's namespaces and answers accordingly: no second system, another view.",
            ("kernel",),
        ),
    ),
)
