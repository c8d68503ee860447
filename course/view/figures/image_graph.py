"""What an image name leads to: index, manifest, config, layers, each named by its digest (lesson 06)."""

from __future__ import annotations

from course.view.figures.diagram import Arrow, Box, Diagram, Step

DIAGRAM = Diagram(
    title="From a tag to the bytes",
    width=860,
    height=390,
    boxes=(
        Box("tag", 24, 30, 150, 64, "tag", "a name that can move", "application"),
        Box("index", 234, 30, 170, 64, "index", "one manifest for each platform", "runtime"),
        Box("amd64", 464, 30, 170, 64, "manifest", "linux/amd64", "virtual_hardware"),
        Box("arm64", 464, 150, 170, 64, "manifest", "linux/arm64", "virtual_hardware"),
        Box("config", 690, 30, 150, 64, "config", "command, environment, layers", "libraries"),
        Box("layer_1", 690, 150, 150, 56, "layer 1", "tar, compressed", "libraries"),
        Box("layer_2", 690, 230, 150, 56, "layer 2", "tar, compressed", "libraries"),
        Box("other", 464, 290, 170, 64, "another image", "its manifest", "virtual_hardware"),
    ),
    arrows=(
        Arrow("resolve", "tag", "index", "now"),
        Arrow("choose", "index", "amd64", "digest"),
        Arrow("alternative", "index", "arm64", "digest"),
        Arrow("configure", "amd64", "config"),
        Arrow("stack_1", "amd64", "layer_1"),
        Arrow("stack_2", "amd64", "layer_2"),
        Arrow("share", "other", "layer_1"),
    ),
    steps=(
        Step(
            "A tag is a pointer",
            "The registry says which digest the tag means today. Tomorrow it may say another.",
            ("tag", "resolve"),
        ),
        Step(
            "The index lists platforms",
            "One image name, several architectures: the puller takes the manifest that fits its machine.",
            ("index", "choose", "alternative"),
        ),
        Step(
            "The manifest lists the parts",
            "A config and the layers, each by digest and size.",
            ("amd64", "configure", "stack_1", "stack_2"),
        ),
        Step(
            "A digest is the hash of the bytes",
            "Each arrow but the first is a digest. Change one byte of a layer and its name changes, so the manifest's changes, so the index's.",
            ("layer_1", "amd64", "index"),
        ),
        Step(
            "Shared by hash",
            "Two images that name the same layer digest share it, on the wire and on the disk, without knowing of each other.",
            ("share", "stack_1", "layer_1"),
        ),
    ),
)
