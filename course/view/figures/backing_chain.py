"""A chain of disk images: snapshots as differences (lesson 06)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Step

DIAGRAM = Diagram(
    title="A backing chain",
    width=860,
    height=330,
    boxes=(
        Box("base", 24, 220, 200, 76, "base.qcow2", "all blocks", "libraries"),
        Box("monday", 330, 220, 200, 76, "monday.qcow2", "does not exist yet", "libraries"),
        Box("now", 636, 220, 200, 76, "now.qcow2", "does not exist yet", "libraries"),
        Box("machine", 636, 40, 200, 70, "virtual machine", "reads and writes base", "guest_kernel"),
        Box("clone", 330, 40, 200, 70, "clone", "does not exist yet", "guest_kernel"),
    ),
    arrows=(
        Arrow("first", "monday", "base", "backed by"),
        Arrow("second", "now", "monday", "backed by"),
        Arrow("use", "machine", "now", "writes here"),
        Arrow("other", "clone", "monday", "reads from"),
    ),
    steps=(
        Step(
            "One file",
            "A qcow2 file holds the blocks that were ever written and an index of where they are. Holes take no room.",
            ("base",),
        ),
        Step(
            "A snapshot is a new file on top",
            "From now on blocks are written to the new file; what it lacks is read from the one below, which stays as it is.",
            ("monday", "first"),
            {"monday": "what changed since", "machine": "reads and writes monday"},
        ),
        Step(
            "And another",
            "Each snapshot adds one. A read goes down the chain until some file has the block: long chains get slow.",
            ("now", "second", "use"),
            {"now": "what changed since", "machine": "writes now, reads all three"},
        ),
        Step(
            "A clone shares what is below",
            "Another machine on the same file below: its own changes go to a file of its own. The base is stored once.",
            ("clone", "other"),
            {"clone": "own file on top of monday"},
        ),
        Step(
            "A snapshot is no backup",
            "Lose or change the base and every file above it is worthless: a difference needs what it differs from.",
            ("base", "monday", "now"),
            {"base": "lost", "monday": "unreadable", "now": "unreadable"},
        ),
    ),
)
