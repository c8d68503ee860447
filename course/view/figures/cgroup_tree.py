"""The tree of control groups: where limits hold and where processes may live (lesson 05)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Step

DIAGRAM = Diagram(
    title="A tree of control groups",
    width=860,
    height=400,
    boxes=(
        Box("root", 230, 20, 400, 64, "/sys/fs/cgroup", "the root group", "host_kernel"),
        Box("system", 130, 150, 200, 64, "services", "no limit", "runtime"),
        Box("containers", 530, 150, 200, 64, "containers", "no limit", "runtime"),
        Box("web", 400, 290, 190, 76, "web", "no limit", "application"),
        Box("batch", 646, 290, 190, 76, "batch", "no limit", "application"),
        Box("sshd", 130, 290, 200, 76, "sshd", "processes", "application"),
    ),
    arrows=(
        Arrow("a", "root", "system"),
        Arrow("b", "root", "containers"),
        Arrow("c", "containers", "web"),
        Arrow("d", "containers", "batch"),
        Arrow("e", "system", "sshd"),
    ),
    steps=(
        Step(
            "A group is a folder",
            "mkdir makes one, writing a process number into cgroup.procs moves a process, and children are born into their parent's group.",
            ("root", "web"),
        ),
        Step(
            "Switch a controller on from above",
            "A group gets memory.max only if its parent's subtree_control names memory. Without it the file is not even there.",
            ("root", "b", "containers"),
            {"root": "subtree_control: cpu memory pids"},
        ),
        Step(
            "No processes inside",
            "A group that hands controllers down holds no processes itself: they live in the leaves. Only the root group may do both.",
            ("containers",),
            {"containers": "subtree_control set, no processes"},
        ),
        Step(
            "A limit holds for all below",
            "memory.max of the parent is for all children together. A child may ask for more and never gets it.",
            ("containers", "web", "batch"),
            {"containers": "memory.max 1 GiB", "web": "memory.max 2 GiB: in vain"},
        ),
        Step(
            "A weight shares",
            "cpu.weight counts among siblings, and only while they compete. An idle sibling's share goes to the others.",
            ("web", "batch"),
            {"web": "cpu.weight 400", "batch": "cpu.weight 100"},
        ),
        Step(
            "A quota stops",
            "cpu.max gives so much in each period and then stops the group, even though the CPU is idle.",
            ("batch",),
            {"batch": "cpu.max 20000 100000"},
        ),
    ),
)
