"""What the simulators of lesson 11 have in common: numbers and choices above, what follows from them below."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Protocol

import ipywidgets

from course.errors import CourseError
from course.view import shown
from course.widgets import state_string
from course.widgets.base import Controlled, Picture, row

if TYPE_CHECKING:
    from collections.abc import Mapping


class View(Protocol):
    """A module of `course.view` that shows a state: as a drawing, a table, a text and a sentence."""

    draw: Any
    table: Any
    describe: Any
    summary: Any


class Simulator(Controlled):
    """Controls named after the fields of a state, and what the view makes of it.

    `shown` is the state that stands there; what cannot be is refused in a sentence, and the last picture stays.
    """

    def __init__(self, view: View, shown_state: Any, controls: Mapping[str, ipywidgets.Widget]) -> None:
        self._view = view
        self.shown = shown_state
        self._controls = dict(controls)
        self._told = ipywidgets.Label()
        super().__init__(Picture("", ""), row(*self._controls.values()), self._told)
        for name, control in self._controls.items():
            control.observe(lambda change, name=name: self._change(name, change["new"]), names="value")
        self._draw()

    @property
    def state(self) -> str:
        """The string that prepares the same view."""
        return write(self.shown)

    def _change(self, name: str, value: Any) -> None:
        try:
            self.shown = replace(self.shown, **{name: value})
        except CourseError as refusal:
            self._told.value = str(refusal)
            return
        self._told.value = ""
        self._draw()

    def _draw(self) -> None:
        drawing, text = self._view.draw(self.shown), self._view.describe(self.shown)
        still = shown.picture(drawing, text) + self._view.table(self.shown)
        self.picture.show(drawing, text, static=still, announcement=self._view.summary(self.shown))


def write(state: Any) -> str:
    """Return the string for a state: its names in front if it has some, then each setting that is not the usual one."""
    settings: dict[str, tuple[str, ...]] = {}
    for one in fields(state):
        value = getattr(state, one.name)
        if value != one.default:
            key = state_string.LEAD if one.name == "systems" else one.name
            settings[key] = tuple(map(_word, value if isinstance(value, tuple) else (value,)))
    return state_string.write(settings)


def number(description: str, value: float, limits: tuple[float, float], step: float = 1) -> ipywidgets.BoundedFloatText:
    """Return a field for a number within limits."""
    return ipywidgets.BoundedFloatText(
        value=value,
        min=limits[0],
        max=limits[1],
        step=step,
        description=description,
        style={"description_width": "15em"},
        layout=ipywidgets.Layout(width="22em"),
    )


def whole(description: str, value: int, limits: tuple[int, int]) -> ipywidgets.IntSlider:
    """Return a slider for a whole number within limits."""
    return ipywidgets.IntSlider(
        value=value,
        min=limits[0],
        max=limits[1],
        description=description,
        continuous_update=False,
        style={"description_width": "6em"},
    )


def choice(description: str, value: str, options: tuple[str, ...]) -> ipywidgets.Dropdown:
    """Return a list to choose one of."""
    return ipywidgets.Dropdown(
        options=options, value=value, description=description, style={"description_width": "6em"}
    )


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else f"{value}"
