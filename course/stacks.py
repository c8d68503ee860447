"""The model of a stack: which layers carry a workload, what is shared, what guards what, and what an access passes.

Built from the tables `layers` and `paths` of the dataset, for any system and 1 to 8 workloads. Introduced in lesson 01.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from course import dataset
from course.errors import CourseError, unknown

MOST_WORKLOADS = 8

# Layers of these modes have the whole machine below them in hand: no boundary separates two of them.
_PRIVILEGED = {"hypervisor", "kernel", "guest_kernel"}
_OF_THE_WORKLOAD = {"libraries", "application"}


@dataclass(frozen=True)
class Layer:
    """One layer of a system; the fields are the columns of the table of layers."""

    platform: str
    key: str
    position: int
    name: str
    kind: str
    scope: str
    placement: str
    mode: str
    supplied_by: str
    emulated: str
    boundary: str
    detail: str
    source: str

    @property
    def is_shared(self) -> bool:
        """Whether it exists once for all workloads."""
        return self.scope == "shared"

    @property
    def is_beside(self) -> bool:
        """Whether it only sets up and supervises."""
        return self.placement == "beside"


@dataclass(frozen=True)
class Boundary:
    """An isolation boundary: the interface that guards it, and the layer just above it."""

    interface: str
    above: Layer


@dataclass(frozen=True)
class Step:
    """One layer that an access enters: `crossing` names the boundary crossed on the way in, empty if none."""

    number: int
    layer: Layer
    crossing: str
    note: str


@dataclass(frozen=True)
class Path:
    """The way of one kind of access through a stack, in order."""

    access: str
    name: str
    steps: tuple[Step, ...]

    @property
    def crossings(self) -> int:
        """How many boundaries between privilege modes it crosses."""
        return sum(bool(step.crossing) for step in self.steps)


@dataclass(frozen=True)
class Stack:
    """A system with its layers, bottom to top, carrying a number of workloads."""

    platform: str
    name: str
    layers: tuple[Layer, ...]
    workloads: int
    paths: tuple[Path, ...]

    def layer(self, key: str) -> Layer:
        """Return a layer by its key; raises CourseError naming the nearest one."""
        for layer in self.layers:
            if layer.key == key:
                return layer
        raise unknown(f"layer of {self.name}", key, (layer.key for layer in self.layers))

    def in_path(self) -> tuple[Layer, ...]:
        """Return the layers that carry the workload, bottom to top."""
        return tuple(layer for layer in self.layers if not layer.is_beside)

    def beside(self) -> tuple[Layer, ...]:
        """Return the layers that only set up and supervise."""
        return tuple(layer for layer in self.layers if layer.is_beside)

    def shared(self) -> tuple[Layer, ...]:
        """Return the layers in the path that exist once for all workloads."""
        return tuple(layer for layer in self.in_path() if layer.is_shared)

    def duplicated(self) -> tuple[Layer, ...]:
        """Return the layers in the path that exist once for each workload."""
        return tuple(layer for layer in self.in_path() if not layer.is_shared)

    def emulated(self) -> tuple[Layer, ...]:
        """Return the layers that are, in whole or in part, an emulation of something else."""
        return tuple(layer for layer in self.layers if layer.emulated != "no")

    def boundaries(self) -> tuple[Boundary, ...]:
        """Return every isolation boundary that the workload stands behind, bottom to top."""
        return tuple(Boundary(layer.boundary, layer) for layer in self.in_path() if layer.boundary)

    @property
    def boundary(self) -> Boundary | None:
        """The boundary that code of a workload meets first, or None if nothing but its address space holds it."""
        return self.boundaries()[-1] if self.boundaries() else None

    def copies(self, layer: Layer) -> int:
        """Return how many of a layer there are: one if it is shared, else one for each workload."""
        return 1 if layer.is_shared else self.workloads

    def guest_kernels(self) -> int:
        """Return how many kernels run beside that of the host."""
        return sum(self.copies(layer) for layer in self.in_path() if layer.kind == "guest_kernel")

    def counts(self) -> str:
        """Return how many workloads, guest kernels and boundaries there are, in words."""
        boundaries = len(self.boundaries())
        return ", ".join(
            (
                counted(self.workloads, "workload"),
                counted(self.guest_kernels(), "guest kernel"),
                counted(boundaries, "boundary", "boundaries") if boundaries else "no isolation boundary",
            )
        )

    def falls(self, key: str) -> tuple[Layer, ...]:
        """Return what an attacker who controls the layer `key` has in hand, that layer included, bottom to top.

        That is every layer that it carries or controls, and every layer that no boundary separates from it. Where
        `key` exists once for each workload, the answer is about the workload it belongs to: compare `falls_for_all`.
        Raises CourseError for an unknown layer.
        """
        domain = self._domain(self.layer(key))
        return tuple(
            layer for layer in self.layers if layer in domain or any(_holds(holder, layer) for holder in domain)
        )

    def falls_for_all(self, key: str) -> bool:
        """Return whether all workloads fall with the layer `key`, not only the one it belongs to."""
        return any(layer.is_shared for layer in self._domain(self.layer(key)))

    def trusted(self, workload: int = 1) -> tuple[Layer, ...]:
        """Return every layer that a workload must trust: if it falls, so does the application.

        Raises CourseError for a workload that this stack does not have.
        """
        if not 1 <= workload <= self.workloads:
            raise CourseError(
                f"{self.name} has no workload {workload!r} here; give a number from 1 to {self.workloads}."
            )
        top = self.in_path()[-1]
        return tuple(layer for layer in self.layers if layer is not top and top in self.falls(layer.key))

    def path(self, access: str) -> Path:
        """Return the way of an access, in order; raises CourseError for one that is not recorded for this system."""
        for path in self.paths:
            if path.access == access:
                return path
        raise unknown(f"access recorded for {self.name}", access, (path.access for path in self.paths))

    def has_path(self, access: str) -> bool:
        """Return whether the way of an access is recorded for this system."""
        return any(path.access == access for path in self.paths)

    def _domain(self, layer: Layer) -> tuple[Layer, ...]:
        """Return the layer and those below it that no boundary and no change of mode separates from it."""
        below = [other for other in self.layers if other.placement == layer.placement]
        below = below[: below.index(layer)]
        domain = [layer]
        while below and _one_domain(domain[-1], below[-1]):
            domain.append(below.pop())
        return tuple(domain)


def stack(platform: str, workloads: int = 1) -> Stack:
    """Return the stack of a system that carries `workloads` workloads.

    Raises CourseError for an unknown system, one without layers, and a number outside 1 to 8.
    """
    check_workloads(workloads)
    return _stack(dataset.default(), check_platform(platform), workloads)


def platforms() -> dict[str, str]:
    """Return the name of every system whose layers are known, by its key, in the order of the dataset."""
    return _platforms(dataset.default())


def accesses() -> dict[str, str]:
    """Return the name of every kind of access that can be followed, by its key."""
    return {row["access"]: row["name"] for row in dataset.records("accesses")}


def check_platform(platform: str) -> str:
    """Return the key as it is; raises CourseError for a system whose layers are not known."""
    if platform not in platforms():
        raise unknown("system", platform, platforms())
    return platform


def check_access(access: str) -> str:
    """Return the key as it is; raises CourseError for an unknown access."""
    if access not in accesses():
        raise unknown("access", access, accesses())
    return access


def check_workloads(workloads: int) -> int:
    """Return the number as it is; raises CourseError unless it is a whole number from 1 to 8."""
    if isinstance(workloads, bool) or not isinstance(workloads, int) or not 1 <= workloads <= MOST_WORKLOADS:
        raise CourseError(f"workloads={workloads!r} cannot be drawn; give a whole number from 1 to {MOST_WORKLOADS}.")
    return workloads


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun, such as "3 steps" or "no steps"."""
    return f"{count or 'no'} {one if count == 1 else many or f'{one}s'}"


@lru_cache(maxsize=1024)
def _stack(data: dataset.Dataset, platform: str, workloads: int) -> Stack:
    layers = tuple(
        Layer(
            platform=platform,
            key=row["layer"],
            boundary=row["boundary"] or "",
            **{column: row[column] for column in _COLUMNS},
        )
        for row in sorted(data.records("layers"), key=lambda row: int(row["position"]))
        if row["platform"] == platform
    )
    return Stack(platform, _platforms(data)[platform], layers, workloads, _paths(data, platform, layers))


_COLUMNS = (
    "position", "name", "kind", "scope", "placement", "mode", "supplied_by", "emulated", "detail", "source",
)  # fmt: skip


@lru_cache(maxsize=4)
def _platforms(data: dataset.Dataset) -> dict[str, str]:
    with_layers = {row["platform"] for row in data.records("layers")}
    return {row["platform"]: row["name"] for row in data.records("platforms") if row["platform"] in with_layers}


def _paths(data: dataset.Dataset, platform: str, layers: tuple[Layer, ...]) -> tuple[Path, ...]:
    by_key = {layer.key: layer for layer in layers}
    rows = [row for row in data.records("paths") if row["platform"] == platform]
    found = []
    for access in data.records("accesses"):
        own = sorted((row for row in rows if row["access"] == access["access"]), key=lambda row: int(row["step"]))
        steps = tuple(
            Step(number, by_key[row["layer"]], row["crossing"] or "", row["note"] or "")
            for number, row in enumerate(own, start=1)
        )
        if steps:
            found.append(Path(access["access"], access["name"], steps))
    return tuple(found)


def _holds(holder: Layer, layer: Layer) -> bool:
    """Return whether `layer` stands on `holder` or is controlled by it."""
    return layer.position > holder.position and not _are_peers(holder, layer)


def _are_peers(first: Layer, second: Layer) -> bool:
    """Return whether both are processes of one workload, each behind its own boundary, on the same kernel."""
    both_guarded = bool(first.boundary and second.boundary) and first.mode == second.mode
    return both_guarded and second.kind not in _OF_THE_WORKLOAD


def _one_domain(upper: Layer, lower: Layer) -> bool:
    if upper.boundary or upper.mode != lower.mode:
        return False
    return upper.scope == lower.scope or upper.mode in _PRIVILEGED
