"""A packet's way from a guest to the wire: virtio-net, QEMU or vhost, tap, bridge, network card (lesson 03)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="From a guest to the wire",
    width=860,
    height=420,
    regions=(
        Region("guest", 24, 16, 240, 300, "guest"),
        Region("process", 300, 16, 170, 120, "VMM, a process"),
        Region("host", 300, 196, 536, 120, "host kernel"),
    ),
    boxes=(
        Box("server", 44, 46, 200, 50, "application", "writes to a socket", "application"),
        Box("stack", 44, 130, 200, 50, "network stack", "TCP, IP, Ethernet", "guest_kernel"),
        Box("driver", 44, 240, 200, 56, "virtio-net driver", "fills a queue", "guest_kernel"),
        Box("qemu", 320, 60, 130, 56, "QEMU", "takes the frame out", "vmm"),
        Box("vhost", 320, 240, 130, 56, "vhost", "a kernel thread", "host_kernel"),
        Box("tap", 490, 240, 90, 56, "tap", "", "host_kernel"),
        Box("bridge", 620, 240, 90, 56, "bridge", "a switch", "host_kernel"),
        Box("card", 704, 360, 132, 46, "network card", "", "hardware"),
        Box("nic", 750, 240, 76, 56, "driver", "", "host_kernel"),
    ),
    arrows=(
        Arrow("write", "server", "stack"),
        Arrow("frame", "stack", "driver"),
        Arrow("exit", "driver", "qemu"),
        Arrow("kick", "driver", "vhost"),
        Arrow("syscall", "qemu", "tap"),
        Arrow("vtap", "vhost", "tap"),
        Arrow("in", "tap", "bridge"),
        Arrow("out", "bridge", "nic"),
        Arrow("wire", "nic", "card"),
    ),
    steps=(
        Step(
            "In the guest, as on any computer",
            "The application writes to a socket, the guest's own stack makes frames of it. Nobody outside takes part.",
            ("server", "write", "stack", "frame", "driver"),
        ),
        Step(
            "Without vhost: up into a process",
            "A notification leads out of the guest to QEMU, which reads the queue in the guest's memory and writes the frame to a file descriptor.",
            ("driver", "exit", "qemu", "syscall", "tap"),
        ),
        Step(
            "The tap is the other end of that descriptor",
            "What the process writes there, the host's kernel takes for a frame that has come in by wire.",
            ("tap",),
            {"tap": "an interface"},
        ),
        Step(
            "Then a switch in the kernel",
            "A bridge looks at the hardware address and passes the frame on: to another guest's tap, or to the real card.",
            ("in", "bridge", "out", "nic", "wire", "card"),
        ),
        Step(
            "With vhost: the process is left out",
            "A thread of the host's kernel reads the queue itself. QEMU has set it up and is beside the path now.",
            ("driver", "kick", "vhost", "vtap", "tap", "in", "bridge"),
            {"qemu": "beside the path"},
        ),
    ),
)
