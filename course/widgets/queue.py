"""Requests at one CPU: move the load, let a neighbor in, set a quota, and see what the slowest wait (lesson 07)."""

from __future__ import annotations

import re

import ipywidgets

from course.errors import CourseError
from course.view import queue_latency as view
from course.view import shown
from course.view.queue_latency import State
from course.widgets import state_string
from course.widgets.base import Controlled, Picture, row

_ALONE = State()


def queue(state: str = "") -> Queue:
    """Show how long requests take at one CPU, alone and beside a neighbor or under a quota.

    `state` prepares it, in percent of the CPU: `"load=40; neighbor=50"`, `"load=15; quota=20"`. Raises CourseError for
    any other setting, and for a load that leaves nothing of the CPU.
    """
    given = state_string.read(state, {"load": None, "neighbor": None, "quota": None})
    return Queue(State(**{name: _percent(name, state_string.one(given, name)) for name in given}))


class Queue(Controlled):
    """Sliders for load, neighbor and quota above the picture; `state` is the string that prepares the same view."""

    def __init__(self, state: State = _ALONE) -> None:
        self._load = _slider("Load", state.load, 1, 99)
        self._neighbor = _slider("Neighbor", state.neighbor, 0, 90)
        self._quota = _slider("Quota", state.quota, 5, 100)
        self._told = ipywidgets.Label()
        self._shown = state
        super().__init__(Picture("", ""), row(self._load, self._neighbor, self._quota), self._told)
        for slider in (self._load, self._neighbor, self._quota):
            slider.observe(lambda change: self._moved(change["owner"]), names="value")
        self._draw()

    @property
    def state(self) -> str:
        """The string with which `queue` shows this view again."""
        now = self._shown
        parts = [f"load={now.load}"]
        parts += [f"neighbor={now.neighbor}"] if now.neighbor else []
        parts += [f"quota={now.quota}"] if now.quota < _ALONE.quota else []
        return "; ".join(parts)

    def _moved(self, slider: ipywidgets.IntSlider) -> None:
        """Show the new state, or say why there is none; neighbor and quota take turns."""
        if slider is self._neighbor and slider.value:
            self._quota.value = _ALONE.quota
        elif slider is self._quota and slider.value < _ALONE.quota:
            self._neighbor.value = _ALONE.neighbor
        try:
            self._shown = State(self._load.value, self._neighbor.value, self._quota.value)
        except CourseError as refusal:
            self._told.value = str(refusal)
            return
        self._told.value = ""
        self._draw()

    def _draw(self) -> None:
        drawing = view.draw(self._shown)
        still = shown.picture(drawing, view.describe(self._shown)) + view.table(self._shown)
        self.picture.show(drawing, view.describe(self._shown), static=still, announcement=view.summary(self._shown))


def _slider(name: str, value: int, low: int, high: int) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(
        value=value,
        min=low,
        max=high,
        description=f"{name}, %",
        continuous_update=False,
        style={"description_width": "8em"},
    )


def _percent(name: str, word: str) -> int:
    if not re.fullmatch(r"\d{1,3}", word):
        raise CourseError(f"{name}={word} is no whole number of percent; write {name}=50, for example.")
    return int(word)
