"""How a pod comes to run: from the scheduler over the CRI to the low-level runtime (lesson 11)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="How a pod comes to run",
    width=860,
    height=440,
    regions=(
        Region("control", 24, 16, 240, 250, "control plane"),
        Region("node", 294, 16, 542, 400, "node"),
    ),
    boxes=(
        Box("scheduler", 44, 50, 200, 56, "scheduler", "picks a node", "runtime"),
        Box("api", 44, 190, 200, 56, "API server", "holds what is wanted", "runtime"),
        Box("kubelet", 324, 190, 180, 56, "kubelet", "compares, and asks", "runtime"),
        Box("engine", 616, 190, 200, 56, "containerd or CRI-O", "high-level runtime", "runtime"),
        Box("cni", 616, 50, 200, 56, "CNI plugin", "a program, run and gone", "runtime"),
        Box("shim", 616, 300, 200, 40, "shim", "", "runtime"),
        Box("runc", 616, 364, 200, 40, "runc or crun", "", "runtime"),
        Box("pause", 314, 296, 114, 50, "pause", "", "application"),
        Box("app", 314, 360, 114, 50, "container", "", "application"),
        Box("net", 480, 296, 112, 114, "network namespace", "", "host_kernel"),
    ),
    arrows=(
        Arrow("bind", "scheduler", "api", "node for the pod"),
        Arrow("watch", "kubelet", "api"),
        Arrow("cri", "kubelet", "engine", "CRI"),
        Arrow("plug", "engine", "cni", "ADD"),
        Arrow("start", "engine", "shim"),
        Arrow("create", "shim", "runc"),
        Arrow("hold", "pause", "net"),
        Arrow("join", "app", "net"),
    ),
    steps=(
        Step(
            "A place is found",
            "The scheduler compares what the pod requests with what is left on each node, and writes its choice down. It starts nothing.",
            ("scheduler", "bind", "api"),
        ),
        Step(
            "The node takes note",
            "The kubelet of that node sees a pod that is wanted and not there.",
            ("kubelet", "watch"),
        ),
        Step(
            "First the sandbox",
            "Over the CRI it asks for a pod sandbox. The engine makes a network namespace, which holds no interface yet.",
            ("cri", "engine", "net"),
            {"net": "empty"},
        ),
        Step(
            "The network is plugged in",
            "The engine calls a CNI plugin with the name of the namespace. The plugin puts an interface and an address there, and ends.",
            ("plug", "cni", "net"),
            {"net": "with an address", "cni": "has ended"},
        ),
        Step(
            "A process holds it",
            "A shim has the low-level runtime start the pause process, which sleeps in the pod's namespaces. There is no container of the pod's own yet.",
            ("start", "shim", "create", "runc", "pause", "hold"),
            {"pause": "sleeps", "runc": "has ended"},
        ),
        Step(
            "Then the containers",
            "CreateContainer and StartContainer, for each one: the low-level runtime makes a process that joins the sandbox, and ends.",
            ("cri", "engine", "create", "app", "join"),
            {"app": "works"},
        ),
        Step(
            "What stays",
            "The shim and the pod's processes. Scheduler, kubelet and engine are beside the path of every request; they can be restarted.",
            ("shim", "pause", "app", "net"),
            {"runc": "has ended", "cni": "has ended"},
        ),
    ),
)
