"""The timeline of escapes: filters, defenses to switch on, and everything about the one that is chosen."""

from __future__ import annotations

from typing import Final

import ipywidgets

from course.breakouts import Breakout, Defense, Selection, breakouts, choices, defenses
from course.view import escape_timeline as view
from course.view import shown
from course.widgets import state_string
from course.widgets.base import Controlled, Picture, row

_WORDS: Final = {"kind": view.KINDS, "boundary": view.BOUNDARIES, "mechanism": view.MECHANISMS}


def escapes(state: str = "") -> EscapeTimeline:
    """Show published ways across a boundary over time; switch defenses on and see which they would have stopped.

    `state` prepares the view, such as `"kind=shared_kernel; defenses=seccomp,user_namespace; selected=E32"`; its
    settings are kind, boundary, mechanism, exploited (yes), defenses and selected. Raises CourseError for any other.
    """
    return EscapeTimeline(state)


class EscapeTimeline(Controlled):
    """Filters and defenses above the timeline; `state` is the string that prepares the same view again."""

    def __init__(self, state: str = "") -> None:
        self._defenses = defenses()
        settings = state_string.read(state, self._allowed())
        self._selected = state_string.one(settings, "selected")
        self._filters = {name: _filter(name, state_string.one(settings, name)) for name in _WORDS}
        self._exploited = ipywidgets.Checkbox(
            value="exploited" in settings, description="only known to be exploited", indent=False
        )
        self._standing = {
            defense.key: _switch(defense, on=defense.key in settings.get("defenses", ())) for defense in self._defenses
        }
        picture = Picture("", "")
        super().__init__(
            picture,
            row(*self._filters.values(), self._exploited),
            ipywidgets.HTML("<strong>Defenses in place</strong>"),
            row(*self._standing.values()),
        )
        self._draw()
        for control in (*self._filters.values(), self._exploited, *self._standing.values()):
            control.observe(lambda _: self._draw(), names="value")
        picture.observe(lambda _: self._choose(picture.selected), names="presses")

    @property
    def state(self) -> str:
        """The string with which `escapes` shows this view again."""
        return state_string.write(
            {
                **{name: (control.value,) if control.value else () for name, control in self._filters.items()},
                "exploited": ("yes",) if self._exploited.value else (),
                "defenses": self._in_place(),
                "selected": (self._selected,) if self._selected else (),
            }
        )

    def _allowed(self) -> dict[str, tuple[str, ...]]:
        return {
            **{name: choices(name) for name in _WORDS},
            "exploited": ("yes",),
            "defenses": tuple(defense.key for defense in self._defenses),
            "selected": tuple(way.key for way in breakouts()),
        }

    def _in_place(self) -> tuple[str, ...]:
        return tuple(key for key, switch in self._standing.items() if switch.value)

    def _ways(self) -> tuple[Breakout, ...]:
        chosen = {name: (control.value,) if control.value else () for name, control in self._filters.items()}
        return breakouts(
            Selection(chosen["kind"], chosen["boundary"], chosen["mechanism"], exploited=self._exploited.value)
        )

    def _choose(self, key: str) -> None:
        self._selected = key
        self._draw()

    def _draw(self) -> None:
        ways, standing = self._ways(), self._in_place()
        drawing = view.draw(ways, standing, self._selected)
        detail = next((view.detail(way, standing) for way in ways if way.key == self._selected), "")
        text = view.describe(ways, standing)
        still = shown.picture(drawing, view.summary(ways, standing)) + view.listing(ways, standing)
        self.picture.show(drawing + detail, text, static=still, announcement=view.summary(ways, standing))


def _filter(name: str, value: str) -> ipywidgets.Dropdown:
    words = _WORDS[name]
    options = [(f"every {name}", ""), *((words[value], value) for value in words if value in choices(name))]
    return ipywidgets.Dropdown(options=options, value=value, description=name.capitalize())


def _switch(defense: Defense, *, on: bool) -> ipywidgets.Checkbox:
    layout = ipywidgets.Layout(width="auto", margin="0 1.2em 0 0")
    return ipywidgets.Checkbox(value=on, description=defense.name, tooltip=defense.detail, indent=False, layout=layout)
