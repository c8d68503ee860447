"""Stacks side by side as a drawing: what carries a workload, what is shared, what guards what, what an access passes.

`draw` is the picture, `course.view.stack_text.describe` says the same in words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from course.view import stack_layout, stack_text, theme
from course.view.stack_layout import LINE, MARGIN, TIMES, Box, Bracket, Column, Layout, Mark
from course.view.stack_state import State, parse, split
from course.view.theme import SMALLEST, number

if TYPE_CHECKING:
    from course.stacks import Layer

__all__ = ["State", "build_steps", "draw", "parse"]

_SUPPLIERS = {
    "host": "from the host",
    "vendor": "from the vendor",
    "image": "from the image",
    "tenant": "from the tenant",
}

_STYLE = (
    f".name{{font-weight:600;font-size:13px}}.head{{font-weight:700}}"
    f"text{{text-anchor:middle;font-size:12px}}.l{{text-anchor:start}}.small{{font-size:{number(SMALLEST)}px}}"
    f".void{{stroke:{theme.color('muted')};stroke-width:1.5;stroke-dasharray:1.5 4.5}}"
    f".rule{{stroke:{theme.color('boundary')};stroke-width:3.5}}"
    f".red{{fill:{theme.color('boundary')};font-weight:600}}"
    f".edge{{fill:none;stroke:{theme.color('muted')};stroke-width:1.5;stroke-dasharray:5 3}}"
    f".aside text{{fill:{theme.color('ink')}}}.aside .paper{{fill:{theme.color('page')}}}"
    f".aside .box{{stroke:none}}"
    f".tag{{fill:{theme.color('page')};stroke:{theme.color('line')}}}text.name.on-tag{{fill:{theme.color('ink')}}}"
    f".party{{stroke:none}}.host{{fill:{theme.color('muted')}}}"
)
_STYLE_OF_ACCESS = (
    f".mark{{fill:{theme.color('page')};stroke:{theme.color('ink')};stroke-width:1.5}}"
    f".cross{{fill:{theme.color('boundary')};stroke:{theme.color('boundary')}}}"
    f".cross+text{{fill:{theme.color('page')}}}.way{{fill:none;stroke:{theme.color('ink')};stroke-width:1.8}}"
    f".way.red{{stroke:{theme.color('boundary')};stroke-width:3}}.tick{{stroke:{theme.color('ink')};stroke-width:1}}"
    f".tip{{fill:{theme.color('ink')}}}.tip.red{{fill:{theme.color('boundary')}}}"
)
_STYLE_OF_CHOICE = (
    f".chosen{{fill:none;stroke:{theme.color('ink')};stroke-width:3}}"
    f".chosen+.chosen{{stroke:{theme.color('page')};stroke-width:1}}"
)
_STYLE_OF_COMPROMISE = (
    f".doomed{{fill:none;stroke:{theme.color('boundary')};stroke-width:2.5}}"
    f".flag{{fill:{theme.color('boundary')}}}.flag+path{{stroke:{theme.color('page')};stroke-width:2;fill:none}}"
)


def draw(state: State) -> str:
    """Return the picture of a state as SVG; each layer has a `data-key` of the form `platform/layer/copy`."""
    plan = stack_layout.layout(replace(state, selected="", compromised=()))
    fates = _fates(state)
    captions = [_caption(state, column) for column in plan.columns]
    body = [_patterns(), *(_column(state, column, fates) for column in plan.columns)]
    # Stacks of one line end at one height; what is said about each stands below it.
    depth = max(_height(lines) for lines in captions)
    body += [_words(column, lines) for column, lines in zip(plan.columns, captions, strict=True)]
    legend, legend_height = _legend(state, plan, plan.height + depth + 14)
    height = plan.height + depth + 14 + legend_height + MARGIN / 2
    return theme.svg(
        plan.width,
        height,
        stack_text.title(state),
        stack_text.summary(state),
        "".join(body) + legend,
        extra_style=_style(state),
    )


def _style(state: State) -> str:
    """Return the CSS that this state needs: a picture is stored in every notebook that shows it."""
    return (
        _STYLE
        + (_STYLE_OF_ACCESS if state.access else "")
        + (_STYLE_OF_CHOICE if state.selected else "")
        + (_STYLE_OF_COMPROMISE if state.compromised else "")
    )


def build_steps(state: State) -> int:
    """Return how many steps build the picture up from the hardware; `state.build` runs from 1 to that number."""
    return stack_layout.layout(replace(state, selected="", compromised=(), build=0)).build_steps


@dataclass(frozen=True)
class _Fate:
    """What a compromise does to a layer: which copy falls, 0 for all of them, and whether it is taken itself."""

    copy: int
    is_taken: bool


def _fates(state: State) -> dict[tuple[str, str, int], _Fate]:
    """Return what becomes of each copy of a layer, by system, layer and copy; copy 0 stands for all of them as one."""
    fates = {}
    for reference in state.compromised:
        platform, key, taken = split(reference)
        stack = next(stack for stack in state.stacks() if stack.platform == platform)
        fallen = 0 if stack.falls_for_all(key) else taken
        for layer in stack.falls(key):
            for copy in range(state.workloads + 1):
                if copy in (0, fallen) or not fallen:
                    fates[platform, layer.key, copy] = _Fate(fallen, layer.key == key and copy in (0, taken))
    return fates


def _column(state: State, column: Column, fates: dict[tuple[str, str, int], _Fate]) -> str:
    drawn = [_header(state, column)]
    drawn += [_void(column, top, bottom) for top, bottom in column.voids]
    drawn += [_bracket(bracket) for bracket in column.brackets]
    drawn += [_box(state, column, box, fates) for box in column.boxes]
    for line in column.lines:
        x, y = line.x, line.y
        drawn += [
            _text(word, x + 5, y - 7 - LINE * (len(line.words) - 1 - index), line.size, "l red")
            for index, word in enumerate(line.words)
        ]
        drawn.append(f'<path class="rule" d="M{number(x)} {number(y)}h{number(line.width)}"/>')
    if column.beside:
        first = min(column.beside, key=lambda box: box.y)
        drawn.append(_text("beside the path", first.x, first.y - 6, SMALLEST, "l muted"))
    drawn += [_aside(state, column, box, fates) for box in column.beside]
    drawn.append(_way(column))
    return "".join(drawn)


def _void(column: Column, top: float, bottom: float) -> str:
    """Return the dots between two layers that stand one on the other, though other stacks have more in between."""
    x, middle = number(column.main_x + column.main_width / 2), (top + bottom) / 2
    if bottom - top <= 30:
        return f'<path class="void" d="M{x} {number(top + 3)}V{number(bottom - 3)}"/>'
    return (
        f'<path class="void" d="M{x} {number(top + 3)}V{number(middle - 12)}M{x} {number(middle + 10)}'
        f'V{number(bottom - 3)}"/><text class="muted" x="{x}" y="{number(middle + 4)}">nothing in between</text>'
    )


def _header(state: State, column: Column) -> str:
    words, size = theme.fit(column.stack.name, column.width, size=17, bold=True)
    small = stack_layout.header_words(column.stack, state.picture, column.width)
    y = column.y + 26
    return (
        f'<text class="l head" x="{number(column.x)}" y="{number(y)}" style="font-size:{number(size)}px">'
        f"{escape(words[0])}</text>"
        + "".join(_text(line, column.x, y + 16 + LINE * index, 12, "l muted") for index, line in enumerate(small))
    )


def _box(state: State, column: Column, box: Box, fates: dict[tuple[str, str, int], _Fate]) -> str:
    layer = box.layer
    hit = fates.get((layer.platform, layer.key, box.copy))
    shape = _shape(box)
    overlay = "".join(f'<path fill="url(#{pattern})" d="{shape}"/>' for pattern in _overlays(layer))
    if hit:
        overlay += _doom(box, hit)
    label = _label(box, plate=bool(overlay) or box.copies > 1)
    return (
        f"{_opening(state, column, box, hit)}"
        f'<path class="box" d="{shape}"/>{overlay}{label}{_flag(box, hit)}{_chosen(state, box)}</g>'
    )


def _aside(state: State, column: Column, box: Box, fates: dict[tuple[str, str, int], _Fate]) -> str:
    layer = box.layer
    hit = fates.get((layer.platform, layer.key, 0))
    x, y, width, height = (number(value) for value in (box.x, box.y, box.width, box.height))
    words, size = theme.fit(stack_layout.beside_name(column.stack, layer), box.width - 18, size=12, lines=3)
    first = box.y + box.height / 2 + size * 0.36 - LINE * (len(words) - 1) / 2
    label = "".join(_text(word, box.x + 13, first + index * LINE, size, "l") for index, word in enumerate(words))
    doom = f'<path fill="url(#falls)" d="M{x} {y}h{width}v{height}h-{width}z"/>' if hit else ""
    inside = max(theme.text_width(word, size) for word in words)
    plate = _plate(box.x + 9, box.y + 3, inside + 8, box.height - 6, "paper") if hit else ""
    return (
        f"{_opening(state, column, box, hit, aside=True)}"
        f'<rect class="paper" x="{x}" y="{y}" width="{width}" height="{height}"/>{doom}{plate}'
        f'<rect class="box" x="{x}" y="{y}" width="7" height="{height}"/>'
        f'<rect class="edge" x="{x}" y="{y}" width="{width}" height="{height}"/>'
        f"{label}{_flag(box, hit)}{_chosen(state, box)}</g>"
    )


def _opening(state: State, column: Column, box: Box, hit: _Fate | None, *, aside: bool = False) -> str:
    layer = box.layer
    key = f"{layer.platform}/{layer.key}" + (f"/{box.copy}" if box.copy else "")
    name = stack_text.layer_name(state, column.stack, layer, box.copy)
    if hit:
        name += ". Compromised" if hit.is_taken else ". Falls"
    kind = f"k-{layer.kind} aside" if aside else f"k-{layer.kind}"
    return f'<g class="{kind}" data-key="{key}" tabindex="0" role="button" aria-label="{escape(name)}">'


def _shape(box: Box) -> str:
    height = number(box.height)
    return "".join(f"M{number(x)} {number(box.y)}h{number(w)}v{height}h-{number(w)}z" for x, w in box.parts())


def _overlays(layer: Layer) -> tuple[str, ...]:
    return {"yes": ("emulated",), "depends": ("partly",)}.get(layer.emulated, ())


def _doom(box: Box, hit: _Fate) -> str:
    parts = box.parts()
    if hit.copy and box.copies > 1:
        parts = parts[hit.copy - 1 : hit.copy]
    height = number(box.height)
    shape = "".join(f"M{number(x)} {number(box.y)}h{number(w)}v{height}h-{number(w)}z" for x, w in parts)
    return f'<path fill="url(#falls)" d="{shape}"/><path class="doomed" d="{shape}"/>'


def _flag(box: Box, hit: _Fate | None) -> str:
    """Return the sign at the corner of a layer: an exclamation mark if it is taken, a cross if it falls."""
    if not hit:
        return ""
    x, y = box.x + box.width - 4, box.y + 4
    if box.copies > 1 and hit.copy:
        part, width = box.parts()[hit.copy - 1]
        x = part + width / 2
    sign = f"M{number(x)} {number(y - 5)}v6m0 2v2" if hit.is_taken else f"M{number(x - 3)} {number(y - 3)}l6 6m0-6l-6 6"
    return f'<circle class="flag" cx="{number(x)}" cy="{number(y)}" r="7.5"/><path d="{sign}"/>'


def _chosen(state: State, box: Box) -> str:
    if not state.selected:
        return ""
    platform, key, copy = split(state.selected)
    if (platform, key) != (box.layer.platform, box.layer.key) or (box.copy and box.copy != copy):
        return ""
    x, y, width, height = (number(v) for v in (box.x - 1.5, box.y - 1.5, box.width + 3, box.height + 3))
    frame = f'<rect class="chosen" x="{x}" y="{y}" width="{width}" height="{height}" rx="2"/>'
    return frame * 2


def _label(box: Box, *, plate: bool) -> str:
    name = f"{box.layer.name} {TIMES}{box.copies}" if box.copies > 1 else box.layer.name
    words, size = theme.fit(name, box.width - 8, size=13, lines=2, bold=True)
    kind = theme.KINDS[box.layer.kind]
    small = kind if len(words) == 1 and box.copies == 1 and not box.copy and kind not in name.lower() else ""
    lines = len(words) + bool(small)
    center, middle = box.x + box.width / 2, box.y + box.height / 2
    first = middle + size * 0.36 - LINE * (lines - 1) / 2
    is_tag = box.copies > 1
    named = "name on-tag" if is_tag else "name"
    text = "".join(_text(word, center, first + index * LINE, size, named) for index, word in enumerate(words))
    text += _text(small, center, first + LINE, SMALLEST, "") if small else ""
    if not plate:
        return text
    inside = max(theme.text_width(word, size, bold=True) for word in (*words, small)) + 8
    height = LINE * lines + 6
    return _plate(center - inside / 2, middle - height / 2, inside, height, "tag" if is_tag else "box party") + text


def _plate(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Return the plain ground of a label, so that no pattern runs through the letters."""
    box = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect class="{kind}" {box} rx="3"/>'


def _bracket(bracket: Bracket) -> str:
    x, middle = bracket.x + 8, (bracket.top + bracket.bottom) / 2
    return (
        f'<rect fill="url(#{bracket.supplier})" x="{number(bracket.x + 12)}" '
        f'y="{number(bracket.top)}" width="4.5" height="{number(bracket.bottom - bracket.top)}"/>'
        f'<text class="muted small" transform="translate({number(x)} {number(middle)})rotate(-90)">'
        f"{bracket.supplier}</text>"
    )


def _way(column: Column) -> str:
    marks = column.marks
    drawn = [f'<path class="tick" d="M{number(mark.layer_x)} {number(mark.y)}H{number(mark.x)}"/>' for mark in marks]
    drawn += [_arrow(before, after) for before, after in pairwise(marks)]
    drawn += [_mark(mark) for mark in marks]
    return "".join(drawn)


def _arrow(before: Mark, after: Mark) -> str:
    if abs(after.y - before.y) < 28:
        return _short_arrow(before, after)
    down = 1 if after.y >= before.y else -1
    red = " red" if after.crosses else ""
    tip = after.y - down * 9
    return (
        f'<path class="way{red}" d="M{number(before.x)} {number(before.y)}'
        f'L{number(after.x)} {number(before.y)}V{number(tip - down * 5)}"/>'
        f'<path class="tip{red}" d="M{number(after.x)} {number(tip)}l-4.5 {-7 * down}h9z"/>'
    )


def _short_arrow(before: Mark, after: Mark) -> str:
    """Return the arrow to a layer at about the same height, which is always one lane further."""
    red = " red" if after.crosses else ""
    tip = after.x - 8
    return (
        f'<path class="way{red}" d="M{number(before.x)} {number(before.y)}L{number(tip - 3)} {number(after.y)}"/>'
        f'<path class="tip{red}" d="M{number(tip)} {number(after.y)}l-5 -4.5v9z"/>'
    )


def _mark(mark: Mark) -> str:
    x, y = number(mark.x), number(mark.y)
    shape = (
        f'<rect class="mark cross" x="{number(mark.x - 8)}" y="{number(mark.y - 8)}" width="16" height="16" rx="2"/>'
        if mark.crosses
        else f'<circle class="mark" cx="{x}" cy="{y}" r="8"/>'
    )
    return shape + _text(str(mark.number), mark.x, mark.y + 4, SMALLEST, "name")


def _caption(state: State, column: Column) -> tuple[str, ...]:
    lines: list[str] = []
    for sentence in stack_text.remarks(state, column.stack):
        lines += theme.wrap(sentence, column.width, size=12)
    return tuple(lines)


def _height(lines: tuple[str, ...]) -> float:
    return 8 + LINE * len(lines) if lines else 0.0


def _words(column: Column, lines: tuple[str, ...]) -> str:
    return "".join(
        _text(line, column.x, column.bottom + 20 + LINE * index, 12, "l") for index, line in enumerate(lines)
    )


def _text(words: str, x: float, y: float, size: float, kind: str) -> str:
    usual = 13.0 if kind.startswith("name") else 12.0
    if size == SMALLEST:
        kind, usual = f"{kind} small".strip(), SMALLEST
    named = f' class="{kind}"' if kind else ""
    sized = f' style="font-size:{number(size)}px"' if size != usual else ""
    return f'<text{named} x="{number(x)}" y="{number(y)}"{sized}>{escape(words)}</text>'


@lru_cache(maxsize=1)
def _patterns() -> str:
    page, muted, red = theme.color("page"), theme.color("muted"), theme.color("boundary")
    hatches = (
        theme.hatch("emulated", page, gap=6)
        + theme.hatch("partly", page, gap=13)
        + theme.hatch("falls", red, gap=6, width=2, angle=-45)
        + theme.hatch("tenant", muted, gap=3, width=1.4, angle=60)
    )
    bars = "".join(_bars(name, period, filled, muted) for name, period, filled in _BARS)
    return f"<defs>{hatches}{bars}</defs>"


# How long a piece of the bar of each supplier is, and how much of it is filled; the tenant's is hatched.
_BARS = (("host", 8.0, 8.0), ("image", 6.0, 3.0), ("vendor", 14.0, 11.0))


def _bars(identity: str, period: float, filled: float, fill: str) -> str:
    return (
        f'<pattern id="{identity}" width="8" height="{number(period)}" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="{number(filled)}" style="fill:{fill}"/></pattern>'
    )


def _legend(state: State, plan: Layout, top: float) -> tuple[str, float]:
    """Return the key to the signs that this picture uses, in lines as wide as the picture, and its height."""
    drawn, x, y = [], MARGIN, top
    for sign, words in _signs(state, plan):
        width = 34 + theme.text_width(words, 12) + 18
        if x > MARGIN and x + width > plan.width - MARGIN:
            x, y = MARGIN, y + 20
        drawn.append(
            f'<g transform="translate({number(x)} {number(y)})"><g>{sign}</g>{_text(words, 34, 11, 12, "l")}</g>'
        )
        x += width
    return "".join(drawn), y - top + 20


def _signs(state: State, plan: Layout) -> list[tuple[str, str]]:
    boxes = [box for column in plan.columns for box in column.boxes]
    emulated = {box.layer.emulated for box in boxes}
    marks = [mark for column in plan.columns for mark in column.marks]
    swatch = '<path class="box" fill="none" d="{}"/>'
    whole, parts = "M0 0h28v14h-28z", "M0 0h8v14h-8zM10 0h8v14h-8zM20 0h8v14h-8z"
    wanted = [
        (True, swatch.format(whole), "shared by all workloads"),
        (state.workloads > 1, swatch.format(parts), "one for each workload"),
        (
            any(c.lines for c in plan.columns),
            '<path class="rule" d="M0 7h28"/>',
            "boundary and the interface that guards it",
        ),
        ("yes" in emulated, _sample("emulated"), "emulated"),
        ("depends" in emulated, _sample("partly"), "emulated in part"),
        (any(c.beside for c in plan.columns), '<path class="edge" d="' + whole + '"/>', "sets up and supervises"),
        (bool(marks), '<circle class="mark" cx="14" cy="7" r="7"/>', "step of the access"),
        (
            any(m.crosses for m in marks),
            '<rect class="mark cross" x="7" width="14" height="14" rx="2"/>',
            "step that crosses a boundary",
        ),
        (
            bool(state.compromised),
            '<circle class="flag" cx="14" cy="7" r="7"/><path d="M14 2v6m0 2v2"/>',
            "compromised",
        ),
        (
            bool(state.compromised),
            '<circle class="flag" cx="14" cy="7" r="7"/><path d="M11 4l6 6m0-6l-6 6"/>',
            "falls with it",
        ),
    ]
    suppliers = {bracket.supplier for column in plan.columns for bracket in column.brackets}
    signs = [(sign, words) for is_wanted, sign, words in wanted if is_wanted]
    signs += [
        (f'<rect fill="url(#{key})" x="12" width="4.5" height="14"/>', words)
        for key, words in _SUPPLIERS.items()
        if key in suppliers
    ]
    return signs


def _sample(pattern: str) -> str:
    shape = "M0 0h28v14h-28z"
    return (
        f'<g class="k-virtual_hardware"><path class="box" d="{shape}"/><path fill="url(#{pattern})" d="{shape}"/></g>'
    )
