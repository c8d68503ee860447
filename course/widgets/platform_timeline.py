"""The timeline of virtualization: strands to switch, and what is known of the event that is chosen."""

from __future__ import annotations

import ipywidgets

from course.history import STRANDS, Event, events
from course.view import platform_timeline as view
from course.view import shown
from course.widgets import state_string
from course.widgets.base import Controlled, Picture, row

_FRAME = '<div style="max-height:40em;overflow:auto">'


def timeline(state: str = "") -> PlatformTimeline:
    """Show what happened from 1964 on, one column for each strand.

    `state` prepares the view, such as `"strands=machine,hardware; since=2005; selected=T20"`. Raises CourseError for a
    setting, strand or event that does not exist.
    """
    return PlatformTimeline(state)


class PlatformTimeline(Controlled):
    """Switches for the strands and a first year above the timeline; `state` prepares the same view again."""

    def __init__(self, state: str = "") -> None:
        years = range(int(events()[0].when), int(events()[-1].when) + 1)
        allowed = {
            "strands": tuple(STRANDS),
            "since": tuple(map(str, years)),
            "selected": tuple(event.key for event in events()),
        }
        settings = state_string.read(state, allowed)
        self._selected = state_string.one(settings, "selected")
        on = settings.get("strands", tuple(STRANDS))
        self._strands = {
            strand: ipywidgets.Checkbox(
                value=strand in on, description=words, indent=False, layout=ipywidgets.Layout(width="auto")
            )
            for strand, words in STRANDS.items()
        }
        self._since = ipywidgets.IntSlider(
            value=int(state_string.one(settings, "since", str(years[0]))),
            min=years[0],
            max=years[-1],
            description="Since",
        )
        picture = Picture("", "")
        super().__init__(picture, row(*self._strands.values()), self._since)
        self._draw()
        for control in (*self._strands.values(), self._since):
            control.observe(lambda _: self._draw(), names="value")
        picture.observe(lambda _: self._choose(picture.selected), names="presses")

    @property
    def state(self) -> str:
        """The string with which `timeline` shows this view again."""
        strands = self._chosen()
        return state_string.write(
            {
                "strands": () if len(strands) == len(STRANDS) else strands,
                "since": (str(self._since.value),) if self._since.value > self._since.min else (),
                "selected": (self._selected,) if self._selected else (),
            }
        )

    def _chosen(self) -> tuple[str, ...]:
        return tuple(strand for strand, switch in self._strands.items() if switch.value)

    def _events(self) -> tuple[Event, ...]:
        strands = self._chosen()
        return events(strands, since=self._since.value) if strands else ()

    def _choose(self, key: str) -> None:
        self._selected = key
        self._draw()

    def _draw(self) -> None:
        found = self._events()
        drawing = view.draw(found, self._selected)
        detail = next((view.detail(event) for event in found if event.key == self._selected), "")
        still = shown.picture(drawing, view.summary(found)) + view.listing(found)
        self.picture.show(
            f"{detail}{_FRAME}{drawing}</div>", view.describe(found), static=still, announcement=view.summary(found)
        )
