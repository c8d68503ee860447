"""Where a guest kernel runs: privilege levels without and with help of the hardware (lesson 02)."""

from __future__ import annotations

from course.view.figures.diagram import Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Who runs at which privilege level",
    width=860,
    height=380,
    regions=(
        Region("classic", 24, 16, 392, 344, "one CPU mode: levels 3 to 0"),
        Region("assisted", 444, 16, 392, 344, "two CPU modes: guest and host, each with its levels"),
    ),
    boxes=(
        Box("app", 44, 50, 352, 60, "application", "level 3", "application"),
        Box("middle", 44, 130, 352, 60, "levels 2 and 1", "unused", "libraries"),
        Box("kernel", 44, 210, 352, 60, "kernel", "level 0", "host_kernel"),
        Box("cpu", 44, 290, 352, 52, "hardware", "", "hardware"),
        Box("guest_app", 464, 50, 352, 50, "guest application", "guest mode, level 3", "application"),
        Box("guest_kernel", 464, 112, 352, 50, "guest kernel", "guest mode, level 0", "guest_kernel"),
        Box("vmm", 464, 174, 170, 50, "VMM process", "host mode, level 3", "vmm"),
        Box("hypervisor", 464, 236, 352, 42, "hypervisor: host mode, level 0", "", "hypervisor"),
        Box("hardware", 464, 290, 352, 52, "hardware", "", "hardware"),
    ),
    arrows=(),
    steps=(
        Step(
            "A system as it was meant",
            "The kernel has level 0, where every instruction works. Applications have level 3, where privileged ones trap.",
            ("app", "kernel"),
        ),
        Step(
            "A guest kernel moves up",
            "To keep control the hypervisor takes level 0, and the guest kernel must run above it, where it was not written to run.",
            ("kernel", "middle"),
            {"kernel": "level 0: now the hypervisor", "middle": "level 1: the guest kernel, deprivileged"},
        ),
        Step(
            "Where that fails",
            "Privileged instructions trap to the hypervisor: fine. Sensitive ones that do not trap give the guest kernel a wrong answer in silence.",
            ("middle",),
            {"middle": "level 1: popf changes nothing here, and nobody notices"},
        ),
        Step(
            "The hardware's answer",
            "VMX and SVM add a second mode. In guest mode the guest kernel has its own level 0; what is sensitive leaves to host mode.",
            ("guest_kernel", "hypervisor"),
        ),
        Step(
            "Nobody is deprivileged",
            "Guest application and kernel keep their levels, so their system calls stay among themselves. The VMM is an ordinary process of the host.",
            ("guest_app", "guest_kernel", "vmm"),
        ),
    ),
)
