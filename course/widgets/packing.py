"""The packing simulator: workloads on nodes, by one strategy or another (lesson 11)."""

from __future__ import annotations

from course.simulate.packing import STRATEGIES
from course.view import packing as view
from course.view.packing import LIMITS, ORDERS, State
from course.widgets import state_string
from course.widgets.simulator import Simulator, choice, number, whole


def packing(state: str = "") -> Simulator:
    """Show where a scheduler that goes by requests puts workloads, and what it refuses.

    `state` prepares it: `packing("seed=3; count=30; nodes=4; memory=4096; cpus=4; strategy=best fit; order=largest")`,
    memory in MiB. Raises CourseError for any other setting or value.
    """
    shown = read(state)
    controls = {
        "seed": whole("Seed", shown.seed, (LIMITS["seed"][0], LIMITS["seed"][1])),
        "count": whole("Workloads", shown.count, (LIMITS["count"][0], LIMITS["count"][1])),
        "nodes": whole("Nodes", shown.nodes, (LIMITS["nodes"][0], LIMITS["nodes"][1])),
        "memory": number("Memory of a node, MiB", shown.memory, LIMITS["memory"], step=256),
        "cpus": number("CPUs of a node", shown.cpus, LIMITS["cpus"]),
        "strategy": choice("Strategy", shown.strategy, tuple(STRATEGIES)),
        "order": choice("Order", shown.order, ORDERS),
    }
    return Simulator(view, shown, controls)


def read(state: str) -> State:
    """Return the state that a string describes."""
    given = state_string.read(state, {"strategy": tuple(STRATEGIES), "order": ORDERS, **dict.fromkeys(LIMITS)})
    usual = State()
    return State(
        state_string.whole(given, "seed", usual.seed),
        state_string.whole(given, "count", usual.count),
        state_string.whole(given, "nodes", usual.nodes),
        state_string.number(given, "memory", usual.memory),
        state_string.number(given, "cpus", usual.cpus),
        state_string.one(given, "strategy", usual.strategy),
        state_string.one(given, "order", usual.order),
    )
