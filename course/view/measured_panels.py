"""Our own measurements: a panel for each level, clock and warmth, never one axis for two of them (lesson 07)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from course.view import cited, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Bar", "Effect", "Panel", "describe", "draw", "effects_table", "effects_text", "quantity", "table"]

_WIDTH = 860.0
_LABELS = 300.0
_LEFT, _RIGHT = 316.0, 640.0
_VALUES = 656.0
_ROW = 24.0
_HEAD = 30.0
_STYLE: Final = (
    f".span{{stroke:{theme.color('accent')};stroke-width:6;stroke-linecap:round;opacity:.45}}"
    f".middle{{fill:{theme.color('ink')}}}.band{{fill:{theme.color('surface')}}}.head{{font-weight:700}}"
    f".grid{{stroke:{theme.color('line')};stroke-width:.6;opacity:.6}}"
)
_SCALES: Final = {
    "ns": ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")),
    "bytes": ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "bytes")),
    "instructions": ((1e6, "million instructions"), (1.0, "instructions")),
}
# Units with a long word, or one that says too little: the heading names them, and not every tick and value.
_HEADED: Final = {
    "instructions": "instructions",
    "processes": "processes and threads",
    "calls": "system calls",
}
_SINGULAR: Final = {"processes": "process", "calls": "call", "instructions": "instruction"}
_ADVICE: Final = "Compare inside one panel only."
_ORDERS: Final = {
    "slower": "slower, the ranges are far apart",
    "faster": "faster, the ranges are far apart",
    "near": "too close to order",
}


@dataclass(frozen=True)
class Bar:
    """One series: its name, its range and median in a unit such as ns, and how many repeats it has."""

    label: str
    low: float
    middle: float
    high: float
    unit: str
    repeats: int
    rejected: int = 0

    @property
    def text(self) -> str:
        """The median with its range, such as "3.7 s (3.5 to 5.0)"."""
        middle, unit = quantity(self.middle, self.unit)
        if self.low == self.high:
            return f"{middle} {_SINGULAR.get(unit, unit) if middle == '1' else unit}"
        factor = next(size for size, name in _scales(self.unit) if name == unit)
        return f"{middle} {unit} ({_digits(self.low / factor)} to {_digits(self.high / factor)})"


@dataclass(frozen=True)
class Panel:
    """Series that may share an axis: what was done, and the conditions that all of them were taken under."""

    what: str
    conditions: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Effect:
    """What the emulator did to one kind of work: a factor from `low` to `high`, and the order that it allows."""

    what: str
    low: float
    middle: float
    high: float
    order: str

    @property
    def text(self) -> str:
        """The factor in words, such as "13 times slower" or "100 times faster"."""
        if self.middle < 1:
            return f"{_digits(1 / self.middle)} times faster"
        return f"{_digits(self.middle)} times slower"

    @property
    def span(self) -> str:
        """The range of the factor, below 1 where the emulated one is faster."""
        return f"{_digits(self.low)} to {_digits(self.high)}"


def draw(panels: Sequence[Panel]) -> str:
    """Return the panels as one SVG drawing, each with an axis of its own."""
    body, top = "", 12.0
    for panel in panels:
        drawn, top = _panel(panel, top)
        body += drawn
    return theme.svg(_WIDTH, top, "Measured here", _ADVICE, body, extra_style=_STYLE)


def table(panels: Sequence[Panel]) -> str:
    """Return every series as an HTML table without style."""
    rows = [
        (escape(panel.what), escape(panel.conditions), escape(bar.label), escape(bar.text), _repeats(bar))
        for panel in panels
        for bar in panel.bars
    ]
    return cited.table(("What", "Taken", "Subject", "Median (range)", "Repeats"), rows, _ADVICE)


def describe(panels: Sequence[Panel]) -> str:
    """Return the same as text, a panel after the other."""
    lines = []
    for panel in panels:
        lines.append(f"{panel.what}; {panel.conditions}:")
        lines += [f"  {bar.label}: {bar.text}; {_repeats(bar)}" for bar in panel.bars]
    return "\n".join([*lines, _ADVICE])


def effects_table(effects: Sequence[Effect]) -> str:
    """Return what emulation does to each kind of work as an HTML table without style."""
    rows = [(escape(one.what), escape(one.text), escape(one.span), _ORDERS[one.order]) for one in effects]
    return cited.table(("Kind of work", "In the guest", "Range of the factor", "What may be said"), rows, _EFFECTS)


def effects_text(effects: Sequence[Effect]) -> str:
    """Return the same as text."""
    lines = [f"  {one.what}: {one.text}; factor {one.span}; {_ORDERS[one.order]}" for one in effects]
    return "\n".join([_EFFECTS, *lines])


_EFFECTS: Final = "The same machine code, in the emulated guest (L1) against natively (L0): medians of repeats."


def quantity(value: float, unit: str) -> tuple[str, str]:
    """Return a value with two or three digits, and the unit that suits it."""
    for size, name in _scales(unit):
        if value >= size:
            return _digits(value / size), name
    return _digits(value), _scales(unit)[-1][1]


def _scales(unit: str) -> tuple[tuple[float, str], ...]:
    return _SCALES.get(unit, ((1.0, unit),))


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def _repeats(bar: Bar) -> str:
    repeats = f"{bar.repeats} {'repeat' if bar.repeats == 1 else 'repeats'}"
    return f"{repeats}, {bar.rejected} rejected" if bar.rejected else repeats


def _panel(panel: Panel, top: float) -> tuple[str, float]:
    headed = _HEADED.get(panel.bars[0].unit, "")
    unit = f", in {headed}" if headed else ""
    lines = theme.wrap(f"{panel.what}{unit}; {panel.conditions}", _WIDTH - 24, size=13, bold=True)
    height = len(lines) * 16 + 8
    drawn = f'<rect class="band" x="0" y="{top:.0f}" width="{_WIDTH:.0f}" height="{height:.0f}"/>'
    drawn += "".join(_text(12, top + 16 + index * 16, line, "head") for index, line in enumerate(lines))
    top += height + 4
    start, end, powers = _axis(panel)
    bottom = top + len(panel.bars) * _ROW
    for power in powers:
        x = _x(10.0**power, start, end)
        drawn += f'<line class="grid" x1="{x:.0f}" y1="{top:.0f}" x2="{x:.0f}" y2="{bottom:.0f}"/>'
        label = _short(Bar("", *(10.0**power,) * 3, panel.bars[0].unit, 1).text)
        drawn += (
            f'<text class="muted" text-anchor="middle" x="{x:.0f}" y="{bottom + 16:.0f}" font-size="12">{label}</text>'
        )
    for index, bar in enumerate(panel.bars):
        drawn += _bar(bar, top + index * _ROW, start, end)
    return drawn, bottom + _HEAD


def _bar(bar: Bar, top: float, start: float, end: float) -> str:
    y, middle = top + 12, theme.number(_x(bar.middle, start, end))
    low, high = (theme.number(_x(value, start, end)) for value in (bar.low, bar.high))
    span = f'<line class="span" x1="{low}" y1="{y:.0f}" x2="{high}" y2="{y:.0f}"/>' if low != high else ""
    mark = f'<circle class="middle" cx="{middle}" cy="{y:.0f}" r="4.5"/>'
    return _text(28, top + 17, bar.label) + _text(_VALUES, top + 17, _short(bar.text)) + span + mark


def _short(text: str) -> str:
    """Return a value as it stands in a drawing whose heading names the unit, if that is a long word."""
    for unit in _HEADED:
        text = text.replace(f" {unit}", "").replace(f" {_SINGULAR[unit]}", "")
    return text


def _axis(panel: Panel) -> tuple[float, float, range]:
    """Return a logarithmic axis of whole powers of ten that holds every bar: where it starts and ends, its ticks."""
    low = math.floor(math.log10(min(bar.low for bar in panel.bars)))
    high = math.ceil(math.log10(max(bar.high for bar in panel.bars)))
    high = max(high, low + 1)
    return 10.0**low, 10.0**high, range(low, high + 1, math.ceil((high - low) / 4))


def _x(value: float, start: float, end: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * math.log(value / start) / math.log(end / start)


def _text(x: float, y: float, text: str, style: str = "") -> str:
    of_class = f' class="{style}"' if style else ""
    return f'<text{of_class} x="{x:.0f}" y="{y:.0f}" font-size="13">{escape(text)}</text>'
