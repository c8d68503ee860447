"""A figure of a lesson that goes step by step, with buttons and keys."""

from __future__ import annotations

import ipywidgets

from course.errors import CourseError
from course.view import figures, shown
from course.view.figures import diagram
from course.widgets.base import Controlled, Picture, row


def figure(name: str, step: int = 1) -> Figure:
    """Show a figure by its name, such as "trap_and_emulate", at one of its steps.

    Raises CourseError for an unknown name, with the nearest match, and for a step that the figure does not have.
    """
    return Figure(name, step)


class Figure(Controlled):
    """One figure: `step` is the one shown, from 1. Its static picture is the last step, with every step in words."""

    def __init__(self, name: str, step: int = 1) -> None:
        self.name = name
        self.diagram = figures.load(name)
        self._previous = ipywidgets.Button(description="Previous step", icon="arrow-left")
        self._next = ipywidgets.Button(description="Next step", icon="arrow-right")
        self._place = ipywidgets.Label()
        picture = Picture(*self._shown(step), static=self._static())
        super().__init__(picture, row(self._previous, self._next, self._place))
        self._previous.on_click(lambda _: self._move(-1))
        self._next.on_click(lambda _: self._move(1))
        self._set(step)

    @property
    def step(self) -> int:
        """The step that is shown."""
        return self._step

    @step.setter
    def step(self, step: int) -> None:
        svg, text = self._shown(step)
        now = diagram.describe(self.diagram, step)
        self.picture.show(svg, text, static=self._static(), announcement=now)
        self._set(step)

    @property
    def view(self) -> str:
        """The figure and its step as a short string."""
        return f"{self.name}; step={self.step}"

    def _set(self, step: int) -> None:
        last = len(self.diagram.steps)
        self._step = step
        self._place.value = f"Step {step} of {last}"
        self._previous.disabled = step == 1
        self._next.disabled = step == last

    def _move(self, by: int) -> None:
        self.step = min(max(1, self.step + by), len(self.diagram.steps))

    def _shown(self, step: int) -> tuple[str, str]:
        if isinstance(step, bool) or not isinstance(step, int):
            raise CourseError(f"step={step!r} is not a whole number; give 1 to {len(self.diagram.steps)}.")
        return diagram.draw(self.diagram, step), self._all_steps()

    def _all_steps(self) -> str:
        return "\n".join(diagram.describe(self.diagram, number) for number in range(1, len(self.diagram.steps) + 1))

    def _static(self) -> str:
        svg = diagram.draw(self.diagram, len(self.diagram.steps))
        steps = "".join(f"<li>{step.title}. {step.text}</li>" for step in self.diagram.steps)
        return f"{shown.picture(svg, self._all_steps())}<ol>{steps}</ol>"
