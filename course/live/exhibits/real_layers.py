"""Images that share layers, and one that could and does not: real files, real digests, one store (lesson 06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage


def run(stage: Stage) -> None:
    """Write four images into one store, list their layers, and compare their sum with what the store holds."""
    stage.program("image.py")
    writer, root = stage.program("real_layers.py"), stage.busybox_root("/rw/root")
    listed = stage.show(
        "Four images, their layers, and the bytes of each",
        f"python3 {writer} {root} /rw/store",
        "Three rest on the same base, and two on the same runtime: the same digest stands in several lines. The fourth "
        "is made of the same files as the second, packed a day later, and shares nothing.",
        deadline=240,
    )
    rows = [line.split() for line in listed.splitlines()]
    digests = {digest for _image, _part, digest, _size in rows}
    stage.value(layers=len(rows), different=len(digests))
    total = sum(int(row[3]) for row in rows)
    stored = stage.show(
        "What the store holds",
        "ls /rw/store/blobs/sha256 | wc -l; cat /rw/store/blobs/sha256/* | wc -c",
        f"Added up image by image the layers have {total} bytes. The store has fewer, though it holds the configs and "
        "manifests too: under one name it keeps one file.",
    )
    files, held = map(int, stored.split())
    # Beside the layers there are a config and a manifest for each image.
    images = len({row[0] for row in rows})
    stage.value(each_once=files == len(digests) + 2 * images, less=held < total)


EXHIBIT = Exhibit(
    name="real_layers",
    title="Layers that are shared, and layers that are not",
    shows="Four images of real files in one store: which of them name the same layers, and what the store holds.",
    question="Two images hold the same files, packed on two days. How many of their layers does a store keep once?",
    reading="None. A layer is shared if its bytes are the same, and the time of each file is among its bytes. What is built once and used by all is shared; what each builds alone is not.",
    run=run,
)
