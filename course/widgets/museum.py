"""The museum: every system of the course, what of it is shown here, and the whole card of the one that is chosen."""

from __future__ import annotations

import ipywidgets

from course.collection import EVERYTHING, Entry, Piece, entries
from course.errors import unknown
from course.live import recordings
from course.live.exhibits import exhibits
from course.view import museum as view
from course.view import platform_card
from course.widgets import state_string
from course.widgets.base import Controlled, Picture

_NO_CARD = ("no card", "")


def museum(state: str = "") -> Museum:
    """Show systems with their stacks, their status, and their exhibits; choose one to read its whole card.

    `state` names systems in front (keys, kinds, `article` for those that the article names, `all`), and may say
    `pictures=yes` (the stacks, side by side) and `selected=xen`. Raises CourseError with the nearest match for a name
    that does not exist.
    """
    return Museum(state)


class Museum(Controlled):
    """A choice of one system above the catalog; `state` prepares the same view again."""

    def __init__(self, state: str = "") -> None:
        given = state_string.read(state, {state_string.LEAD: None, "pictures": ("yes", "no"), "selected": None})
        self._systems = given.get(state_string.LEAD, (EVERYTHING,))
        self._pictures = state_string.one(given, "pictures", "no")
        self.entries: tuple[Entry, ...] = entries(self._systems, _pieces())
        keys = [entry.portrait.key for entry in self.entries]
        selected = state_string.one(given, "selected")
        if selected and selected not in keys:
            raise unknown("system in this view", selected, keys)
        names = sorted(((entry.portrait.name, entry.portrait.key) for entry in self.entries), key=_by_name)
        self._chosen = ipywidgets.Dropdown(options=[_NO_CARD, *names], value=selected, description="Card of")
        picture = Picture("", "")
        super().__init__(picture, self._chosen)
        self._draw()
        self._chosen.observe(lambda _: self._draw(), names="value")
        picture.observe(lambda _: self._choose(picture.selected), names="presses")

    @property
    def state(self) -> str:
        """The string with which `museum` shows this view again."""
        return state_string.write(
            {
                state_string.LEAD: () if self._systems == (EVERYTHING,) else self._systems,
                "pictures": ("yes",) if self._pictures == "yes" else (),
                "selected": (self._chosen.value,) if self._chosen.value else (),
            }
        )

    def _choose(self, key: str) -> None:
        self._chosen.value = key

    def _draw(self) -> None:
        pictures = self._pictures == "yes"
        chosen = [entry.portrait for entry in self.entries if entry.portrait.key == self._chosen.value]
        self.picture.show(
            "".join(map(platform_card.draw, chosen)) + view.draw(self.entries, pictures=pictures),
            "\n".join([*map(platform_card.describe, chosen), view.describe(self.entries)]),
            static="".join(map(platform_card.listing, chosen)) + view.listing(self.entries, pictures=pictures),
            announcement=f"Card of {chosen[0].name}" if chosen else view.summary(self.entries),
        )


def _pieces() -> tuple[Piece, ...]:
    stored = recordings.names()
    return tuple(
        Piece(each.name, each.title, each.platform, each.kind, f"exhibit-{each.name}" in stored)
        for each in exhibits().values()
    )


def _by_name(option: tuple[str, str]) -> str:
    return option[0].casefold()
