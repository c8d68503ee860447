"""A jump in load: how long the line gets while new workers start (lesson 11)."""

from __future__ import annotations

import ipywidgets

from course.errors import CourseError
from course.view import burst as view
from course.view.burst import State
from course.widgets import state_string
from course.widgets.simulator import Simulator, number

_STARTS = ((0.2, 2.0, 20.0), (0.05, 0.5, 5.0), (1.0, 10.0, 60.0))
_MOST = (1, 10_000)


def burst(state: str = "") -> Simulator:
    """Show how many requests wait after a jump in load, for several times that a new worker takes to start.

    `state` prepares it: start-up times in seconds, requests a second, and what one worker serves a second:
    `burst("starts=0.2,2,20; rate=100; each=10")`. Raises CourseError for any other setting or value.
    """
    shown = read(state)
    sets = dict.fromkeys((shown.starts, *_STARTS))
    starts = ipywidgets.Dropdown(
        options=[(", ".join(f"{one:g} s" for one in each), each) for each in sets],
        value=shown.starts,
        description="Start-up",
    )
    rate = number("Requests a second", shown.rate, _MOST)
    return Simulator(
        view, shown, {"starts": starts, "rate": rate, "each": number("A worker serves, 1/s", shown.each, _MOST)}
    )


def read(state: str) -> State:
    """Return the state that a string describes."""
    given = state_string.read(state, {"starts": None, "rate": None, "each": None})
    usual = State()
    starts = tuple(map(_seconds, given["starts"])) if "starts" in given else usual.starts
    rate, each = (state_string.number(given, name, getattr(usual, name)) for name in ("rate", "each"))
    return State(starts, rate, each)


def _seconds(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise CourseError(f"starts={word} is not a number of seconds; write starts=0.2,2,20, for example.") from None
