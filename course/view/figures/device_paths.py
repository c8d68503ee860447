"""Three ways to a disk: emulated, paravirtual, passed through; who takes part in each (lesson 03)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Three ways to a disk",
    width=860,
    height=490,
    regions=(
        Region("guest", 24, 16, 812, 88, "guest"),
        Region("process", 24, 140, 480, 84, "VMM process"),
        Region("host", 24, 260, 480, 84, "host kernel"),
    ),
    boxes=(
        Box("legacy", 44, 42, 200, 50, "driver of an old controller", "", "guest_kernel"),
        Box("virtio", 284, 42, 200, 50, "virtio driver", "", "guest_kernel"),
        Box("native", 524, 42, 140, 50, "driver of the real controller", "", "guest_kernel"),
        Box("memory", 692, 42, 128, 50, "guest memory", "", "libraries"),
        Box("model", 44, 166, 200, 46, "plays the controller", "", "vmm"),
        Box("queue", 284, 166, 200, 46, "reads the queue", "", "vmm"),
        Box("files", 44, 286, 440, 46, "file system, block layer, driver", "", "host_kernel"),
        Box("iommu", 692, 286, 128, 46, "IOMMU", "", "hardware"),
        Box("disk", 44, 424, 776, 46, "controller and disk", "", "hardware"),
    ),
    arrows=(
        Arrow("registers", "legacy", "model", "a store, an exit"),
        Arrow("notify", "virtio", "queue", "one notification"),
        Arrow("call_model", "model", "files", "system call"),
        Arrow("call_queue", "queue", "files", "system call"),
        Arrow("request", "files", "disk", "request"),
        Arrow("direct", "native", "disk", "a store, no exit"),
        Arrow("transfer", "disk", "iommu", "transfers"),
        Arrow("checked", "iommu", "memory", "checked"),
    ),
    steps=(
        Step(
            "Emulated: register by register",
            "The guest sets up a request with several stores to registers. Each is an exit, and the VMM plays what the controller would do.",
            ("legacy", "registers", "model"),
            {"model": "several exits a request"},
        ),
        Step(
            "And then the real thing",
            "Once the request is complete, the VMM makes an ordinary system call, and the host's kernel drives the real disk.",
            ("call_model", "files", "request", "disk"),
        ),
        Step(
            "Paravirtual: a queue and a notification",
            "The driver knows that it is in a virtual machine. It puts requests into shared memory and leaves once for all of them. Below that nothing changes.",
            ("virtio", "notify", "queue", "call_queue", "files", "request", "disk"),
            {"queue": "one exit for many requests"},
        ),
        Step(
            "Passed through: the real controller",
            "The guest's own driver writes to the controller's registers. VMM and host kernel set this up and are not asked again.",
            ("native", "direct", "disk"),
        ),
        Step(
            "What makes that safe",
            "The controller reads and writes memory by itself, at addresses that the guest's driver chose. The IOMMU translates them and refuses what is not the guest's.",
            ("disk", "transfer", "iommu", "checked", "memory"),
            {"iommu": "checks addresses"},
        ),
    ),
)
