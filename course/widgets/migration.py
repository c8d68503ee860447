"""Live migration, turned by hand: memory, how fast it is dirtied, how fast it is sent (lesson 11)."""

from __future__ import annotations

from course.view import migration as view
from course.view.migration import LIMITS, State
from course.widgets import state_string
from course.widgets.simulator import Simulator, number

_LABELS = {
    "memory": "Memory, MiB",
    "dirty": "Dirtied, MiB/s",
    "bandwidth": "Sent, MiB/s",
    "working_set": "At most dirty, MiB",
    "downtime": "May stand still, ms",
    "start": "Start elsewhere, s",
}


def migration(state: str = "") -> Simulator:
    """Show the rounds of a live migration, beside stopping and copying, and beside starting elsewhere.

    `state` prepares it: `migration("memory=4096; dirty=200; bandwidth=1000; working_set=1024; downtime=300; start=9")`,
    in MiB, MiB a second, milliseconds and seconds. Raises CourseError for any other setting or value.
    """
    shown = read(state)
    return Simulator(view, shown, {name: number(_LABELS[name], getattr(shown, name), LIMITS[name]) for name in LIMITS})


def read(state: str) -> State:
    """Return the state that a string describes."""
    given = state_string.read(state, dict.fromkeys(LIMITS))
    usual = State()
    return State(**{name: state_string.number(given, name, getattr(usual, name)) for name in LIMITS})
