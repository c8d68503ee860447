"""How many workloads a machine holds under each system, and what runs out first (lesson 11).

What a system adds to each workload is measured, and looked up; what a workload needs is the reader's to choose.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from course import dataset
from course.errors import CourseError, unknown
from course.simulate import density as model
from course.view import cited, theme

if TYPE_CHECKING:
    from course.dataset import Citation

ADDED: Final = {"runc": "M125", "gvisor": "M126", "firecracker": "M101", "cloud_hypervisor": "M102", "qemu_kvm": "M252"}
"""What each system adds to a workload: rows of the measurements."""
MACHINES: Final = frozenset({"firecracker", "cloud_hypervisor", "qemu_kvm"})
"""Those that give each workload a guest with a kernel of its own."""
LIMITS: Final = {
    "memory": (1, 4096),
    "cpus": (1, 512),
    "need": (1, 65_536),
    "shared": (0, 65_536),
    "guest": (0, 4096),
    "cpu": (1, 800),
    "overcommit": (1, 20),
}
"""The least and the most of each number."""

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 860.0, 190.0, 640.0, 64.0, 42.0
_STYLE: Final = (
    f".fits{{fill:{theme.color('accent')}}}.limit{{stroke:{theme.color('boundary')};stroke-width:2.5}}"
    f".idle{{fill:none;stroke:{theme.color('accent')};stroke-width:1.5;stroke-dasharray:5 3}}.strong{{font-weight:700}}"
)


@dataclass(frozen=True)
class State:
    """A machine of `memory` GiB and `cpus`, and a workload.

    The workload needs `need` MiB, of which `shared` MiB are equal in all (programs and libraries), and `cpu` percent of
    a CPU. A guest's own system takes `guest` MiB. CPUs are promised `overcommit` times; with `merge` a host keeps equal
    pages of its guests once. Raises CourseError for an unknown system and a number outside of `LIMITS`.
    """

    systems: tuple[str, ...] = tuple(ADDED)
    memory: float = 64
    cpus: float = 16
    need: float = 128
    shared: float = 48
    guest: float = 64
    cpu: float = 5
    overcommit: float = 1
    merge: bool = False

    def __post_init__(self) -> None:
        for system in self.systems:
            if system not in ADDED:
                raise unknown("system", system, ADDED)
        if not self.systems:
            raise CourseError(f"No system is chosen; name some of {', '.join(ADDED)}.")
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise CourseError(f"{name}={value:g} is out of range: give {low:g} to {high:g}.")
        if self.shared >= self.need:
            raise CourseError(f"shared={self.shared:g} is a part of need={self.need:g}: give less than that.")


@dataclass(frozen=True)
class Fit:
    """How many workloads fit under one system; `added` is what it adds to each, in MiB, by the row `row`."""

    name: str
    added: float
    row: str
    each: float
    found: model.Density


def fits(state: State) -> tuple[Fit, ...]:
    """Return how many workloads fit under each of the chosen systems."""
    return tuple(_fit(state, system) for system in state.systems)


def draw(state: State) -> str:
    """Return a bar for each system, as long as memory allows, and a line where the CPUs end."""
    found = fits(state)
    most = max(max(one.found.by_memory, one.found.by_cpu) for one in found)
    height = _TOP + len(found) * _ROW + 40
    body = _text(16, 26, f"Workloads on {state.memory:g} GiB and {state.cpus:g} CPUs", "strong")
    body += "".join(_bar(one, _TOP + index * _ROW, most) for index, one in enumerate(found))
    line = _x(found[0].found.by_cpu, most)
    body += (
        f'<line class="limit" x1="{line}" y1="{_TOP - 14:.0f}" x2="{line}" y2="{height - 34:.0f}"/>'
        f'<text x="{line}" y="{height - 14:.0f}" font-size="13" text-anchor="middle">'
        f"CPUs end at {found[0].found.by_cpu:,}</text>"
    )
    return theme.svg(_WIDTH, height, "Density", summary(state), body, extra_style=_STYLE)


def table(state: State) -> str:
    """Return the same as an HTML table without style, with the source of what each system adds."""
    rows = [
        (
            escape(one.name),
            f"{one.added:.1f} {cited.link(_citation(one.row))}",
            f"{one.each:.1f}",
            f"{one.found.by_memory:,}",
            f"{one.found.by_cpu:,}",
            f"{one.found.count:,} ({one.found.binds} binds)",
        )
        for one in fits(state)
    ]
    header = ("System", "It adds, MiB", "Each takes, MiB", "By memory", "By CPU", "Fit")
    return cited.table(header, rows, _what(state))


def describe(state: State) -> str:
    """Return the same as text."""
    lines = [
        f"  {one.name}: {one.found.count:,} fit, {one.found.binds} binds (by memory {one.found.by_memory:,}, by CPU "
        f"{one.found.by_cpu:,}); it adds {one.added:.1f} MiB [{one.row}], each takes {one.each:.1f} MiB"
        for one in fits(state)
    ]
    return "\n".join([_what(state), *lines])


def summary(state: State) -> str:
    """Return one sentence: how many fit under each system, and what binds."""
    parts = [f"{one.name} {one.found.count:,} ({one.found.binds} binds)" for one in fits(state)]
    return f"Fit: {'; '.join(parts)}."


def _fit(state: State, system: str) -> Fit:
    is_machine = system in MACHINES
    sharing = state.merge if is_machine else True
    added = _added(system)
    own = state.need - state.shared + (state.guest if is_machine else 0)
    workload = model.Workload(own, state.shared, added, state.cpu / 100)
    found = model.density(state.memory * 1024, state.cpus, workload, sharing=sharing, overcommit=state.overcommit)
    each = own + added + (0 if sharing else state.shared)
    return Fit(_name(system), added, ADDED[system], each, found)


def _what(state: State) -> str:
    times = "once" if state.overcommit == 1 else f"{state.overcommit:g} times"
    merge = "merged by the host" if state.merge else "kept once in containers, once for each guest in machines"
    return (
        f"A machine of {state.memory:g} GiB and {state.cpus:g} CPUs, promised {times}. A workload "
        f"needs {state.need:g} MiB, of which {state.shared:g} are equal in all ({merge}), and {state.cpu:g} % of a "
        f"CPU; a guest's own system takes {state.guest:g} MiB. Assumed, but for what a system adds: that is measured."
    )


@cache
def _added(system: str) -> float:
    row = dataset.default().row("measurements", ADDED[system])
    return dataset.convert(row["value"], row["unit"], "MiB")


@cache
def _name(system: str) -> str:
    return str(dataset.fact("platforms", system, "name"))


def _citation(row: str) -> Citation:
    return dataset.cite(dataset.default().row("measurements", row)["source"])


def _x(value: float, most: float) -> str:
    return theme.number(_LEFT + (_RIGHT - _LEFT) * value / most)


def _bar(one: Fit, top: float, most: float) -> str:
    fits_to, memory_to = float(_x(one.found.count, most)), float(_x(one.found.by_memory, most))
    return (
        _text(16, top + 16, one.name) + f'<rect class="idle" x="{theme.number(fits_to)}" y="{top:.0f}" height="22" '
        f'width="{theme.number(memory_to - fits_to)}"/>'
        + f'<rect class="fits" x="{_LEFT:.0f}" y="{top:.0f}" height="22" width="{theme.number(fits_to - _LEFT)}"/>'
        + _text(_RIGHT + 16, top + 16, f"{one.found.count:,}, {one.found.binds} binds", "strong")
    )


def _text(x: float, y: float, text: str, style: str = "") -> str:
    of_class = f' class="{style}"' if style else ""
    return f'<text{of_class} x="{x:.0f}" y="{y:.0f}" font-size="13">{escape(text)}</text>'
