"""Trap and emulate: how a guest kernel's privileged instruction ends, though the guest never touches the device (lesson 02)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Trap and emulate",
    width=860,
    height=360,
    regions=(Region("guest", 24, 16, 392, 216, "guest"), Region("host", 444, 16, 392, 216, "host")),
    boxes=(
        Box("application", 48, 52, 344, 60, "Application", "ordinary instructions", "application"),
        Box("guest_kernel", 48, 146, 344, 64, "Guest kernel", "wants to switch the timer off", "guest_kernel"),
        Box("device", 468, 52, 344, 60, "Virtual timer", "a record in memory: on", "virtual_hardware"),
        Box("hypervisor", 468, 146, 344, 64, "Hypervisor", "waits", "hypervisor"),
        Box("hardware", 24, 274, 812, 62, "CPU and real timer", "runs the guest directly", "hardware"),
    ),
    arrows=(
        Arrow("run", "guest_kernel", "hardware", "", -90),
        Arrow("trap", "hardware", "hypervisor", "", 60),
        Arrow("emulate", "hypervisor", "device"),
        Arrow("resume", "hypervisor", "guest_kernel", ""),
    ),
    steps=(
        Step(
            "Most instructions need no one",
            "Application and guest kernel run on the CPU itself, without the privilege that they believe they have.",
            ("application", "guest_kernel", "hardware"),
        ),
        Step(
            "A privileged instruction",
            "The guest kernel tries to switch the timer off. That would touch the real machine.",
            ("guest_kernel", "run", "hardware"),
            {"guest_kernel": "executes a privileged instruction"},
        ),
        Step(
            "It traps",
            "The CPU refuses it in this mode and enters the hypervisor, with the place and the cause.",
            ("hardware", "trap", "hypervisor"),
            {"hardware": "stops the guest and hands over", "hypervisor": "reads the cause of the trap"},
        ),
        Step(
            "The hypervisor emulates it",
            "It does to the virtual timer what the instruction would have done to the real one. The real timer runs on.",
            ("hypervisor", "emulate", "device"),
            {
                "hypervisor": "carries the instruction out in software",
                "device": "a record in memory: off",
                "hardware": "runs the hypervisor",
            },
        ),
        Step(
            "The guest goes on",
            "The guest resumes after the instruction. It sees the effect that it asked for, and nothing else.",
            ("hypervisor", "resume", "guest_kernel"),
            {
                "guest_kernel": "finds its timer off",
                "hypervisor": "steps over the instruction and resumes",
                "hardware": "runs the guest directly again",
            },
        ),
    ),
)
