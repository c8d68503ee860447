"""The family tree: choose a system to see what it came out of and what came out of it."""

from __future__ import annotations

import ipywidgets

from course.history import Family, family
from course.view import family_tree as view
from course.view import shown
from course.widgets import state_string
from course.widgets.base import Controlled, Picture


def family_tree(state: str = "") -> FamilyTree:
    """Show which system came out of which.

    `state` prepares the view, such as `"around=docker"` (only a system's ancestors and descendants) or
    `"selected=docker"`. Raises CourseError for a setting or system that does not exist.
    """
    return FamilyTree(state)


class FamilyTree(Controlled):
    """A choice of one line or the whole tree above the tree; `state` prepares the same view again."""

    def __init__(self, state: str = "") -> None:
        members = family().members
        keys = tuple(member.key for member in members)
        settings = state_string.read(state, {"around": keys, "selected": keys})
        self._selected = state_string.one(settings, "selected")
        names = sorted(((member.name, member.key) for member in members), key=lambda item: item[0].lower())
        self._around = ipywidgets.Dropdown(
            options=[("the whole tree", ""), *names],
            value=state_string.one(settings, "around"),
            description="Line of",
        )
        picture = Picture("", "")
        super().__init__(picture, self._around)
        self._draw()
        self._around.observe(lambda _: self._draw(), names="value")
        picture.observe(lambda _: self._choose(picture.selected), names="presses")

    @property
    def state(self) -> str:
        """The string with which `family_tree` shows this view again."""
        return state_string.write(
            {
                "around": (self._around.value,) if self._around.value else (),
                "selected": (self._selected,) if self._selected else (),
            }
        )

    def _choose(self, key: str) -> None:
        self._selected = key
        self._draw()

    def _draw(self) -> None:
        tree = family(self._around.value)
        selected = self._selected if _has(tree, self._selected) else ""
        drawing = view.draw(tree, selected)
        detail = view.detail(tree, selected) if selected else ""
        still = shown.picture(drawing, view.summary(tree)) + view.listing(tree)
        self.picture.show(drawing + detail, view.describe(tree), static=still, announcement=view.summary(tree))


def _has(tree: Family, key: str) -> bool:
    return any(member.key == key for member in tree.members)
