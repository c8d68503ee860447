"""Overlay: read, write and delete through a merged view (lesson 06)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Region, Step

DIAGRAM = Diagram(
    title="Layers under a merged view",
    width=860,
    height=400,
    regions=(
        Region("merged", 24, 16, 812, 84, "merged: what a process sees"),
        Region("upper", 24, 116, 812, 84, "upper: own layer, writable"),
        Region("second", 24, 216, 812, 78, "lower 2: image, read-only"),
        Region("first", 24, 310, 812, 78, "lower 1: image, read-only"),
    ),
    boxes=(
        Box("see_shell", 250, 36, 170, 52, "/bin/sh", "from layer 1", "application"),
        Box("see_conf", 440, 36, 170, 52, "/etc/conf", "from layer 2", "application"),
        Box("see_secret", 630, 36, 180, 52, "/secret", "from layer 1", "application"),
        Box("up_conf", 440, 136, 170, 52, "/etc/conf", "not there", "libraries"),
        Box("up_secret", 630, 136, 180, 52, "/secret", "not there", "libraries"),
        Box("conf_2", 440, 234, 170, 52, "/etc/conf", "newer", "libraries"),
        Box("shell", 250, 328, 170, 52, "/bin/sh", "", "libraries"),
        Box("conf_1", 440, 328, 170, 52, "/etc/conf", "older", "libraries"),
        Box("secret", 630, 328, 180, 52, "/secret", "password", "libraries"),
    ),
    arrows=(
        Arrow("read_shell", "shell", "see_shell"),
        Arrow("copy", "conf_2", "up_conf"),
    ),
    steps=(
        Step(
            "Reading goes down",
            "The topmost layer that has a name wins. /bin/sh is found in the lowest layer, /etc/conf in the one above.",
            ("read_shell", "see_shell", "see_conf"),
        ),
        Step(
            "The same name twice",
            "Layer 2 hides the older file; it does not replace it. Both lie in the image.",
            ("conf_2", "conf_1"),
        ),
        Step(
            "Writing copies up",
            "The first write to /etc/conf copies the whole file into the upper layer, then changes the copy. The image stays as it was.",
            ("copy", "up_conf"),
            {"up_conf": "changed copy", "see_conf": "from upper"},
        ),
        Step(
            "Deleting adds",
            "Removing /secret writes a whiteout into the upper layer: a mark that says no such file.",
            ("up_secret",),
            {"up_secret": "whiteout", "see_secret": "no such file"},
        ),
        Step(
            "Nothing shrank",
            "The password is still in layer 1, in every copy of the image. Removing it later hides it; only never adding it helps.",
            ("secret",),
        ),
        Step(
            "Many containers",
            "Another container gets an upper layer of its own over the same lower ones: they are stored, and cached, once.",
            ("second", "first"),
        ),
    ),
)
