"""Where a guest kernel runs: privilege levels without and with help of the hardware (lesson 02)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Who runs at which privilege level",
    width=860,
    height=380,
    regions=(
        Region("classic", 24, 16, 320, 344, "one mode, with levels 3 to 0"),
        Region("guest", 368, 16, 224, 262, "guest mode, levels 3 to 0"),
        Region("host", 612, 16, 224, 262, "host mode, levels 3 to 0"),
    ),
    boxes=(
        Box("level3", 44, 46, 280, 60, "level 3", "applications", "application"),
        Box("middle", 44, 122, 280, 60, "levels 2 and 1", "unused", "libraries"),
        Box("level0", 44, 198, 280, 60, "level 0", "the kernel", "host_kernel"),
        Box("cpu", 44, 294, 280, 52, "classic CPU", "", "hardware"),
        Box("guest_application", 384, 46, 192, 60, "guest application", "level 3", "application"),
        Box("guest_kernel", 384, 198, 160, 60, "guest kernel", "level 0", "guest_kernel"),
        Box("vmm", 628, 46, 192, 60, "VMM", "level 3: a process", "vmm"),
        Box("hypervisor", 660, 198, 160, 60, "hypervisor", "level 0", "hypervisor"),
        Box("assisted", 384, 294, 436, 52, "CPU with VMX or SVM", "", "hardware"),
    ),
    arrows=(
        Arrow("exit", "guest_kernel", "hypervisor", "VM exit", bend=-16),
        Arrow("entry", "hypervisor", "guest_kernel", "VM entry", bend=22),
    ),
    steps=(
        Step(
            "A system as it was meant",
            "The kernel has level 0, where every instruction works. Applications have level 3, where privileged ones trap.",
            ("level3", "level0"),
        ),
        Step(
            "A guest kernel moves up",
            "To keep control the hypervisor takes level 0, and the guest kernel must run above it, where it was not written to run.",
            ("level0", "middle"),
            {"level0": "the hypervisor", "middle": "the guest kernel, without its privilege"},
        ),
        Step(
            "Where that fails",
            "Privileged instructions trap to the hypervisor: fine. Sensitive ones that do not trap give the guest kernel a wrong answer in silence.",
            ("middle",),
            {"middle": "the guest kernel: popf changes nothing"},
        ),
        Step(
            "The hardware's answer",
            "VMX and SVM add a second mode. In guest mode the guest kernel has a level 0 of its own; what must not be left to it exits to host mode.",
            ("guest_kernel", "exit", "hypervisor", "entry"),
        ),
        Step(
            "Nobody is moved up",
            "Guest application and kernel keep their levels, so their system calls stay among themselves. The VMM is an ordinary process of the host.",
            ("guest_application", "guest_kernel", "vmm"),
        ),
    ),
)
