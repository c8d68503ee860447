"""The density calculator: how many workloads fit on a machine, and what binds first (lesson 11)."""

from __future__ import annotations

import ipywidgets

from course import dataset
from course.view import density as view
from course.view.density import ADDED, LIMITS, State
from course.widgets import state_string
from course.widgets.simulator import Simulator, number

_LABELS = {
    "memory": "Memory, GiB",
    "cpus": "CPUs",
    "need": "Workload needs, MiB",
    "shared": "of that equal in all, MiB",
    "guest": "A guest's system, MiB",
    "cpu": "Workload needs, % of a CPU",
    "overcommit": "CPUs promised, times",
}


def density(state: str = "") -> Simulator:
    """Show how many workloads a machine holds under several systems.

    `state` prepares it: systems in front, then `memory` (GiB) and `cpus` of the machine, `need`, `shared` and `guest`
    in MiB, `cpu` in percent of one, `overcommit` of the CPUs, and `merge=yes` for a host that merges equal pages:
    `density("runc, qemu_kvm; need=256; merge=yes")`. Raises CourseError for any other setting or value.
    """
    return _calculator(read(state))


def read(state: str) -> State:
    """Return the state that a string describes."""
    allowed = {state_string.LEAD: None, "merge": ("yes", "no"), **dict.fromkeys(LIMITS)}
    given = state_string.read(state, allowed)
    usual = State()
    numbers = {name: state_string.number(given, name, getattr(usual, name)) for name in LIMITS}
    merge = state_string.one(given, "merge", "no") == "yes"
    return State(given.get(state_string.LEAD, usual.systems), **numbers, merge=merge)


def _calculator(state: State) -> Simulator:
    systems = ipywidgets.SelectMultiple(
        options=[(dataset.fact("platforms", system, "name"), system) for system in ADDED],
        value=state.systems,
        description="Systems",
        rows=len(ADDED),
    )
    numbers = {name: number(_LABELS[name], getattr(state, name), LIMITS[name]) for name in LIMITS}
    merge = ipywidgets.Checkbox(
        value=state.merge,
        description="The host merges equal pages of guests",
        indent=False,
        layout=ipywidgets.Layout(width="auto"),
    )
    return Simulator(view, state, {"systems": systems, **numbers, "merge": merge})
