"""What an attacker inside can reach first: a container, a virtual machine, a sandbox (lesson 08)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Step

DIAGRAM = Diagram(
    title="What stands at the boundary",
    width=860,
    height=420,
    boxes=(
        Box("c_app", 24, 20, 250, 60, "container", "the attacker runs here", "application"),
        Box("c_filter", 24, 130, 250, 60, "seccomp, capabilities, LSM", "a filter in the kernel", "host_kernel"),
        Box("c_kernel", 24, 240, 250, 60, "host kernel", "all of it that the filter lets through", "host_kernel"),
        Box("v_app", 305, 20, 250, 60, "virtual machine", "the attacker owns the guest kernel", "guest_kernel"),
        Box("v_kvm", 305, 130, 120, 60, "KVM, vhost", "in the host kernel", "host_kernel"),
        Box("v_vmm", 435, 130, 120, 60, "VMM", "devices", "vmm"),
        Box("v_kernel", 305, 240, 250, 60, "host kernel", "what the VMM's own filter lets through", "host_kernel"),
        Box("g_app", 586, 20, 250, 60, "gVisor sandbox", "the attacker runs here", "application"),
        Box("g_sentry", 586, 130, 250, 60, "Sentry", "a kernel in user space, in Go", "guest_kernel"),
        Box("g_kernel", 586, 240, 250, 60, "host kernel", "the few calls that Sentry makes", "host_kernel"),
        Box("hardware", 24, 340, 812, 52, "hardware, shared by all: caches, branch predictors, memory", "", "hardware"),
    ),
    arrows=(
        Arrow("c1", "c_app", "c_filter", "system calls"),
        Arrow("c2", "c_filter", "c_kernel", "those allowed"),
        Arrow("v1", "v_app", "v_kvm", "VM exits"),
        Arrow("v2", "v_app", "v_vmm", "device accesses"),
        Arrow("v3", "v_vmm", "v_kernel", "system calls"),
        Arrow("g1", "g_app", "g_sentry", "system calls"),
        Arrow("g2", "g_sentry", "g_kernel", "system calls, filtered"),
    ),
    steps=(
        Step(
            "A container",
            "The first thing reached is the host kernel's own interface, thinned by a filter. A flaw in what is left is a way out.",
            ("c1", "c_filter", "c_kernel"),
        ),
        Step(
            "A virtual machine",
            "First come two things: KVM, which is itself part of the host kernel, as vhost is, and the VMM's devices. How much code that is depends on what was left in.",
            ("v1", "v_kvm", "v2", "v_vmm"),
        ),
        Step(
            "Behind the VMM",
            "Who takes over the VMM is an ordinary process. A sandbox around it decides whether that is the end or the beginning.",
            ("v3", "v_kernel"),
        ),
        Step(
            "A kernel in user space",
            "The interface is about as wide as the container's, but what answers is another program; only its few own calls reach the host kernel.",
            ("g1", "g_sentry", "g2"),
        ),
        Step(
            "Below all of them",
            "Side channels pass under every boundary of software. They are closed by hardware, microcode, or not sharing.",
            ("hardware",),
        ),
        Step(
            "A count is no measure",
            "One call such as ioctl has the functions of every driver behind it. Ask what code runs on an attacker's input, who wrote it, and what it may do.",
            ("c_kernel", "v_vmm", "g_sentry"),
        ),
    ),
)
