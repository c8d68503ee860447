"""What images on one machine take when each layer is stored once (lesson 06)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Stored:
    """Sizes in the unit of the layers: `apart` if each image kept its own copies, `shared` with each layer once."""

    apart: int
    shared: int

    @property
    def saved(self) -> int:
        """What sharing saves."""
        return self.apart - self.shared


def stored(images: Mapping[str, Mapping[str, int]]) -> Stored:
    """Return what images take: each a mapping from the digest of a layer to its size.

    Raises CourseError for a negative size, and for one digest with two sizes, which cannot be.
    """
    sizes: dict[str, int] = {}
    for name, layers in images.items():
        for digest, size in layers.items():
            if size < 0:
                raise CourseError(f"The layer {digest} of {name} has the size {size}; give 0 or more.")
            if sizes.setdefault(digest, size) != size:
                raise CourseError(
                    f"The layer {digest} has two sizes, {sizes[digest]} and {size}: one digest, one content."
                )
    return Stored(sum(sum(layers.values()) for layers in images.values()), sum(sizes.values()))
