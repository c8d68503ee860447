"""Who falls with whom: two containers in one machine, an application in another, and what carries them (lesson 08)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Who falls with whom",
    width=860,
    height=470,
    regions=(
        Region("one", 14, 14, 486, 300, "machine 1"),
        Region("two", 516, 14, 330, 300, "machine 2"),
    ),
    boxes=(
        Box("a", 30, 44, 124, 56, "container A", "", "application"),
        Box("b", 168, 44, 124, 56, "container B", "", "application"),
        Box("engine", 306, 44, 178, 56, "engine's daemon", "runs as root", "runtime"),
        Box("c", 532, 44, 298, 56, "application C", "", "application"),
        Box("kernel_one", 30, 144, 454, 56, "kernel of machine 1", "", "guest_kernel"),
        Box("kernel_two", 532, 144, 298, 56, "kernel of machine 2", "", "guest_kernel"),
        Box("monitor_one", 30, 244, 454, 56, "monitor of machine 1", "an ordinary process, confined", "vmm"),
        Box("monitor_two", 532, 244, 298, 56, "monitor of machine 2", "an ordinary process, confined", "vmm"),
        Box("kernel", 14, 346, 832, 56, "kernel of L0, with KVM", "", "host_kernel"),
        Box("hardware", 14, 414, 832, 42, "hardware", "", "hardware"),
    ),
    arrows=(
        Arrow("to_a", "kernel_one", "a"),
        Arrow("to_b", "kernel_one", "b"),
        Arrow("to_engine", "kernel_one", "engine"),
        Arrow("to_c", "kernel_two", "c"),
        Arrow("to_kernel_one", "monitor_one", "kernel_one"),
        Arrow("to_kernel_two", "monitor_two", "kernel_two"),
        Arrow("to_monitor_one", "kernel", "monitor_one"),
        Arrow("to_monitor_two", "kernel", "monitor_two"),
    ),
    steps=(
        Step(
            "Hostile code in container A",
            "It has container A, and is where it may begin. Everything below serves it and does not obey it.",
            ("a",),
        ),
        Step(
            "The kernel of machine 1",
            "One flaw in what A may call, and the kernel that shows and forbids is the attacker's: B falls, and the engine.",
            ("kernel_one", "to_a", "a", "to_b", "b", "to_engine", "engine"),
        ),
        Step(
            "The engine instead",
            "No flaw is needed where A may ask the engine. A daemon that is root reaches all that the kernel's owner does.",
            ("engine", "kernel_one", "a", "b"),
        ),
        Step(
            "The monitor of machine 1",
            "From the guest's kernel through a device: an ordinary process of L0 is taken. Machine 2 is behind L0's kernel.",
            ("monitor_one", "to_kernel_one", "kernel_one", "a", "b", "engine"),
        ),
        Step(
            "The kernel of L0",
            "Through KVM, vhost, or the monitor and one flaw more: all machines fall, and all that is in them.",
            ("kernel", "monitor_one", "kernel_one", "a", "b", "engine", "monitor_two", "kernel_two", "c"),
        ),
        Step(
            "Upwards there is no boundary",
            "Who owns L0 was there from the start. Each layer has in hand what it carries; isolation works against what is above.",
            ("kernel", "monitor_two", "to_kernel_two", "kernel_two", "to_c", "c"),
        ),
    ),
)
