"""What images on one machine fetch and store when each layer is kept once, on layers of real files (lesson 06)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Final

from course import dataset
from course.errors import CourseError, unknown
from course.simulate.sharing import Stored, stored
from course.view import cited, theme

EXHIBIT: Final = "real_layers"
"""The exhibit whose recording says which layers the images have."""

_ORIGIN: Final = f"The layers are those that the exhibit {EXHIBIT} made."
_MIB: Final = 1 << 20
_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 860.0, 130.0, 610.0, 60.0, 46.0
_STYLE: Final = (
    f".new{{fill:{theme.color('accent')};stroke:{theme.color('page')};stroke-width:1.5}}"
    f".here{{fill:none;stroke:{theme.color('accent')};stroke-width:1.5;stroke-dasharray:5 3}}"
    f".on{{fill:{theme.color('page')}}}.strong{{font-weight:700}}"
)


@dataclass(frozen=True)
class Layer:
    """A layer of an image: the part that it holds, its digest and its bytes."""

    part: str
    digest: str
    size: int


@dataclass(frozen=True)
class State:
    """The images on a machine, in the order in which they are pulled; raises CourseError for one that is not there."""

    images: tuple[str, ...] = ("probe", "shop", "mail")

    def __post_init__(self) -> None:
        for name in self.images:
            if name not in layers():
                raise unknown("image", name, layers())
        if not self.images:
            raise CourseError(f"No image is chosen; name some of {', '.join(layers())}.")
        if len(set(self.images)) != len(self.images):
            raise CourseError("An image is named twice. Name each once: a second pull of it fetches nothing.")


@dataclass(frozen=True)
class Pull:
    """One image pulled: its layers, and which of them were there already."""

    image: str
    layers: tuple[Layer, ...]
    here: frozenset[str]

    @property
    def fetched(self) -> int:
        """The bytes of the layers that were not there."""
        return sum(layer.size for layer in self.layers if layer.digest not in self.here)

    @property
    def size(self) -> int:
        """The bytes of all its layers."""
        return sum(layer.size for layer in self.layers)


@cache
def layers() -> dict[str, tuple[Layer, ...]]:
    """Return the images of the exhibit, each with its layers from the base upwards."""
    tape = json.loads((dataset.FOLDER / "recordings" / f"exhibit-{EXHIBIT}.json").read_text("utf-8"))
    listed = tape[0]["result"]["observations"][0]["output"]
    found: dict[str, list[Layer]] = {}
    for line in listed.splitlines():
        image, part, digest, size = line.split()
        found.setdefault(image, []).append(Layer(part, digest, int(size)))
    return {image: tuple(parts) for image, parts in found.items()}


def pulls(state: State) -> tuple[Pull, ...]:
    """Return the pulls in order, each with what the earlier ones have left behind."""
    here: frozenset[str] = frozenset()
    made = []
    for image in state.images:
        made.append(Pull(image, layers()[image], here))
        here |= {layer.digest for layer in layers()[image]}
    return tuple(made)


def total(state: State) -> Stored:
    """Return the bytes of all images, apart and with each layer once."""
    return stored({image: {layer.digest: layer.size for layer in layers()[image]} for image in state.images})


def draw(state: State) -> str:
    """Return a row for each image: its layers as boxes, filled where they are fetched, dashed where they are there."""
    made = pulls(state)
    height = _TOP + len(made) * _ROW + 42
    most = max(pull.size for pull in made)
    body = _text(16, 26, "Pulled one after the other: a filled layer is fetched, a dashed one is here", "strong")
    body += "".join(_drawn(pull, _TOP + index * _ROW, most) for index, pull in enumerate(made))
    body += _text(16, height - 14, summary(state), "strong")
    return theme.svg(_WIDTH, height, "Shared layers", summary(state), body, extra_style=_STYLE)


def table(state: State) -> str:
    """Return the same as an HTML table without style."""
    rows = [
        (
            escape(pull.image),
            ", ".join(f"{layer.part} {_digits(layer)} ({_mib(layer.size)})" for layer in pull.layers),
            _mib(pull.size),
            _mib(pull.fetched),
        )
        for pull in pulls(state)
    ]
    return cited.table(
        ("Image", "Layers, from the base upwards", "MiB", "Fetched, MiB"), rows, f"{_ORIGIN} {summary(state)}"
    )


def describe(state: State) -> str:
    """Return the same as text."""
    lines = [f"  {pull.image}: {_told(pull)}" for pull in pulls(state)]
    return "\n".join([f"Images pulled one after the other; sizes in MiB. {_ORIGIN}", *lines, summary(state)])


def summary(state: State) -> str:
    """Return one sentence: what the images take apart, and what is stored."""
    found = total(state)
    return (
        f"Apart they would take {_mib(found.apart)} MiB; with each digest once they take {_mib(found.shared)} MiB, "
        f"{_mib(found.saved)} MiB less."
    )


def _told(pull: Pull) -> str:
    parts = [
        f"{layer.part} {_digits(layer)} {_mib(layer.size)}{' (here)' if layer.digest in pull.here else ''}"
        for layer in pull.layers
    ]
    return f"fetches {_mib(pull.fetched)} of {_mib(pull.size)}: {', '.join(parts)}"


def _drawn(pull: Pull, top: float, most: float) -> str:
    body, left = _text(16, top + 19, pull.image), _LEFT
    for layer in pull.layers:
        width = (_RIGHT - _LEFT) * layer.size / most
        body += _box(layer, layer.digest in pull.here, left, top, width)
        left += width
    return body + _text(_RIGHT + 16, top + 19, f"fetches {_mib(pull.fetched)} of {_mib(pull.size)} MiB")


def _box(layer: Layer, here: bool, left: float, top: float, width: float) -> str:
    style = "here" if here else "new"
    box = (
        f'<rect class="{style}" x="{theme.number(left)}" y="{top:.0f}" width="{theme.number(width)}" height="30">'
        f"<title>{escape(layer.part)} {_digits(layer)}, {_mib(layer.size)} MiB</title></rect>"
    )
    label = f"{layer.part} {_digits(layer)}" if width > 100 else layer.part
    if width < 9 * len(label):
        return box
    middle = theme.number(left + width / 2)
    on = "" if here else ' class="on"'
    return box + f'<text{on} x="{middle}" y="{top + 20:.0f}" font-size="13" text-anchor="middle">{label}</text>'


def _digits(layer: Layer) -> str:
    return layer.digest.partition(":")[2][:6]


def _mib(size: float) -> str:
    return f"{size / _MIB:.1f}"


def _text(x: float, y: float, text: str, style: str = "") -> str:
    of_class = f' class="{style}"' if style else ""
    return f'<text{of_class} x="{x:.0f}" y="{y:.0f}" font-size="13">{escape(text)}</text>'
