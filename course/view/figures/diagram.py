"""Diagrams that go step by step: boxes, regions and arrows as data, one drawing and one text for each step.

The figures of single lessons are written with these. What happens at a step is told by its number, its caption and
heavier lines, never by color alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from math import hypot
from typing import TYPE_CHECKING

from course.errors import CourseError
from course.view import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

MARGIN = 24.0
CAPTION_SIZE = 14.0
LABEL_SIZE = 14.0
DETAIL_SIZE = 12.0
FACING = 20.0
# How far from its arrow a label stands: clear of the number that an arrow carries in a step.
CLEAR = 12.0


@dataclass(frozen=True)
class Box:
    """A thing: a label and a detail in a rectangle, colored as a kind of layer (`theme.KINDS`)."""

    key: str
    x: float
    y: float
    width: float
    height: float
    label: str
    detail: str = ""
    kind: str = "libraries"


@dataclass(frozen=True)
class Region:
    """A dashed outline around boxes, named at its top left: a namespace, a machine, a privilege level."""

    key: str
    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class Arrow:
    """Something that goes from one box to another; `bend` moves it sideways where two would lie on each other."""

    key: str
    start: str
    end: str
    label: str = ""
    bend: float = 0.0


@dataclass(frozen=True)
class Step:
    """What happens: a title, a sentence, the keys that take part, in order, and details that boxes show from here on."""

    title: str
    text: str
    active: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Diagram:
    """A whole figure. Coordinates are pixels from the top left; the caption stands below `height`."""

    title: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    steps: tuple[Step, ...]
    regions: tuple[Region, ...] = ()

    def box(self, key: str) -> Box:
        """Return a box by key."""
        return next(box for box in self.boxes if box.key == key)


def draw(diagram: Diagram, step: int) -> str:
    """Return the SVG of one step, counted from 1; raises CourseError for a step that does not exist."""
    now = _step(diagram, step)
    details = _details(diagram, step)
    order = {key: index + 1 for index, key in enumerate(now.active)}
    caption, caption_height = _caption(diagram, step, now)
    body = "".join(
        (
            f"<defs>{_arrow_head('head', 'line')}{_arrow_head('head-active', 'boundary')}</defs>",
            *(_region(region, order.get(region.key)) for region in diagram.regions),
            *(_box(box, details.get(box.key, box.detail), order.get(box.key)) for box in diagram.boxes),
            *(_arrow(diagram, arrow, order.get(arrow.key)) for arrow in diagram.arrows),
            *(_badge(diagram, key, number) for key, number in order.items()),
            caption,
        )
    )
    return theme.svg(
        diagram.width, diagram.height + caption_height, diagram.title, describe(diagram, step), body, extra_style=_STYLE
    )


def describe(diagram: Diagram, step: int) -> str:
    """Return one step in words: its place, title and text, and what takes part in what order."""
    now = _step(diagram, step)
    names = _names(diagram)
    parts = [names[key] for key in now.active]
    changed = [f"{diagram.box(key).label} now shows: {text}" for key, text in now.details.items()]
    lines = [f"{diagram.title}. Step {step} of {len(diagram.steps)}: {now.title}. {now.text}"]
    if parts:
        lines.append("In this step: " + "; ".join(f"{index}. {part}" for index, part in enumerate(parts, 1)) + ".")
    return "\n".join(lines + [f"{one}." for one in changed])


_STYLE = (
    f".active .box,.active.region{{stroke:{theme.color('boundary')};stroke-width:3.5}}"
    f".region{{fill:none;stroke:{theme.color('muted')};stroke-width:1.5;stroke-dasharray:6 4}}"
    f".arrow{{fill:none;stroke:{theme.color('line')};stroke-width:1.5}}"
    f".arrow.active{{stroke:{theme.color('boundary')};stroke-width:3.5}}"
    f".halo{{stroke:{theme.color('page')};stroke-width:5;paint-order:stroke}}"
    f".badge{{fill:{theme.color('boundary')}}}.badge+text{{fill:{theme.color('page')}}}"
)


def _step(diagram: Diagram, step: int) -> Step:
    if not isinstance(step, int) or not 1 <= step <= len(diagram.steps):
        raise CourseError(
            f"{diagram.title} has the steps 1 to {len(diagram.steps)}, not {step!r}: choose one of those."
        )
    return diagram.steps[step - 1]


def _details(diagram: Diagram, step: int) -> dict[str, str]:
    details: dict[str, str] = {}
    for one in diagram.steps[:step]:
        details |= one.details
    return details


def _names(diagram: Diagram) -> dict[str, str]:
    names = {box.key: box.label for box in diagram.boxes} | {region.key: region.label for region in diagram.regions}
    for arrow in diagram.arrows:
        way = f"{names[arrow.start]} to {names[arrow.end]}"
        names[arrow.key] = f"{way} ({arrow.label})" if arrow.label else way
    return names


def _class(base: str, active: int | None) -> str:
    return f"{base} active" if active else base


def _text(lines: tuple[str, ...], x: float, y: float, size: float, *, bold: bool, extra: str = "") -> str:
    weight = ' font-weight="700"' if bold else ""
    spans = "".join(
        f'<tspan x="{theme.number(x)}" y="{theme.number(y + index * size * 1.25)}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    return f'<text font-size="{theme.number(size)}"{weight}{extra}>{spans}</text>'


def _box(box: Box, detail: str, active: int | None) -> str:
    inner = box.width - 16
    room = max(1, int((box.height - 10) // (DETAIL_SIZE * 1.25)))
    label, label_size = theme.fit(box.label, inner, size=LABEL_SIZE, lines=min(2, room), bold=True)
    left = max(1, int((box.height - 8 - len(label) * label_size * 1.25) // (DETAIL_SIZE * 1.25)))
    under, under_size = theme.fit(detail, inner, size=DETAIL_SIZE, lines=left) if detail else ((), DETAIL_SIZE)
    tall = len(label) * label_size * 1.25 + len(under) * under_size * 1.25
    top = box.y + (box.height - tall) / 2 + label_size * 0.95
    middle = box.x + box.width / 2
    anchor = ' text-anchor="middle"'
    texts = _text(label, middle, top, label_size, bold=True, extra=anchor)
    if under:
        texts += _text(under, middle, top + len(label) * label_size * 1.25, under_size, bold=False, extra=anchor)
    whole = escape(f"{box.label}. {detail}" if detail else box.label, quote=True)
    return (
        f'<g class="{_class(f"k-{box.kind}", active)}" role="img" aria-label="{whole}">'
        f'<rect class="box" x="{theme.number(box.x)}" y="{theme.number(box.y)}" width="{theme.number(box.width)}" '
        f'height="{theme.number(box.height)}" rx="5"/>{texts}</g>'
    )


def _region(region: Region, active: int | None) -> str:
    label, size = theme.fit(region.label, region.width - 20, size=DETAIL_SIZE, bold=True)
    return (
        f'<rect class="{_class("region", active)}" x="{theme.number(region.x)}" y="{theme.number(region.y)}" '
        f'width="{theme.number(region.width)}" height="{theme.number(region.height)}" rx="8"/>'
        + _text(label, region.x + 10, region.y + size + 5, size, bold=True, extra=' class="muted"')
    )


Point = tuple[float, float]


def _ends(diagram: Diagram, arrow: Arrow) -> tuple[Point, Point]:
    """Return tail and tip: straight between boxes that face each other, else from side to side, never across a box."""
    start, end = diagram.box(arrow.start), diagram.box(arrow.end)
    first = (start.x + start.width / 2, start.y + start.height / 2)
    last = (end.x + end.width / 2, end.y + end.height / 2)
    across = (max(start.x, end.x), min(start.x + start.width, end.x + end.width))
    along = (max(start.y, end.y), min(start.y + start.height, end.y + end.height))
    if across[1] - across[0] > FACING:
        middle = sum(across) / 2 + arrow.bend
        first, last = (middle, first[1]), (middle, last[1])
    elif along[1] - along[0] > FACING:
        middle = sum(along) / 2 + arrow.bend
        first, last = (first[0], middle), (last[0], middle)
    else:
        return _side(start, last), _side(end, first)
    return _straight_edge(start, first, last), _straight_edge(end, last, first)


def _side(box: Box, towards: Point) -> Point:
    inset = min(FACING, box.height / 2)
    y = min(max(towards[1], box.y + inset), box.y + box.height - inset)
    return (box.x + box.width + 3 if towards[0] > box.x + box.width / 2 else box.x - 3), y


def _straight_edge(box: Box, at: Point, towards: Point) -> Point:
    if at[0] == towards[0]:
        return at[0], box.y + box.height + 3 if towards[1] > at[1] else box.y - 3
    return box.x + box.width + 3 if towards[0] > at[0] else box.x - 3, at[1]


def _arrow(diagram: Diagram, arrow: Arrow, active: int | None) -> str:
    tail, tip = _ends(diagram, arrow)
    middle = ((tail[0] + tip[0]) / 2, (tail[1] + tip[1]) / 2)
    head = "head-active" if active else "head"
    line = (
        f'<path class="{_class("arrow", active)}" marker-end="url(#{head})" '
        f'd="M{theme.number(tail[0])} {theme.number(tail[1])}L{theme.number(tip[0])} {theme.number(tip[1])}"/>'
    )
    if not arrow.label:
        return line
    upright = abs(tip[1] - tail[1]) > abs(tip[0] - tail[0])
    room = 150.0 if upright else max(60.0, hypot(tip[0] - tail[0], tip[1] - tail[1]) - 18)
    lines, size = theme.fit(arrow.label, room, size=DETAIL_SIZE, lines=3)
    if upright:
        return line + _text(
            lines,
            middle[0] + CLEAR,
            middle[1] - (len(lines) - 1) * size * 0.6 + 4,
            size,
            bold=False,
            extra=' class="halo"',
        )
    top = middle[1] - CLEAR - (len(lines) - 1) * size * 1.25
    return line + _text(lines, middle[0], top, size, bold=False, extra=' class="halo" text-anchor="middle"')


def _badge(diagram: Diagram, key: str, number: int) -> str:
    arrow = next((one for one in diagram.arrows if one.key == key), None)
    if arrow:
        tail, tip = _ends(diagram, arrow)
        x, y = tail[0] + (tip[0] - tail[0]) * 0.2, tail[1] + (tip[1] - tail[1]) * 0.2
    else:
        places: list[Box | Region] = [*diagram.boxes, *diagram.regions]
        one = next(place for place in places if place.key == key)
        x, y = one.x + one.width - 4, one.y + 4
    return (
        f'<g><circle class="badge" cx="{theme.number(x)}" cy="{theme.number(y)}" r="10"/>'
        f'<text x="{theme.number(x)}" y="{theme.number(y + 4.2)}" font-size="12" font-weight="700" '
        f'text-anchor="middle">{number}</text></g>'
    )


def _arrow_head(identity: str, color: str) -> str:
    return (
        f'<marker id="{identity}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="11" markerHeight="11" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10Z" style="fill:{theme.color(color)}"/></marker>'
    )


def _caption(diagram: Diagram, step: int, now: Step) -> tuple[str, float]:
    width = diagram.width - 2 * MARGIN
    title = theme.wrap(f"{step}/{len(diagram.steps)}  {now.title}", width, size=CAPTION_SIZE, bold=True)
    text = theme.wrap(now.text, width, size=CAPTION_SIZE)
    top = diagram.height + CAPTION_SIZE + 4
    below = top + len(title) * CAPTION_SIZE * 1.25
    drawn = _text(title, MARGIN, top, CAPTION_SIZE, bold=True) + _text(text, MARGIN, below, CAPTION_SIZE, bold=False)
    longest = max(len(theme.wrap(one.text, width, size=CAPTION_SIZE)) for one in diagram.steps)
    # The same height for all steps, so that nothing below jumps while a reader steps through.
    return drawn, (longest + 1) * CAPTION_SIZE * 1.25 + 22
