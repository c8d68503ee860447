"""The translation walker: predict which table is read next, then see it read (lesson 03)."""

from __future__ import annotations

import ipywidgets

from course.errors import CourseError
from course.simulate.paging_walk import PAGINGS, PageWalk, page_walk
from course.view import paging_walk as view
from course.widgets import state_string
from course.widgets.base import Controlled, Picture, row

LEVELS = ("2x2", "2x3", "3x2", "3x3", "4x4")
CHOICES = {"guest": "The guest's table", "nested": "The nested table", "shadow": "The shadow table", "data": "The data"}


def walk(state: str = "") -> Walker:
    """Show a translation that is walked entry by entry, each of which you predict.

    `state` prepares it: `walk("seed=7; levels=4x4; paging=nested; shown=5")`. `levels` are the guest's, then those of
    the nested table; `paging` is nested or shadow; `shown` is how many steps are shown, or `all`.
    Raises CourseError for a setting or value that does not exist.
    """
    return Walker(*read(state))


def read(state: str) -> tuple[PageWalk, int]:
    """Return the walk that a state string describes, and how many of its steps it shows."""
    given = state_string.read(state, {"seed": None, "levels": LEVELS, "paging": PAGINGS, "shown": None})
    guest, nested = map(int, state_string.one(given, "levels", LEVELS[0]).split("x"))
    paging = PAGINGS[PAGINGS.index(state_string.one(given, "paging", "nested"))]
    found = page_walk(state_string.whole(given, "seed", 1), guest, nested, paging)
    steps = len(found.reads) + 1
    if given.get("shown") == ("all",):
        return found, steps
    count = state_string.whole(given, "shown", 0)
    if not 0 <= count <= steps:
        raise CourseError(f"shown={count} is not a step of this walk: it has {steps}, the last of them the data.")
    return found, count


class Walker(Controlled):
    """One walk, of which `shown` steps stand there: choose the table that comes next, or have it shown.

    Its static picture is the whole walk, its text names every read.
    """

    def __init__(self, walk: PageWalk, shown: int = 0) -> None:
        self.walk = walk
        self._steps = len(walk.reads) + 1
        self._right = self._predicted = 0
        self._buttons = {
            key: ipywidgets.Button(description=label, layout=ipywidgets.Layout(width="auto"))
            for key, label in CHOICES.items()
        }
        self._reveal = ipywidgets.Button(description="Show the next", icon="arrow-right")
        self._again = ipywidgets.Button(description="Start again", icon="undo")
        self._told = ipywidgets.Label()
        super().__init__(
            Picture("", ""),
            row(ipywidgets.Label("What is read next?"), *self._buttons.values()),
            row(self._reveal, self._again),
            self._told,
        )
        for key, button in self._buttons.items():
            button.on_click(lambda _button, key=key: self.predict(key))
        self._reveal.on_click(lambda _button: self._show(self.shown + 1))
        self._again.on_click(lambda _button: self._restart())
        self._show(shown, "")

    @property
    def state(self) -> str:
        """The string with which `walk` shows this view again."""
        return (
            f"seed={self.walk.seed}; levels={self.walk.guest_levels}x{self.walk.nested_levels}; "
            f"paging={self.walk.paging}; shown={self.shown}"
        )

    def predict(self, key: str) -> None:
        """Say what is read next, a key of `CHOICES`: it is then shown, and whether you were right."""
        if self.shown == self._steps:
            return
        truth = "data" if self.shown == len(self.walk.reads) else self.walk.reads[self.shown].table
        self._predicted += 1
        self._right += key == truth
        verdict = "Right" if key == truth else f"No, it is {CHOICES[truth].lower()}"
        self._show(self.shown + 1, f"{verdict}. {self._right} of {self._predicted} right.")

    def _restart(self) -> None:
        self._right = self._predicted = 0
        self._show(0)

    def _show(self, count: int, told: str = "") -> None:
        self.shown = count
        self._told.value = told
        over = count == self._steps
        for button in (*self._buttons.values(), self._reveal):
            button.disabled = over
        self.picture.show(
            view.draw(self.walk, count),
            view.text(self.walk, self._steps),
            static=view.draw(self.walk, self._steps),
            announcement=f"{told} {view.summary(self.walk, count)}".strip(),
        )
