"""Workloads placed on nodes by what they request, one strategy or another (lesson 11)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from course import dataset
from course.errors import CourseError, unknown
from course.simulate.packing import STRATEGIES, Packing, pack, requests
from course.view import cited, theme

if TYPE_CHECKING:
    from course.simulate.packing import Node, Request

MEASURED: Final = {"Ruby": ("M266", 0.25), "Node.js": ("M127", 0.5), "Redis": ("M268", 0.5)}
"""Programs, the measurement of their memory in a container, and the CPUs that they are assumed to ask for."""
ORDERS: Final = ("arrival", "largest")
LIMITS: Final = {"seed": (0, 99), "count": (1, 60), "nodes": (1, 6), "memory": (512, 16_384), "cpus": (1, 16)}
"""The least and the most of each number."""

_KIND: Final = {"Ruby": "runtime", "Node.js": "guest_kernel", "Redis": "host_kernel"}
_LETTERS: Final = {"Ruby": "Rb", "Node.js": "Js", "Redis": "Rd"}
_COLUMN, _GAP, _NODE, _TALL, _TOP = 46.0, 8.0, 130.0, 220.0, 66.0
_STYLE: Final = (
    f".room{{fill:{theme.color('surface')};stroke:{theme.color('line')}}}.strong{{font-weight:700}}"
    f".block{{stroke:{theme.color('page')};stroke-width:1}}"
)


@dataclass(frozen=True)
class State:
    """Workloads drawn from a seed, `count` of them, on `nodes` of `memory` MiB and `cpus`.

    `strategy` is one of the model's, `order` says whether they come as they were drawn or the largest first.
    Raises CourseError for an unknown strategy or order, and a number outside of `LIMITS`.
    """

    seed: int = 1
    count: int = 24
    nodes: int = 4
    memory: float = 4096
    cpus: float = 4
    strategy: str = "first fit"
    order: str = "arrival"

    def __post_init__(self) -> None:
        if self.strategy not in STRATEGIES:
            raise unknown("strategy", self.strategy, STRATEGIES)
        if self.order not in ORDERS:
            raise unknown("order", self.order, ORDERS)
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise CourseError(f"{name}={value:g} is out of range: give {low:g} to {high:g}.")


def placed(state: State) -> Packing:
    """Return where everything went."""
    wanted = requests(state.seed, state.count, sizes())
    if state.order == "largest":
        wanted = tuple(sorted(wanted, key=lambda one: (-one.memory, -one.cpus)))
    return pack(wanted, state.nodes, state.memory, state.cpus, state.strategy)


@cache
def sizes() -> tuple[tuple[str, float, float], ...]:
    """Return name, MiB and CPUs of each program: the memory is measured, the CPUs are assumed."""
    found = []
    for name, (key, cpus) in MEASURED.items():
        row = dataset.default().row("measurements", key)
        found.append((name, round(dataset.convert(row["value"], row["unit"], "MiB"), 1), cpus))
    return tuple(found)


def draw(state: State) -> str:
    """Return each node as two columns, memory and CPU, filled from below by what was placed there."""
    found = placed(state)
    width = max(2 * 24 + state.nodes * _NODE, 620.0)
    body = _text(24, 26, f"{state.strategy}, {_order(state)}: {summary(state)}", "strong", 13)
    body += _legend()
    body += "".join(_node(node, index, 24 + index * _NODE) for index, node in enumerate(found.nodes))
    return theme.svg(width, _TOP + _TALL + 56, "Packing", summary(state), body, extra_style=_STYLE)


def table(state: State) -> str:
    """Return the nodes, and what each program asks for, as two HTML tables without style."""
    rows = [
        (f"node {index}", _content(node), f"{node.free_memory:,.0f}", f"{node.free_cpus:g}")
        for index, node in enumerate(placed(state).nodes, 1)
    ]
    asked = [
        (escape(name), f"{memory:,.1f} {cited.link(_citation(name))}", f"{cpus:g} (assumed)")
        for name, memory, cpus in sizes()
    ]
    return cited.table(("Node", "Holds", "Memory left, MiB", "CPUs left"), rows, _what(state)) + cited.table(
        ("Program", "Asks for, MiB", "Asks for, CPUs"), asked, "What is asked for"
    )


def describe(state: State) -> str:
    """Return the same as text."""
    lines = [_what(state)]
    lines += [
        f"  node {index}: {_content(node)}; left {node.free_memory:,.0f} MiB, {node.free_cpus:g} CPUs"
        for index, node in enumerate(placed(state).nodes, 1)
    ]
    asked = [f"{name} {memory:,.1f} MiB [{MEASURED[name][0]}] and {cpus:g} CPUs" for name, memory, cpus in sizes()]
    return "\n".join([*lines, f"Asked for: {'; '.join(asked)} (CPUs assumed).", summary(state)])


def summary(state: State) -> str:
    """Return one sentence: how many were placed, on how many nodes, and how many were refused."""
    found = placed(state)
    used = sum(bool(node.placed) for node in found.nodes)
    return (
        f"{state.count - len(found.refused)} of {state.count} placed, on {used} of {state.nodes} nodes, "
        f"{len(found.refused)} refused."
    )


def _what(state: State) -> str:
    return (
        f"{state.count} workloads of seed {state.seed}, {_order(state)}, placed by {state.strategy} on {state.nodes} "
        f"nodes of {state.memory:g} MiB and {state.cpus:g} CPUs."
    )


def _order(state: State) -> str:
    return "as they arrive" if state.order == "arrival" else "largest first"


def _content(node: Node) -> str:
    counts = {name: sum(one.name == name for one in node.placed) for name in MEASURED}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"


def _citation(name: str) -> dataset.Citation:
    return dataset.cite(dataset.default().row("measurements", MEASURED[name][0])["source"])


def _node(node: Node, index: int, left: float) -> str:
    memory = _column(left, [(one, one.memory / node.memory) for one in node.placed])
    cpu = _column(left + _COLUMN + _GAP, [(one, one.cpus / node.cpus) for one in node.placed])
    foot = _TOP + _TALL + 18
    names = _text(left + 4, foot, "memory", "muted", 12) + _text(left + _COLUMN + _GAP + 12, foot, "CPU", "muted", 12)
    label = escape(f"Node {index + 1}: {_content(node)}", quote=True)
    return f'<g role="img" aria-label="{label}">{memory}{cpu}</g>{names}' + _text(
        left + 24, foot + 22, f"node {index + 1}", "strong", 13
    )


def _column(left: float, parts: list[tuple[Request, float]]) -> str:
    drawn = f'<rect class="room" x="{left:.0f}" y="{_TOP:.0f}" width="{_COLUMN:.0f}" height="{_TALL:.0f}"/>'
    bottom = _TOP + _TALL
    for request, share in parts:
        height = share * _TALL
        bottom -= height
        drawn += (
            f'<g class="k-{_KIND[request.name]}"><rect class="box block" x="{left:.0f}" y="{theme.number(bottom)}" '
            f'width="{_COLUMN:.0f}" height="{theme.number(height)}"/>'
        )
        # A block that is too low for its letter keeps its color; the node's name says what it holds.
        if height >= 13:
            drawn += (
                f'<text x="{left + _COLUMN / 2:.0f}" y="{theme.number(bottom + height / 2 + 4)}" font-size="11" '
                f'text-anchor="middle">{_LETTERS[request.name]}</text>'
            )
        drawn += "</g>"
    return drawn


def _legend() -> str:
    drawn = ""
    for index, (name, kind) in enumerate(_KIND.items()):
        x = 24 + index * 130
        drawn += f'<g class="k-{kind}"><rect class="box" x="{x}" y="38" width="16" height="14"/></g>'
        drawn += _text(x + 22, 50, f"{_LETTERS[name]}: {name}", "", 12)
    return drawn


def _text(x: float, y: float, text: str, style: str, size: int) -> str:
    of_class = f' class="{style}"' if style else ""
    return f'<text{of_class} x="{x:.0f}" y="{y:.0f}" font-size="{size}">{escape(text)}</text>'
