"""Seven systems on three axes: what is shared, who wrote the boundary, who is protected from whom (lesson 09)."""

from __future__ import annotations

from course.view.figures.diagram import Box, Diagram, Step

WIDE, TALL, GAP = 150.0, 58.0, 12.0
COLUMNS = ("name", "shared", "wrote", "protects")
HEADS = ("", "what is shared", "who wrote the boundary", "protected from whom")
LEFT = (24.0, 186.0, 406.0, 636.0)
WIDTHS = (150.0, 208.0, 218.0, 200.0)
FROM_ABOVE = "what is below, from the tenant"
ROWS = (
    ("container", "container", "application", "one kernel, most of its calls", "the authors of Linux", FROM_ABOVE),
    (
        "gvisor",
        "gVisor sandbox",
        "guest_kernel",
        "one kernel, few of its calls",
        "Sentry, in Go, and Linux",
        FROM_ABOVE,
    ),
    ("wasm", "WebAssembly module", "libraries", "one process and its runtime", "a compiler, in Rust", FROM_ABOVE),
    ("microvm", "microVM", "vmm", "KVM and a few devices", "KVM and a small monitor", FROM_ABOVE),
    (
        "kata",
        "Kata pod",
        "runtime",
        "as a microVM; a kernel within the pod",
        "KVM, a monitor, Linux inside",
        FROM_ABOVE,
    ),
    ("vm", "virtual machine", "hypervisor", "KVM and a PC's devices", "KVM and QEMU", FROM_ABOVE),
    (
        "confidential",
        "confidential VM",
        "hardware",
        "the same, without being read",
        "the processor's maker, too",
        "also the tenant, from what is below",
    ),
)


def _row(index: int) -> tuple[Box, ...]:
    key, name, kind, *texts = ROWS[index]
    top = 62 + index * (TALL + GAP)
    cells = ((name, kind), *((text, "application") for text in texts))
    return tuple(
        Box(f"{key}_{column}", LEFT[place], top, WIDTHS[place], TALL, label, "", color)
        for place, (column, (label, color)) in enumerate(zip(COLUMNS, cells, strict=True))
    )


def _keys(column: str, *rows: str) -> tuple[str, ...]:
    return tuple(f"{row}_{column}" for row in rows)


DIAGRAM = Diagram(
    title="Between a container and a virtual machine",
    width=860,
    height=62 + len(ROWS) * (TALL + GAP),
    boxes=(
        *(
            Box(f"head_{column}", LEFT[place], 20, WIDTHS[place], 32, HEADS[place], "", "hardware")
            for place, column in enumerate(COLUMNS)
            if HEADS[place]
        ),
        *(box for index in range(len(ROWS)) for box in _row(index)),
    ),
    arrows=(),
    steps=(
        Step(
            "What is shared",
            "Not a line from less to more: a module shares a process, a microVM shares no kernel interface and a whole KVM.",
            ("head_shared", *_keys("shared", "container", "gvisor", "wasm", "microvm", "vm")),
        ),
        Step(
            "Who wrote the boundary",
            "The code that reads a tenant's input. Ask how large it is, in what language, and who mends it how fast.",
            ("head_wrote", *_keys("wrote", "container", "gvisor", "wasm", "microvm", "vm")),
        ),
        Step(
            "Who is protected from whom",
            "Six rows say the same: isolation works against what is above. One row adds the other direction.",
            ("head_protects", *_keys("protects", "container", "vm", "confidential")),
        ),
        Step(
            "One interface, another kernel",
            "A container and a gVisor sandbox start from the same image and make the same calls. Somebody else answers.",
            ("container_name", "container_shared", "gvisor_name", "gvisor_shared", "gvisor_wrote"),
        ),
        Step(
            "One packaging, another boundary",
            "A Kata pod is started like a container and isolated like a machine. Packaging and boundary are two questions.",
            ("kata_name", "kata_shared", "kata_wrote"),
        ),
    ),
)
