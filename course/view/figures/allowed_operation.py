"""What an operation has to pass before the kernel carries it out: each check can only refuse (lesson 05)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="What an operation has to pass",
    width=860,
    height=600,
    regions=(Region("kernel", 24, 96, 812, 484, "one kernel"),),
    boxes=(
        Box("process", 44, 18, 772, 58, "process in a container", "user 0, some capabilities", "application"),
        Box("seccomp", 44, 132, 480, 62, "seccomp filter", "looks at the call's number and arguments", "host_kernel"),
        Box("permission", 44, 222, 480, 62, "owner and mode bits", "who are you, whose file is it?", "host_kernel"),
        Box("capability", 44, 312, 480, 62, "capability", "in the user namespace that owns the object", "host_kernel"),
        Box(
            "module",
            44,
            402,
            480,
            62,
            "security module (LSM)",
            "a policy on top: AppArmor, SELinux, Landlock",
            "host_kernel",
        ),
        Box("done", 44, 496, 480, 62, "carried out", "", "application"),
        Box("refused", 664, 132, 152, 332, "refused", "an error number", "application"),
    ),
    arrows=(
        Arrow("call", "process", "seccomp", "system call"),
        Arrow("passed", "seccomp", "permission", "let pass"),
        Arrow("missing", "permission", "capability", "not granted by these"),
        Arrow("enough", "capability", "module", "held there"),
        Arrow("no_call", "seccomp", "refused", "this call: no"),
        Arrow("no_power", "capability", "refused", "not held there"),
        Arrow("no_policy", "module", "refused", "against the policy"),
        Arrow("yes", "module", "done", "no objection"),
    ),
    steps=(
        Step(
            "A system call arrives",
            "The filter is asked before anything else. It sees a number and arguments, and knows nothing of files or of who is asking.",
            ("process", "call", "seccomp"),
        ),
        Step(
            "The filter refuses",
            "A call that the filter refuses ends here, whatever the caller's capabilities are.",
            ("seccomp", "no_call", "refused"),
        ),
        Step(
            "The filter lets it pass",
            "To let pass is no permission. For a file, the kernel now compares user and group with owner and mode. If they grant it, no capability is asked for.",
            ("passed", "permission"),
        ),
        Step(
            "A capability in place of ownership",
            "What owner and mode do not grant, or what has no owner at all, such as mounting, takes a capability. It counts only in the user namespace that owns the object.",
            ("missing", "capability", "no_power", "refused"),
        ),
        Step(
            "A policy on top",
            "A security module may refuse what root with every capability asks for. It cannot grant what another check refuses.",
            ("enough", "module", "no_policy", "refused"),
        ),
        Step(
            "Nobody objected",
            "An operation is carried out if no check refuses it. No check makes up for another one, so the order of the later ones, which differs from call to call, changes nothing.",
            ("module", "yes", "done"),
        ),
    ),
)
