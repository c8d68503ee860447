"""Demonstration 12: deleting in a layer adds to it (lesson 06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.live.exhibits.shape import Exhibit

if TYPE_CHECKING:
    from course.live.exhibits.stage import Stage

FOLDER = "/rw/layers"


def run(stage: Stage) -> None:
    """Delete a file of a lower layer through an overlay and look below."""
    stage.quietly(
        f"mkdir -p {FOLDER}/lower {FOLDER}/upper {FOLDER}/work {FOLDER}/merged; echo password > {FOLDER}/lower/secret; "
        f"dd if=/dev/zero of={FOLDER}/lower/large bs=1M count=20 2>/dev/null; "
        f"mount -t overlay overlay -o lowerdir={FOLDER}/lower,upperdir={FOLDER}/upper,workdir={FOLDER}/work {FOLDER}/merged"
    )
    stage.show("The merged view", f"ls -l {FOLDER}/merged", "One folder, made of a layer below and an empty one above.")
    stage.show(
        "Delete both files in it",
        f"rm {FOLDER}/merged/large {FOLDER}/merged/secret; ls -l {FOLDER}/merged; du -sm {FOLDER}/lower | cut -f1",
        "Gone from the view; the layer below has all of its megabytes still.",
    )
    stage.show(
        "The upper layer",
        f"ls -l {FOLDER}/upper",
        "Each deletion is a new entry: a character device 0, 0, called a whiteout. Deleting added something.",
    )
    stage.show(
        "The lower layer",
        f"cat {FOLDER}/lower/secret",
        "Who has the layer has the secret: it travels with every image.",
    )


EXHIBIT = Exhibit(
    name="deleting_adds",
    title="Deleting adds",
    shows="A file deleted through an overlay, and what is then in the layers.",
    question="A layer of an image holds 20 MB. The next layer deletes it. How large is the image?",
    reading="As large as before and a little more. The whiteout hides the file; the bytes, and any secret in them, stay below.",
    run=run,
)
