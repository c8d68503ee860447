"""Two ways to a container's port: its address, and a port published on the loopback (lessons 01 and 04)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Ways to a published port",
    width=860,
    height=400,
    regions=(
        Region("machine", 24, 16, 540, 364, "the machine's network namespace"),
        Region("container", 604, 16, 232, 364, "the container's namespace"),
    ),
    boxes=(
        Box("outside", 44, 60, 170, 60, "network card", "another machine asks", "hardware"),
        Box("local", 44, 290, 170, 60, "local program", "asks 127.0.0.1", "application"),
        Box("nat", 254, 60, 130, 60, "NAT rule", "in the kernel", "host_kernel"),
        Box("proxy", 254, 290, 130, 60, "docker-proxy", "a process", "runtime"),
        Box("bridge", 424, 175, 120, 60, "bridge", "in the kernel", "host_kernel"),
        Box("eth", 626, 175, 190, 60, "eth0", "its own address", "virtual_hardware"),
        Box("server", 626, 290, 190, 60, "server", "listens on its port", "application"),
    ),
    arrows=(
        Arrow("in", "outside", "nat"),
        Arrow("rewritten", "nat", "bridge"),
        Arrow("veth", "bridge", "eth", "veth"),
        Arrow("deliver", "eth", "server"),
        Arrow("ask", "local", "proxy"),
        Arrow("again", "proxy", "bridge"),
    ),
    steps=(
        Step(
            "The container has an address",
            "A packet to it goes over the bridge and the veth pair to the server. Only the kernel is in this path.",
            ("bridge", "veth", "deliver"),
        ),
        Step(
            "A published port, from another machine",
            "A NAT rule rewrites the destination to the container's address. Still only the kernel.",
            ("in", "nat", "rewritten", "veth", "deliver"),
        ),
        Step(
            "A published port, from the machine itself",
            "A program that asks 127.0.0.1 is answered by docker-proxy, a process that opens a second connection to the container.",
            ("ask", "proxy", "again", "veth", "deliver"),
        ),
        Step(
            "Kill the daemon",
            "docker-proxy is its child and goes with it. The first two ways still work, the third is dead: it was the only one with a process in it.",
            ("proxy",),
            {"proxy": "gone"},
        ),
    ),
)
