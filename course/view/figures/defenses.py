"""What stands in the way at each stage of an escape, for a container and for a virtual machine (lesson 08)."""

from __future__ import annotations

from itertools import pairwise

from course.view.figures.diagram import Arrow, Box, Diagram, Step

LEFT, WIDE, GAP = 24, 150, 15.5
STAGES = (
    ("enter", "code gets in", "a tenant, an image, a stolen service"),
    ("reach", "it reaches an interface", "calls, files, devices, sockets"),
    ("flaw", "it finds a flaw", "or a line that hands it over"),
    ("hold", "it holds something", "a process outside"),
    ("next", "it goes on", "to neighbors, secrets, L0"),
)
CONTAINER = (
    ("images from known sources", "a user other than root"),
    ("seccomp filter, few capabilities", "no socket, no wide mount"),
    ("patched runtime and kernel", "no new user namespaces"),
    ("user namespace, security module", "read-only root"),
    ("a machine around it", "the escape ends in it"),
)
MACHINE = (
    ("images from known sources", "root inside counts as given"),
    ("few devices", "no code, no flaw in it"),
    ("patched monitor and KVM", "microcode"),
    ("sandbox around the monitor", "own user, filter, labels"),
    ("no shared cores", "IOMMU for devices passed through"),
)


def _row(name: str, top: int, kind: str, texts: tuple[tuple[str, str], ...]) -> tuple[Box, ...]:
    return tuple(
        Box(f"{name}_{stage}", LEFT + index * (WIDE + GAP), top, WIDE, 86, label, detail, kind)
        for index, ((stage, _, _), (label, detail)) in enumerate(zip(STAGES, texts, strict=True))
    )


def _step(index: int, title: str, text: str) -> Step:
    stage = STAGES[index][0]
    way = (f"to_{stage}",) if index else ()
    return Step(title, text, (*way, f"stage_{stage}", f"container_{stage}", f"machine_{stage}"))


DIAGRAM = Diagram(
    title="An escape has stages, and each can fail",
    width=860,
    height=350,
    boxes=(
        *_row("stage", 24, "application", tuple((label, detail) for _, label, detail in STAGES)),
        *_row("container", 140, "host_kernel", CONTAINER),
        *_row("machine", 246, "vmm", MACHINE),
    ),
    arrows=tuple(
        Arrow(f"to_{after[0]}", f"stage_{before[0]}", f"stage_{after[0]}") for before, after in pairwise(STAGES)
    ),
    steps=(
        _step(
            0,
            "Code gets in",
            "First row: the attack. Second row: against it with a container. Third row: with a machine.",
        ),
        _step(
            1,
            "It reaches an interface",
            "What cannot be called, opened or sent to cannot be used, whatever flaw lies behind it.",
        ),
        _step(2, "It finds a flaw", "Only a patch removes one, and only after somebody knew of it and you restarted."),
        _step(
            3,
            "It holds something",
            "Here it is decided what was won: root of the machine, or a process that may do nothing.",
        ),
        _step(
            4,
            "It goes on",
            "Another boundary, made by other people, has to fail as well. Side channels need no step before.",
        ),
        Step(
            "None of them is the wall",
            "Each stops some ways and not others. Depth means that one mistake, yours or theirs, is not the last one.",
            ("container_reach", "container_flaw", "container_hold", "container_next"),
        ),
    ),
)
