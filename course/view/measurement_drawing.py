"""Published numbers of one metric as an SVG chart that follows the page's theme; each number is an item to choose."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from course import published
from course.view import cited, measurement_points, theme
from course.view.measurement_chart import axis_title, heading, summary

if TYPE_CHECKING:
    from course.published import Panel
    from course.view.measurement_points import Point, Scale, State

_WIDTH = 860.0
_INDENT = 28.0
_LABELS = 330.0  # where the labels of the rows end
_LEFT, _RIGHT = 344.0, 640.0  # where the axis starts and ends
_VALUES = 664.0  # where the values begin
_LINE = 16.0
_GAP = 6.0
_RADIUS = 5.5
_TOP = 104.0

_STYLE: Final = (
    f".mark{{fill:{theme.color('accent')};stroke:{theme.color('accent')};stroke-width:2}}"
    f".baseline .mark{{fill:{theme.color('ink')};stroke:{theme.color('ink')}}}"
    f".unverified .mark{{fill:{theme.color('page')}}}"
    f".grid{{stroke:{theme.color('line')};stroke-width:.6;opacity:.6}}"
    f".band{{fill:{theme.color('surface')}}}.head{{font-weight:700}}.hit{{fill:transparent}}"
    f".chosen .hit{{stroke:{theme.color('ink')};stroke-width:1.5}}"
)


def draw(state: State, selected: str = "") -> str:
    """Return the chart as an SVG drawing: a panel for each setup, a row for each number, ranges as bars.

    Raises CourseError for an unknown metric and for a study that has no numbers of it.
    """
    plotted = measurement_points.points(state)
    scale = measurement_points.scale(tuple(plotted.values()), state.log)
    body, bottom = "", _TOP
    for panel in measurement_points.panels(plotted):
        drawn, bottom = _panel(panel, plotted, scale, bottom, selected)
        body += drawn
    if not plotted:
        body, bottom = _text(12, bottom + 12, "No number of this choice has a baseline."), bottom + 24
    title = _text(12, 20, heading(state), "head")
    body = (
        title + _grid(scale, bottom) + body + _legend() + _text(_LEFT, bottom + 36, axis_title(state, scale), "muted")
    )
    return theme.svg(_WIDTH, bottom + 48, heading(state), summary(state), body, extra_style=_STYLE)


def detail(key: str) -> str:
    """Return everything about one number as HTML; raises CourseError for an unknown key."""
    number = published.number(key)
    ratio, setup = published.ratio(number), number.setup
    lines = {
        "Workload": escape(number.workload),
        "Value": f"{escape(number.published)} ({escape(number.statistic)})",
        "Against its baseline": escape(ratio.text) if ratio else "",
        "Measured on": escape(f"{setup.hardware} ({setup.year})"),
        "Software": escape(setup.software),
        "About the setup": escape(setup.note) + cited.mark(setup.verified),
        "Source": f"{cited.link(number.citation)}, {escape(number.place)}",
        "Note": escape(number.note),
    }
    rows = "".join(f'<tr><th scope="row">{name}</th><td>{cell}</td></tr>' for name, cell in lines.items() if cell)
    title = f"{key}: {escape(number.system)}{cited.mark(number.verified)}"
    return f"<h4>{title}</h4><table><tbody>{rows}</tbody></table>"


def _panel(panel: Panel, plotted: dict[str, Point], scale: Scale, top: float, selected: str) -> tuple[str, float]:
    """Return the drawing of one setup and where it ends."""
    name = f"{panel.study}: {panel.setup.hardware} ({panel.setup.year})"
    lines = theme.wrap(name, _WIDTH - 24, size=13, bold=True)
    height = len(lines) * _LINE + _GAP
    drawn = f'<rect class="band" x="0" y="{top:.0f}" width="{_WIDTH:.0f}" height="{height:.0f}"/>'
    drawn += "".join(_text(12, top + 15 + index * _LINE, line, "head") for index, line in enumerate(lines))
    top += height + _GAP
    for workload in panel.workloads:
        if workload.name:
            lines = theme.wrap(workload.name, _LABELS - 12, size=13)
            drawn += "".join(_text(12, top + 12 + index * _LINE, line, "muted") for index, line in enumerate(lines))
            top += len(lines) * _LINE + 2
        for number in workload.numbers:
            row, height = _row(plotted[number.key], scale, top, chosen=number.key == selected)
            drawn += row
            top += height
        top += _GAP
    return drawn, top + _GAP


def _row(point: Point, scale: Scale, top: float, *, chosen: bool) -> tuple[str, float]:
    number = point.number
    labels = theme.wrap(number.system, _LABELS - _INDENT, size=13)
    values = theme.wrap(point.text + cited.word(number.verified), _WIDTH - _VALUES - 6, size=13)
    height = max(len(labels), len(values)) * _LINE + 4
    states = [("baseline", point.is_baseline), ("unverified", not number.verified), ("chosen", chosen)]
    classes = " ".join(["number", *(name for name, holds in states if holds)])
    drawn = f'<rect class="hit" x="2" y="{top:.0f}" width="{_WIDTH - 4:.0f}" height="{height:.0f}"/>'
    drawn += "".join(_text(_INDENT, top + 14 + index * _LINE, line) for index, line in enumerate(labels))
    drawn += "".join(_text(_VALUES, top + 14 + index * _LINE, line) for index, line in enumerate(values))
    drawn += _mark(point, scale, top + 10)
    name = escape(f"{number.system}, {number.workload or 'no workload stated'}: {point.text}", quote=True)
    item = f'class="{classes}" data-key="{number.key}" tabindex="0" role="button" aria-label="{name}"'
    return f"<g {item}>{drawn}</g>", height


def _mark(point: Point, scale: Scale, y: float) -> str:
    """Return the mark of a number: a square for a baseline, a circle, an arrow for a bound, a bar for a range."""
    low, high = _x(point.low, scale), _x(point.high, scale)
    if point.low != point.high:
        bar = f'<line class="mark" x1="{theme.number(low)}" y1="{y:.0f}" x2="{theme.number(high)}" y2="{y:.0f}"/>'
        return bar + _circle(low, y) + _circle(high, y)
    if point.qualifier in {"over", "under"}:
        return _arrow(low, y, 1 if point.qualifier == "over" else -1)
    if point.is_baseline:
        corner, side = theme.number(low - _RADIUS), theme.number(2 * _RADIUS)
        return f'<rect class="mark" x="{corner}" y="{theme.number(y - _RADIUS)}" width="{side}" height="{side}"/>'
    return _circle(low, y)


def _circle(x: float, y: float) -> str:
    return f'<circle class="mark" cx="{theme.number(x)}" cy="{theme.number(y)}" r="{_RADIUS}"/>'


def _arrow(x: float, y: float, direction: int) -> str:
    """Return a triangle whose flat side stands at the bound and whose tip says where the value is."""
    tip = theme.number(x + direction * 2 * _RADIUS)
    x_text, above, below = theme.number(x), theme.number(y - _RADIUS), theme.number(y + _RADIUS)
    return f'<path class="mark" d="M{x_text} {above}L{tip} {y:.0f}L{x_text} {below}Z"/>'


def _grid(scale: Scale, bottom: float) -> str:
    drawn = ""
    for tick in scale.ticks:
        x = theme.number(_x(tick, scale))
        drawn += f'<line class="grid" x1="{x}" y1="{_TOP - 8:.0f}" x2="{x}" y2="{bottom:.0f}"/>'
        for y in (_TOP - 14, bottom + 16):
            label = measurement_points.tick_text(tick)
            drawn += f'<text class="muted" x="{x}" y="{y:.0f}" font-size="12" text-anchor="middle">{label}</text>'
    return drawn


def _legend() -> str:
    """Return what the marks mean, in two lines above the chart."""
    shapes = (
        (f'<g class="baseline"><rect class="mark" x="0" y="-{_RADIUS}" width="11" height="11"/></g>', "baseline"),
        (_circle(5, 0), "measured"),
        (f'<g class="unverified">{_circle(5, 0)}</g>', "not verified"),
        (_arrow(10, 0, -1), "at most"),
        (_arrow(2, 0, 1), "at least"),
        (f'<line class="mark" x1="2" y1="0" x2="22" y2="0"/>{_circle(2, 0)}{_circle(22, 0)}', "range"),
    )
    drawn, x = "", 18.0
    for shape, word in shapes:
        offset = 34 if word == "range" else 20
        drawn += f'<g transform="translate({x:.0f} 48)">{shape}{_text(offset, 4.5, word, "muted")}</g>'
        x += offset + theme.text_width(word, 13) + 28
    return drawn


def _text(x: float, y: float, text: str, classes: str = "") -> str:
    named = f' class="{classes}"' if classes else ""
    return f'<text{named} x="{theme.number(x)}" y="{theme.number(y)}" font-size="13">{escape(text)}</text>'


def _x(value: float, scale: Scale) -> float:
    return _LEFT + scale.at(value) * (_RIGHT - _LEFT)
