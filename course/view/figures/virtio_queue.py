"""A virtio queue: how guest and host hand buffers to each other with one notification for many (lesson 03)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="A virtio queue",
    width=860,
    height=470,
    regions=(Region("memory", 230, 66, 400, 346, "guest memory, which the device side can read and write"),),
    boxes=(
        Box("driver", 24, 24, 160, 424, "driver", "in the guest kernel", "guest_kernel"),
        Box("table", 250, 96, 360, 68, "descriptor table", "address and length of each buffer", "virtual_hardware"),
        Box("available", 250, 182, 360, 56, "available ring", "nothing new", "virtual_hardware"),
        Box("used", 250, 256, 360, 56, "used ring", "nothing new", "virtual_hardware"),
        Box("buffers", 250, 332, 360, 60, "buffers", "data to write, room for data to read", "libraries"),
        Box("device", 676, 24, 160, 424, "device", "QEMU, or vhost in the host kernel", "vmm"),
    ),
    arrows=(
        Arrow("notify", "driver", "device", "notification: a VM exit", bend=-188),
        Arrow("describe", "driver", "table"),
        Arrow("offer", "driver", "available"),
        Arrow("fill", "driver", "buffers"),
        Arrow("look_up", "table", "device"),
        Arrow("take", "available", "device"),
        Arrow("done", "device", "used"),
        Arrow("reap", "used", "driver"),
        Arrow("read", "device", "buffers"),
        Arrow("interrupt", "device", "driver", "interrupt", bend=200),
    ),
    steps=(
        Step(
            "Buffers are described",
            "The driver writes where its data lies into the descriptor table. No exit: this is memory.",
            ("fill", "describe"),
            {"table": "0: one request, 1: another, 2: a third"},
        ),
        Step(
            "They are offered",
            "It puts their numbers into the available ring. Still no exit, however many requests there are.",
            ("offer",),
            {"available": "new: 0, 1, 2"},
        ),
        Step(
            "One notification",
            "Then it writes once to the device's notify register. This is the one exit, for all requests together.",
            ("notify", "device"),
        ),
        Step(
            "The device takes them",
            "The other side reads ring, table and buffers straight from guest memory, and counts how far it has read. Nobody leaves the guest for that.",
            ("take", "look_up", "read"),
            {"available": "nothing new"},
        ),
        Step(
            "They are done",
            "It puts the numbers into the used ring, in whatever order they were finished, and sends one interrupt.",
            ("done", "interrupt"),
            {"used": "new: 1, 0, 2"},
        ),
        Step(
            "The driver collects",
            "The guest reads the used ring and frees the buffers. An emulated disk takes several exits a request; this took one notification for three.",
            ("reap",),
            {"used": "nothing new", "table": "address and length of each buffer"},
        ),
    ),
)
