"""The round trip of a VM exit: from the guest to KVM, perhaps to QEMU, and back (lesson 02)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="The round trip of a VM exit",
    width=860,
    height=430,
    regions=(
        Region("guest", 24, 20, 380, 250, "guest mode: the guest runs on the CPU itself"),
        Region("host", 444, 20, 392, 250, "host mode: the machine's own kernel and processes"),
    ),
    boxes=(
        Box("application", 44, 56, 340, 52, "guest application", "", "application"),
        Box("kernel", 44, 190, 340, 62, "guest kernel", "", "guest_kernel"),
        Box("qemu", 464, 56, 352, 62, "QEMU", "an ordinary process: plays the devices", "vmm"),
        Box("kvm", 464, 190, 352, 62, "KVM", "part of the host kernel: enters and leaves the guest", "hypervisor"),
        Box("cpu", 44, 330, 772, 62, "CPU with VMX or SVM", "runs the guest", "hardware"),
    ),
    arrows=(
        Arrow("call", "application", "kernel", "system call"),
        Arrow("run", "kernel", "cpu", "instructions"),
        Arrow("exit", "cpu", "kvm", "VM exit", bend=-90),
        Arrow("up", "kvm", "qemu", "exit that KVM does not handle", bend=-130),
        Arrow("down", "qemu", "kvm", "KVM_RUN", bend=110),
        Arrow("entry", "kvm", "cpu", "VM entry", bend=110),
    ),
    steps=(
        Step(
            "Most of the time nothing happens",
            "Guest instructions, and even the guest's own system calls, run on the CPU. No hypervisor sees them.",
            ("call", "run"),
        ),
        Step(
            "The guest touches a device",
            "A store to a device register cannot be left to the CPU: there is no such device. The CPU puts the guest's state aside and leaves guest mode.",
            ("kernel", "cpu", "exit"),
            {"cpu": "guest state saved, host state loaded"},
        ),
        Step(
            "KVM looks at the reason",
            "Many exits end here: a timer, an interrupt, a page that was not yet there. KVM handles them and goes straight back.",
            ("kvm",),
            {"kvm": "reads the exit reason"},
        ),
        Step(
            "A device access goes on to QEMU",
            "KVM_RUN returns in the QEMU process, which plays the device: it is a function that is called with address and value.",
            ("up", "qemu"),
            {"qemu": "acts as the device"},
        ),
        Step(
            "And back",
            "QEMU calls KVM_RUN again, KVM loads the guest's state, and the guest goes on behind its store, none the wiser.",
            ("down", "entry", "kernel"),
            {"cpu": "guest state loaded, host state saved", "kvm": "enters the guest"},
        ),
    ),
)
