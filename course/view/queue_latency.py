"""How long requests take at one CPU: alone, beside a neighbor, under a quota, drawn as the share answered in time.

The model is `course.simulate.queues`; the same state gives the same picture.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from course.errors import CourseError
from course.simulate import queues
from course.view import cited, theme

if TYPE_CHECKING:
    from course.simulate.queues import Latencies

__all__ = ["PERIOD", "WORK", "State", "describe", "draw", "facts", "summary", "table"]

WORK: Final = 10.0
"""Milliseconds of CPU time that a request needs, in the mean beside a neighbor, each under a quota."""
PERIOD: Final = 100.0
"""Milliseconds after which a quota starts anew."""
_REQUESTS: Final = 20_000  # under a quota, which has no formula
_MARKS: Final = ("mean", "half", "95 of 100", "99 of 100")

_WIDTH, _HEIGHT = 860.0, 360.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 70.0, 620.0, 52.0, 300.0
_STYLE: Final = (
    f".now{{fill:none;stroke:{theme.color('boundary')};stroke-width:2.5}}"
    f".alone{{fill:none;stroke:{theme.color('accent')};stroke-width:2.5;stroke-dasharray:7 4}}"
    f".mark.now{{fill:{theme.color('boundary')}}}"
    f".mark.alone{{fill:{theme.color('accent')};stroke-dasharray:none}}"
    f".grid{{stroke:{theme.color('line')};stroke-width:.6;opacity:.6}}.head{{font-weight:700}}"
)


@dataclass(frozen=True)
class State:
    """What is simulated, in percent of one CPU: what requests ask for, what a neighbor takes, what a quota allows.

    A neighbor of 0 is none, a quota of 100 is none; at most one of the two. Raises CourseError for a line that never
    ends, and for numbers outside of 1 to 99 for the load, 0 to 90 for the neighbor and 5 to 100 for the quota.
    """

    load: int = 50
    neighbor: int = 0
    quota: int = 100

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("load", self.load, 1, 99),
            ("neighbor", self.neighbor, 0, 90),
            ("quota", self.quota, 5, 100),
        ):
            if not low <= value <= high:
                raise CourseError(f"{name}={value} is out of range: give {low} to {high}, in percent of one CPU.")
        if self.neighbor and self.quota < 100:
            raise CourseError("A neighbor and a quota at once tell no story apart: set neighbor=0 or quota=100.")
        if self.load >= self.left:
            raise CourseError(
                f"load={self.load} asks for all of the {self.left} percent that are left, so the line never ends: "
                f"give a load below {self.left}."
            )

    @property
    def left(self) -> int:
        """Percent of the CPU that is there for the requests."""
        return min(100 - self.neighbor, self.quota)

    @property
    def condition(self) -> str:
        """What stands against being alone, in words."""
        if self.neighbor:
            return f"beside a neighbor that takes {self.neighbor} %"
        return f"under a quota of {self.quota} %" if self.quota < 100 else "alone"


def facts(state: State) -> dict[str, dict[str, float]]:
    """Return milliseconds of the mean and of the percentiles, for the condition and for the CPU alone."""
    found = {"alone": _marks(_alone(state))}
    if state.condition != "alone":
        found[state.condition] = _marks(_now(state))
    return found


def draw(state: State) -> str:
    """Return the share of requests that are answered within a time, as an SVG drawing."""
    slowest = max(_now(state).values[-1], _alone(state).values[-1])
    end = 10.0 ** math.ceil(math.log10(slowest))
    body = _text(12, 24, "Share of requests that are answered within a time", "head") + _grid(end)
    if state.condition != "alone":
        body += _curve(_now(state), end, "now")
    body += _curve(_alone(state), end, "alone") + _legend(state)
    return theme.svg(_WIDTH, _HEIGHT, "Waiting", summary(state), body, extra_style=_STYLE)


def table(state: State) -> str:
    """Return the mean and the percentiles as an HTML table without style."""
    rows = [(escape(name), *(_milliseconds(values[mark]) for mark in _MARKS)) for name, values in facts(state).items()]
    header = ("Requests", "Mean", "Half are answered within", "95 of 100 within", "99 of 100 within")
    return cited.table(header, rows, _what(state))


def describe(state: State) -> str:
    """Return the same as text."""
    lines = [_what(state)]
    for name, values in facts(state).items():
        marks = ", ".join(f"{mark} {_milliseconds(values[mark])}" for mark in _MARKS)
        lines.append(f"  {name}: {marks}")
    return "\n".join(lines)


def summary(state: State) -> str:
    """Return one sentence: what 99 of 100 requests stay within, and the mean."""
    name, values = list(facts(state).items())[-1]
    slow, mean = _milliseconds(values["99 of 100"]), _milliseconds(values["mean"])
    return f"Load {state.load} %, {name}: 99 of 100 requests within {slow}, mean {mean}."


def _what(state: State) -> str:
    found, each = ("Simulated", "each") if state.quota < 100 else ("Computed", "on average")
    return (
        f"{found}: requests arrive at random at one CPU, need {WORK:.0f} ms of it {each}, and ask for "
        f"{state.load} % of it. Times from arrival to answer."
    )


def _marks(latencies: Latencies) -> dict[str, float]:
    percentiles = (latencies.percentile(percent) for percent in (50, 95, 99))
    return dict(zip(_MARKS, (latencies.mean, *percentiles), strict=True))


@cache
def _now(state: State) -> Latencies:
    if state.quota < 100:
        return _with_quota(state, state.quota)
    share = (100 - state.neighbor) / 100
    return queues.single_server(state.load / 100 / share, WORK / share)


@cache
def _alone(state: State) -> Latencies:
    if state.quota < 100:
        return _with_quota(state, 100)
    return queues.single_server(state.load / 100, WORK)


def _with_quota(state: State, quota: int) -> Latencies:
    return queues.quota_latencies(WORK, PERIOD * quota / 100, PERIOD, WORK * 100 / state.load, _REQUESTS)


def _curve(latencies: Latencies, end: float, name: str) -> str:
    values = latencies.values
    step = max(1, len(values) // 120)
    points = [(values[index], (index + 1) / len(values)) for index in range(0, len(values), step)]
    points.append((values[-1], 1.0))
    path = "L".join(f"{_x(value, end):.0f} {_y(share):.0f}" for value, share in points)
    return f'<path class="{name}" d="M{path}"/>' + _marked(latencies, end, name)


def _marked(latencies: Latencies, end: float, name: str) -> str:
    """Draw a square where the curve passes the mean, and a dot where it passes 99 of 100."""
    mean, slow = latencies.mean, latencies.percentile(99)
    below = bisect.bisect_right(latencies.values, mean) / len(latencies.values)
    x, y = _x(mean, end), _y(below)
    square = f'<rect class="mark {name}" x="{x - 5:.0f}" y="{y - 5:.0f}" width="10" height="10"/>'
    return square + f'<circle class="mark {name}" cx="{_x(slow, end):.0f}" cy="{_y(0.99):.0f}" r="5.5"/>'


def _grid(end: float) -> str:
    drawn, value = "", 1.0
    while value <= end:
        x = _x(value, end)
        drawn += f'<line class="grid" x1="{x:.0f}" y1="{_TOP}" x2="{x:.0f}" y2="{_BOTTOM}"/>'
        drawn += _text(x, _BOTTOM + 18, _milliseconds(value), "muted", "middle")
        value *= 10
    for percent in (0, 50, 100):
        y = _y(percent / 100)
        drawn += f'<line class="grid" x1="{_LEFT}" y1="{y:.0f}" x2="{_RIGHT}" y2="{y:.0f}"/>'
        drawn += _text(_LEFT - 8, y + 4, f"{percent} %", "muted", "end")
    axis = "time from arrival to answer, logarithmic; square: the mean, dot: 99 of 100"
    return drawn + _text(_LEFT, _BOTTOM + 40, axis, "muted")


def _legend(state: State) -> str:
    drawn, top = "", 70.0
    for name, values in facts(state).items():
        line = "alone" if name == "alone" else "now"
        drawn += f'<path class="{line}" d="M640 {top - 5:.0f}H672"/>'
        lines = theme.wrap(name, 170, size=13, bold=True)
        drawn += "".join(_text(680, top + index * 16, text, "head") for index, text in enumerate(lines))
        top += len(lines) * 16
        for mark in _MARKS:
            drawn += _text(680, top + 2, f"{mark}: {_milliseconds(values[mark])}")
            top += 18
        top += 16
    return drawn


def _x(value: float, end: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * max(0.0, math.log10(max(value, 1.0)) / math.log10(end))


def _y(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * share


def _milliseconds(value: float) -> str:
    return f"{value:,.0f} ms" if value < 10_000 else f"{value / 1000:,.0f} s"


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    of_class = f' class="{style}"' if style else ""
    return f'<text{of_class} x="{x:.0f}" y="{y:.0f}" font-size="13" text-anchor="{anchor}">{escape(text)}</text>'
