"""Where each number of a chart stands: what is plotted, on which axis, and which numbers are left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course import published

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.published import Number, Panel

DECADES = 30.0
"""From this ratio of largest to smallest on, an axis is logarithmic unless told otherwise."""


@dataclass(frozen=True)
class State:
    """What a chart shows: `studies` empty for all, `log` None to go by the span, `ratios` to divide by baselines."""

    metric: str
    studies: tuple[str, ...] = ()
    log: bool | None = None
    ratios: bool = False


@dataclass(frozen=True)
class Point:
    """One number as plotted: from `low` to `high`, `text` beside it; a baseline is what others are divided by."""

    number: Number
    qualifier: str
    low: float
    high: float
    text: str
    is_baseline: bool


@dataclass(frozen=True)
class Scale:
    """The axis: from `start` to `end`, with ticks; `at` says where a value stands, 0 to 1."""

    log: bool
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return the place of a value as a share of the axis."""
        if not self.log:
            return (value - self.start) / (self.end - self.start)
        return math.log(value / self.start) / math.log(self.end / self.start)


def points(state: State) -> dict[str, Point]:
    """Return what is plotted by key of the number; in a chart of ratios, numbers without baseline are left out."""
    chosen = published.numbers(state.metric, state.studies)
    baselines = {number.baseline for number in published.numbers(state.metric) if number.baseline}
    found = {}
    for number in chosen:
        point = _ratio_point(number, baselines) if state.ratios else _value_point(number, baselines)
        if point is not None:
            found[number.key] = point
    return found


def panels(plotted: dict[str, Point]) -> tuple[Panel, ...]:
    """Return the plotted numbers by study and setup."""
    return published.by_setup([point.number for point in plotted.values()])


def scale(plotted: Sequence[Point], log: bool | None) -> Scale:
    """Return an axis that holds every point: from zero, or logarithmic where the values span decades."""
    low = min((point.low for point in plotted), default=1.0)
    high = max((point.high for point in plotted), default=1.0)
    if high / low >= DECADES if log is None else log:
        return _log_scale(low, high)
    step = _step(high)
    end = step * math.ceil(high / step + 0.05)
    return Scale(False, 0.0, end, tuple(step * index for index in range(round(end / step) + 1)))


def tick_text(value: float) -> str:
    """Return the label of a tick."""
    return f"{value:,.6g}"


def _value_point(number: Number, baselines: set[str]) -> Point:
    high = number.value if number.value_to is None else number.value_to
    return Point(number, number.qualifier, number.value, high, number.text, number.key in baselines)


def _ratio_point(number: Number, baselines: set[str]) -> Point | None:
    if number.key in baselines and not number.baseline:
        return Point(number, "exact", 1.0, 1.0, f"baseline, {number.text}", True)
    ratio = published.ratio(number)
    if ratio is None:
        return None
    high = ratio.value if ratio.value_to is None else ratio.value_to
    return Point(number, ratio.qualifier, ratio.value, high, f"{ratio.text}, {number.text}", False)


def _log_scale(low: float, high: float) -> Scale:
    """Return a logarithmic axis that starts and ends at 1, 2 or 5 times a power of ten, a little beyond the values."""
    grid = [factor * 10.0**power for power in range(_power(low) - 1, _power(high) + 2) for factor in (1, 2, 5)]
    start = max(value for value in grid if value < low * 0.95)
    end = min(value for value in grid if value > high * 1.05)
    inside = [value for value in grid if start <= value <= end]
    decades = inside if len(inside) <= 7 else [10.0**power for power in range(_power(start), _power(end) + 1)]
    every = math.ceil(len(decades) / 7)
    return Scale(True, start, end, tuple(value for value in decades[::every] if start <= value <= end))


def _power(value: float) -> int:
    return math.floor(math.log10(value) + 1e-9)


def _step(high: float) -> float:
    """Return 1, 2 or 5 times a power of ten, so that at most six steps reach `high`."""
    power = 10.0 ** math.floor(math.log10(high / 5))
    return next(power * factor for factor in (1, 2, 5, 10) if high / (power * factor) <= 6)
