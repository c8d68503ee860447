"""A jump in load, and how long the line gets until new workers have started (lesson 11)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from course.errors import CourseError
from course.simulate.scaling import Burst, burst
from course.view import cited, theme

SECONDS: Final = 120.0
MOST: Final = 4
"""Start-up times that are compared at once."""

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 860.0, 330.0, 80.0, 640.0, 44.0, 280.0
_DASHES: Final = ("", "8 4", "2 4", "12 4 2 4")
_STYLE: Final = (
    f".line{{fill:none;stroke:{theme.color('accent')};stroke-width:2.5}}.strong{{font-weight:700}}"
    f".axis{{stroke:{theme.color('line')};stroke-width:1}}"
)


@dataclass(frozen=True)
class State:
    """Load jumps to `rate` requests a second; one worker runs, which serves `each`; new ones take `starts` seconds.

    Raises CourseError for numbers that are not positive, for a rate above 10,000, more than four start-up times, and
    one that is not from 0 to 100 seconds.
    """

    starts: tuple[float, ...] = (0.2, 2, 20)
    rate: float = 100
    each: float = 10

    def __post_init__(self) -> None:
        if not 0 < self.rate <= 10_000 or not 0 < self.each <= 10_000:
            raise CourseError(f"rate={self.rate:g} and each={self.each:g} must lie above 0 and at most at 10000.")
        if not 1 <= len(self.starts) <= MOST:
            raise CourseError(f"Give one to {MOST} start-up times, not {len(self.starts)}, such as start=0.2,2,20.")
        for start in self.starts:
            if not 0 <= start <= 100:
                raise CourseError(f"start={start:g} is out of range: give 0 to 100 seconds.")


def bursts(state: State) -> tuple[Burst, ...]:
    """Return what happens for each start-up time."""
    return tuple(burst(state.rate, state.each, start, seconds=SECONDS) for start in state.starts)


def draw(state: State) -> str:
    """Return the line of waiting requests over time, one curve for each start-up time."""
    found = bursts(state)
    most = max(1.0, *(one.longest_line for one in found))
    body = _text(16, 24, "Requests that wait, over time", "strong")
    body += f'<path class="axis" fill="none" d="M{_LEFT:.0f} {_TOP:.0f}V{_BOTTOM:.0f}H{_RIGHT:.0f}"/>'
    body += _text(16, _TOP + 12, f"{most:,.0f}") + _text(_LEFT - 4, _BOTTOM + 20, "0 s")
    body += _text(_RIGHT - 30, _BOTTOM + 20, f"{SECONDS:.0f} s")
    for index, (start, one) in enumerate(zip(state.starts, found, strict=True)):
        body += _curve(one, most, _DASHES[index]) + _key(index, start)
    return theme.svg(_WIDTH, _HEIGHT, "A jump in load", summary(state), body, extra_style=_STYLE)


def table(state: State) -> str:
    """Return the longest line and when it was cleared, as an HTML table without style."""
    rows = [
        (f"{start:g} s", f"{one.longest_line:,.0f}", _cleared(one))
        for start, one in zip(state.starts, bursts(state), strict=True)
    ]
    return cited.table(("Start-up", "Longest line", "Cleared after"), rows, _what(state))


def describe(state: State) -> str:
    """Return the same as text."""
    lines = [
        f"  start-up {start:g} s: longest line {one.longest_line:,.0f}, cleared after {_cleared(one)}"
        for start, one in zip(state.starts, bursts(state), strict=True)
    ]
    return "\n".join([_what(state), *lines])


def summary(state: State) -> str:
    """Return one sentence: how long the line gets for each start-up time."""
    parts = [
        f"{start:g} s, {one.longest_line:,.0f} waiting" for start, one in zip(state.starts, bursts(state), strict=True)
    ]
    return f"Start-up and longest line: {'; '.join(parts)}."


def _what(state: State) -> str:
    return (
        f"Simulated: the load jumps to {state.rate:g} requests a second, a worker serves {state.each:g}, one runs. "
        "Half as many again as needed are started at once."
    )


def _cleared(one: Burst) -> str:
    return f"more than {SECONDS:.0f} s" if one.cleared_after is None else f"{one.cleared_after:.1f} s"


def _curve(one: Burst, most: float, dash: str) -> str:
    # One point a second and the peak: enough for straight lines, and small.
    peak = max(one.moments, key=lambda moment: moment.waiting)
    kept = sorted({*one.moments[::10], peak}, key=lambda moment: moment.second)
    points = " ".join(
        f"{theme.number(_LEFT + (_RIGHT - _LEFT) * moment.second / SECONDS)},"
        f"{theme.number(_BOTTOM - (_BOTTOM - _TOP) * moment.waiting / most)}"
        for moment in kept
    )
    return f'<polyline class="line" stroke-dasharray="{dash}" points="{points}"/>'


def _key(index: int, start: float) -> str:
    y = _TOP + 20 + index * 26
    return f'<path class="line" stroke-dasharray="{_DASHES[index]}" d="M{_RIGHT + 20:.0f} {y:.0f}h44"/>' + _text(
        _RIGHT + 74, y + 4, f"start-up {start:g} s"
    )


def _text(x: float, y: float, text: str, style: str = "") -> str:
    of_class = f' class="{style}"' if style else ""
    return f'<text{of_class} x="{x:.0f}" y="{y:.0f}" font-size="13">{escape(text)}</text>'
