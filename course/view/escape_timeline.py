"""Escapes on a time axis, one lane for each boundary, with what the chosen defenses leave of them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from course.breakouts import OUTCOMES, Breakout, outcome, tally
from course.view import cited, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

BOUNDARIES: Final = {
    "device_model": "device model",
    "hypervisor": "hypervisor",
    "kvm": "KVM in the host kernel",
    "vhost": "vhost in the host kernel",
    "sandbox": "sandbox of the monitor",
    "cpu": "processor",
    "system_call_interface": "system calls",
    "runtime": "runtime",
    "image_unpacking": "unpacking of images",
    "management_api": "interface for management",
}
"""Boundaries in the order of the lanes, and the words for them."""

KINDS: Final = {
    "vm_escape": "out of a machine",
    "vm_side_channel": "out of a machine, by a side channel",
    "container_escape": "out of a container",
    "shared_kernel": "through the shared kernel",
    "build_time": "while an image is built",
    "control_plane": "through the control plane",
}
MECHANISMS: Final = {
    "memory_corruption": "memory corruption",
    "use_after_free": "use after free",
    "race": "race",
    "path_traversal": "path traversal",
    "missing_check": "missing check",
    "descriptor_leak": "leaked descriptor",
    "speculation": "speculation",
    "logic": "logic",
}
EFFECTS: Final = {
    "stops": "would have stopped it.",
    "limits": "would have limited it.",
    "no_help": "would not have helped.",
}
SIDES: Final = {"machine": "Out of virtual machines", "container": "Out of containers"}

_WIDTH = 960.0
_TOP = 62.0
_LEFT = 190.0
_RIGHT = 930.0
_RADIUS = 12.0
_PITCH = 30.0
_HEADER = 26.0
_COLUMNS: Final = (
    "Way",
    "Disclosed",
    "From where to where",
    "What happened",
    "Closed in",
    "Exploited",
    "Score",
    "Source",
)

_STYLE = (
    f".way circle{{fill:{theme.color('accent')};stroke:{theme.color('page')};stroke-width:1}}"
    f".way text{{fill:{theme.color('page')};font-weight:700;text-anchor:middle}}"
    f".open circle{{fill:{theme.color('boundary')}}}"
    f".limited circle{{fill:{theme.color('page')};stroke:{theme.color('boundary')}}}"
    ".limited circle{stroke-width:3;stroke-dasharray:5 3}"
    f".limited text{{fill:{theme.color('ink')}}}"
    f".stopped .box{{fill:{theme.color('page')};stroke:{theme.color('good')};stroke-width:2}}"
    f".stopped text{{fill:{theme.color('ink')};font-weight:400}}"
    f".way .ring{{fill:none;stroke:{theme.color('ink')};stroke-width:2;stroke-dasharray:none}}"
    f".way .chosen{{fill:none;stroke:{theme.color('ink')};stroke-width:2.5}}"
    f".grid{{stroke:{theme.color('line')};stroke-width:.6;opacity:.6}}"
    f".lane{{fill:{theme.color('surface')}}}.side{{font-weight:700}}"
)


def draw(ways: Sequence[Breakout], standing: Sequence[str] = (), selected: str = "") -> str:
    """Return the ways as an SVG drawing; each is an item with its key. `standing` are keys of defenses."""
    scale = _Scale(ways)
    lanes_drawn, marks, bottom = "", _legend(ways, standing), _TOP
    for side, title in SIDES.items():
        lanes = [(name, [way for way in ways if way.side == side and way.boundary == name]) for name in BOUNDARIES]
        lanes = [(name, found) for name, found in lanes if found]
        if not lanes:
            continue
        lanes_drawn += f'<text class="side" x="12" y="{bottom + 17:.0f}" font-size="14">{title}</text>'
        bottom += _HEADER
        for name, found in lanes:
            lane, drawn, height = _lane(name, found, bottom, scale, standing, selected)
            lanes_drawn += lane
            marks += drawn
            bottom += height + 4
    body = lanes_drawn + _grid(scale, _TOP, bottom) + marks
    return theme.svg(_WIDTH, bottom + 12, "Escapes over time", summary(ways, standing), body, extra_style=_STYLE)


def summary(ways: Sequence[Breakout], standing: Sequence[str] = ()) -> str:
    """Return one or two sentences: how many ways are shown, on which side, and what the defenses leave of them."""
    machines = sum(way.side == "machine" for way in ways)
    shown = f"{len(ways)} published ways: {machines} out of machines, {len(ways) - machines} out of containers."
    if not standing:
        return f"{shown} No defense is chosen."
    counted = tally(ways, standing)
    left = ", ".join(f"{counted[name]} {name}" for name in OUTCOMES)
    return f"{shown} With {', '.join(standing)}: {left}."


def describe(ways: Sequence[Breakout], standing: Sequence[str] = ()) -> str:
    """Return the same as text: the summary, then a line for each way."""
    lines = [summary(ways, standing)]
    for way in ways:
        ending = f": {outcome(way, standing)}" if standing else ""
        exploited = f", known to be exploited since {way.exploited_on}" if way.exploited_on else ""
        lines.append(
            f"{way.disclosed}  {way.key}  {way.name}, {way.crossing} ({BOUNDARIES[way.boundary]}, "
            f"{MECHANISMS[way.mechanism]}){exploited}{ending}{cited.doubts(way.unverified)}"
        )
    return "\n".join(lines)


def listing(ways: Sequence[Breakout], standing: Sequence[str] = ()) -> str:
    """Return the ways as an HTML table without style, with the source of each."""
    *header, last = _COLUMNS
    header += ["With the defenses"] if standing else []
    rows = []
    for way in ways:
        cells = [
            f"{way.key} {escape(way.name)}",
            way.disclosed,
            escape(way.crossing),
            escape(way.what_happened),
            escape(way.fixed_in),
            way.exploited_on or "not listed",
            escape(way.score),
        ]
        cells += [outcome(way, standing)] if standing else []
        rows.append((*cells, cited.link(way.citation) + _doubts(way)))
    return cited.table((*header, last), rows, summary(ways, standing))


def detail(way: Breakout, standing: Sequence[str] = ()) -> str:
    """Return everything about one way as HTML: flaw, precondition, fix, and what each defense would have done."""
    lines = [
        ("From where to where", way.crossing),
        ("Component", way.component),
        ("Boundary and flaw", f"{BOUNDARIES[way.boundary]}, {MECHANISMS[way.mechanism]}"),
        ("What it takes", way.precondition),
        ("Disclosed", way.disclosed),
        ("Closed in", way.fixed_in),
        ("Closed on", way.fixed_on + _days(way)),
        ("Known to be exploited", way.exploited_on or "not in CISA's catalog"),
        ("Score", way.score),
    ]
    facts = "".join(f"<dt><strong>{label}</strong></dt><dd>{escape(value)}</dd>" for label, value in lines if value)
    answers = "".join(
        f"<li>{_standing_mark(answer.defense.key in standing)}<strong>{escape(answer.defense.name)}</strong> "
        f"{EFFECTS[answer.effect]} {escape(answer.reason)}{cited.mark(answer.verified)}</li>"
        for answer in way.answers
    )
    return (
        f"<h4>{way.key}: {escape(way.name)}</h4><p>{escape(way.what_happened)}</p><dl>{facts}</dl>"
        f"<p><strong>Defenses</strong></p><ul>{answers}</ul><p>Source: {cited.link(way.citation)}{_doubts(way)}</p>"
    )


class _Scale:
    """Years to pixels, from the first year shown to the end of the last."""

    def __init__(self, ways: Sequence[Breakout]) -> None:
        years = [int(way.when) for way in ways] or [2000]
        self.first, self.last = min(years), max(years) + 1

    def x(self, year: float) -> float:
        return _LEFT + _RADIUS + (year - self.first) / (self.last - self.first) * (_RIGHT - _LEFT - 2 * _RADIUS)


def _grid(scale: _Scale, top: float, bottom: float) -> str:
    step = 2 if scale.last - scale.first > 9 else 1
    lines = ""
    for year in range(scale.first, scale.last + 1, step):
        x = theme.number(scale.x(year))
        lines += (
            f'<line class="grid" x1="{x}" x2="{x}" y1="{top:.0f}" y2="{bottom:.0f}"/>'
            f'<text class="muted" x="{x}" y="{top - 6:.0f}" font-size="12" text-anchor="middle">{year}</text>'
        )
    return lines


def _legend(ways: Sequence[Breakout], standing: Sequence[str]) -> str:
    """Return the key to the marks; with defenses chosen, how many ways each outcome has."""
    if standing:
        counted = tally(ways, standing)
        entries: list[tuple[str, str]] = [(name, f"{name}: {counted[name]}") for name in OUTCOMES]
    else:
        entries = [("plain", "a published way (no defense chosen)")]
    drawn, x = "", 24.0
    for name, label in entries:
        drawn += _mark(x, 22.0, "", name)
        drawn += f'<text x="{theme.number(x + 20)}" y="26" font-size="13">{label}</text>'
        x += 50 + theme.text_width(label, 13)
    drawn += _mark(x, 22.0, "", "plain", ring=True)
    return drawn + f'<text x="{theme.number(x + 22)}" y="26" font-size="13">ring: known to be exploited</text>'


def _lane(
    name: str, ways: Sequence[Breakout], top: float, scale: _Scale, standing: Sequence[str], selected: str
) -> tuple[str, str, float]:
    places, levels = _stacked([scale.x(way.when) for way in ways])
    height = levels * _PITCH + 6
    lane = (
        f'<rect class="lane" x="{theme.number(_LEFT - 4)}" y="{theme.number(top)}" '
        f'width="{theme.number(_RIGHT - _LEFT + 18)}" height="{theme.number(height)}" rx="4"/>'
    )
    lines, size = theme.fit(BOUNDARIES[name], _LEFT - 28, size=13, lines=2)
    for index, line in enumerate(lines):
        y = top + height / 2 + 4 + (index - (len(lines) - 1) / 2) * 15
        lane += f'<text x="12" y="{theme.number(y)}" font-size="{theme.number(size)}">{escape(line)}</text>'
    drawn = ""
    for way, (x, level) in zip(ways, places, strict=True):
        y = top + 3 + _PITCH / 2 + level * _PITCH
        state: str = outcome(way, standing) if standing else "plain"
        mark = _mark(x, y, way.key[1:], state, ring=bool(way.exploited_on), chosen=way.key == selected)
        label = escape(_spoken(way, state), quote=True)
        drawn += f'<g data-key="{way.key}" role="button" aria-label="{label}"><title>{label}</title>{mark}</g>'
    return lane, drawn, height


def _stacked(positions: Sequence[float]) -> tuple[list[tuple[float, int]], int]:
    """Return each position with the lowest level on which it touches none before it, and the number of levels."""
    ends: list[float] = []
    places = []
    for x in positions:
        level = next((index for index, end in enumerate(ends) if x - end >= _PITCH), len(ends))
        ends[level : level + 1] = [x]
        places.append((x, level))
    return places, max(len(ends), 1)


def _mark(x: float, y: float, label: str, state: str, *, ring: bool = False, chosen: bool = False) -> str:
    cx, cy = theme.number(x), theme.number(y)
    size = _RADIUS - 1
    if state == "stopped":
        parts = _square(x, y, size - 2, "box")
    else:
        parts = f'<circle cx="{cx}" cy="{cy}" r="{theme.number(size)}"/>'
    if ring:
        parts += f'<circle class="ring" cx="{cx}" cy="{cy}" r="{theme.number(_RADIUS + 1.5)}"/>'
    if chosen:
        parts += _square(x, y, 15.5, "chosen")
    if label:
        parts += f'<text x="{cx}" y="{theme.number(y + 4)}" font-size="11">{label}</text>'
    return f'<g class="way {state}">{parts}</g>'


def _square(x: float, y: float, half: float, name: str) -> str:
    side = theme.number(2 * half)
    return (
        f'<rect class="{name}" x="{theme.number(x - half)}" y="{theme.number(y - half)}" '
        f'width="{side}" height="{side}" rx="4"/>'
    )


def _spoken(way: Breakout, state: str) -> str:
    exploited = ", known to be exploited" if way.exploited_on else ""
    left = f", {state}" if state != "plain" else ""
    return f"{way.key}, {way.name}, {way.disclosed}, {way.crossing}{exploited}{left}"


def _days(way: Breakout) -> str:
    days = way.days_to_fix
    if days is None:
        return ""
    if days <= 0:
        return " (on the day of disclosure)" if days == 0 else f" ({-days} days before disclosure)"
    return f" ({days} days after disclosure)"


def _doubts(way: Breakout) -> str:
    return f"<em>{escape(cited.doubts(way.unverified))}</em>" if way.unverified else ""


def _standing_mark(chosen: bool) -> str:
    return "[chosen] " if chosen else ""
